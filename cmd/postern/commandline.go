package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// command is a command, or a group of commands, as the fields of its struct and their tags have it:
//
//	cmd      a command below this one
//	arg      an argument; a list takes all that follow
//	name     of the flag, where it is not the field's own
//	help     what it is for; ${default} in it is the default
//	default  its value where nothing is said
//	enum     the only values there are, with commas between
//	type     path: made absolute, ~ is the home; existingfile: likewise, and it must be there
//	required, hidden, placeholder
//
// Fields of embedded structs are the command's own. Nothing here calls a method by its name: the linker would keep all there are.
type command struct {
	name, help string
	above      *command
	below      []*command
	flags      []*option
	args       []*option
	run        runner // nil: of a group
}

// runner is what a command's struct does.
type runner interface {
	Run(ctx context.Context, io streams) error
}

// newCommand reads a struct and those below it.
func newCommand(name, help string, target any) *command {
	c := &command{name: name, help: help}
	c.run, _ = target.(runner)
	c.read(reflect.ValueOf(target).Elem())
	return c
}

func (c *command) read(fields reflect.Value) {
	for i := range fields.NumField() {
		field, value := fields.Type().Field(i), fields.Field(i)
		_, isCommand := field.Tag.Lookup("cmd")
		_, isArgument := field.Tag.Lookup("arg")
		switch {
		case isCommand:
			below := newCommand(flagName(&field), field.Tag.Get("help"), value.Addr().Interface())
			below.above = c
			c.below = append(c.below, below)
		case isArgument:
			c.args = append(c.args, newOption(&field, value))
		case field.Anonymous:
			c.read(value)
		case field.Tag.Get("help") != "":
			c.flags = append(c.flags, newOption(&field, value))
		}
	}
}

// path is what is typed to get there.
func (c *command) path() string {
	if c.above == nil {
		return c.name
	}
	return c.above.path() + " " + c.name
}

// all goes through the commands from here down.
func (c *command) all(do func(*command)) {
	do(c)
	for _, below := range c.below {
		below.all(do)
	}
}

// flag finds one of the command's own, or of what it is below.
func (c *command) flag(name string) *option {
	for ; c != nil; c = c.above {
		if i := slices.IndexFunc(c.flags, func(o *option) bool { return o.name == name }); i >= 0 {
			return c.flags[i]
		}
	}
	return nil
}

// usable are the flags that may stand behind the command.
func (c *command) usable() (flags []*option) {
	for ; c != nil; c = c.above {
		flags = append(slices.Clone(c.flags), flags...)
	}
	return flags
}

// commandLine is what is left of one to be read.
type commandLine struct {
	words   []string
	at      *command
	filled  int  // arguments that have a value
	help    bool // that is all that is wanted
	noFlags bool // behind --
}

// parse finds the command of a line and gives its flags and arguments their values. With help, the line asked for that.
func (c *command) parse(words []string) (at *command, help bool, err error) {
	line := &commandLine{words: words, at: c}
	for len(line.words) > 0 && err == nil && !line.help {
		err = line.word()
	}
	if err == nil && !line.help && len(line.at.below) > 0 {
		err = fmt.Errorf("expected one of %s", line.at.names())
	}
	return line.at, line.help, err
}

func (c *command) names() string {
	names := make([]string, len(c.below))
	for i, below := range c.below {
		names[i] = fmt.Sprintf("%q", below.name)
	}
	return strings.Join(names, ", ")
}

func (l *commandLine) word() error {
	word := l.words[0]
	l.words = l.words[1:]
	switch {
	case l.noFlags || word == "-" || !strings.HasPrefix(word, "-"):
		return l.argument(word)
	case word == "--":
		l.noFlags = true
		return nil
	case word == "-h" || word == "--help":
		l.help = true
		return nil
	}
	return l.flag(word)
}

func (l *commandLine) flag(word string) error {
	name, value, hasValue := strings.Cut(word, "=")
	bare, long := strings.CutPrefix(name, "--")
	o := l.at.flag(bare)
	switch {
	case !long || o == nil:
		return fmt.Errorf("unknown flag %s", name)
	case !hasValue && o.isSwitch():
		value = "true"
	case !hasValue && len(l.words) == 0, !hasValue && strings.HasPrefix(l.words[0], "--"):
		return fmt.Errorf("%s: say a value", name)
	case !hasValue:
		value = l.words[0]
		l.words = l.words[1:]
	}
	return o.take(value)
}

func (l *commandLine) argument(word string) error {
	if len(l.at.below) > 0 {
		i := slices.IndexFunc(l.at.below, func(c *command) bool { return c.name == word })
		if i < 0 {
			return fmt.Errorf("there is no command %q; expected one of %s", word, l.at.names())
		}
		l.at = l.at.below[i]
		return nil
	}
	if l.filled == len(l.at.args) {
		return fmt.Errorf("unexpected argument %q", word)
	}
	o := l.at.args[l.filled]
	if !o.isList() {
		l.filled++
	}
	return o.take(word)
}

// settle gives what the line left out its value: from the settings, else the default. Then all must be there, and allowed.
func (c *command) settle(settings *settingsResolver) error {
	var missing []string
	for _, o := range c.usable() {
		if err := o.settle(settings); err != nil {
			return err
		}
		if o.required && !o.said {
			missing = append(missing, o.shown())
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing flags: %s", strings.Join(missing, ", "))
	}
	for _, o := range c.args {
		if !o.said {
			return fmt.Errorf("expected %q", o.shown())
		}
		if err := o.check(); err != nil {
			return err
		}
	}
	return nil
}
