package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	helpWidth = 80
	helpLeft  = 32 // at most, before what a flag is for
)

// writeHelp says how a command is used.
func (c *command) writeHelp(w io.Writer) {
	fmt.Fprintf(w, "Usage: %s\n", c.usage())
	if c.help != "" {
		fmt.Fprintf(w, "\n%s\n", wrapped(c.help, 0))
	}
	writeOptions(w, "Arguments", c.args)
	writeOptions(w, "Flags", append([]*option{helpFlag()}, c.usable()...))
	if len(c.below) == 0 {
		return
	}
	fmt.Fprint(w, "\nCommands:\n")
	c.all(func(one *command) {
		if len(one.below) == 0 {
			fmt.Fprintf(w, "  %s\n%s\n\n", strings.TrimPrefix(one.usage(), "postern "), wrapped(one.help, 4))
		}
	})
	fmt.Fprintf(w, "Run \"%s <command> --help\" for more information on a command.\n", c.path())
}

func (c *command) usage() string {
	parts := []string{c.path()}
	if len(c.below) > 0 {
		return c.path() + " <command> [flags]"
	}
	for _, o := range c.usable() {
		if o.required {
			parts = append(parts, o.shown())
		}
	}
	for _, o := range c.args {
		parts = append(parts, o.shown())
	}
	return strings.Join(append(parts, "[flags]"), " ")
}

// helpFlag is understood before all others.
func helpFlag() *option {
	return &option{name: "help", help: "Show this help.", isFlag: true, into: new(bool)}
}

// writeOptions writes them with what they are for, in two columns.
func writeOptions(w io.Writer, title string, options []*option) {
	column := 0
	for _, o := range options {
		if width := len(o.shown()) + 4; !o.hidden && width <= helpLeft {
			column = max(column, width)
		}
	}
	for i, o := range options {
		if i == 0 {
			fmt.Fprintf(w, "\n%s:\n", title)
		}
		if !o.hidden {
			writeLine(w, "  "+o.shown(), column, o.help)
		}
	}
}

// shown is the option as it is typed: --name=VALUE, <argument>.
func (o *option) shown() string {
	switch {
	case !o.isFlag && o.isList():
		return "<" + o.name + "> ..."
	case !o.isFlag:
		return "<" + o.name + ">"
	case o.isSwitch():
		return "--" + o.name
	}
	value := cmp.Or(o.placeholder, o.usual, o.kindShown())
	if o.isList() {
		value += ",..."
	}
	return "--" + o.name + "=" + value
}

// kindShown stands for a value that nothing is known of.
func (o *option) kindShown() string {
	switch o.into.(type) {
	case *int, *int64:
		return "N"
	case *time.Duration:
		return "TIME"
	}
	if o.kind != "" {
		return "PATH"
	}
	return "TEXT"
}

// writeLine writes what is at the left, and its help from a column on; beneath, where there is no room beside it.
func writeLine(w io.Writer, left string, column int, help string) {
	text := strings.TrimPrefix(wrapped(help, column), strings.Repeat(" ", column))
	if room := column - len(left); room > 1 {
		fmt.Fprintf(w, "%s%s%s\n", left, strings.Repeat(" ", room), text)
		return
	}
	fmt.Fprintf(w, "%s\n%s%s\n", left, strings.Repeat(" ", column), text)
}

// wrapped breaks a text between words, each line so far to the right.
func wrapped(text string, indent int) string {
	var lines []string
	for paragraph := range strings.Lines(text) {
		line := strings.Repeat(" ", indent)
		for i, word := range strings.Fields(paragraph) {
			switch {
			case i == 0:
			case len(line)+1+len(word) > helpWidth:
				lines = append(lines, line)
				line = strings.Repeat(" ", indent)
			default:
				line += " "
			}
			line += word
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
