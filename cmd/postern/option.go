package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// option is a flag or an argument, and where its value goes.
type option struct {
	name, help, placeholder  string
	kind                     string // of a path
	enum                     []string
	usual                    string // its default
	hasUsual                 bool
	required, hidden, isFlag bool

	into any  // *string, **string, *bool, *int, *int64, *time.Duration or *[]string
	said bool // it has a value that is not the default
}

func newOption(field *reflect.StructField, value reflect.Value) *option {
	has := func(tag string) bool {
		_, ok := field.Tag.Lookup(tag)
		return ok
	}
	o := &option{
		name: flagName(field), kind: field.Tag.Get("type"), placeholder: field.Tag.Get("placeholder"),
		required: has("required"), hidden: has("hidden"), isFlag: !has("arg"), into: value.Addr().Interface(),
	}
	o.usual, o.hasUsual = field.Tag.Lookup("default")
	o.help = strings.ReplaceAll(field.Tag.Get("help"), "${default}", o.usual)
	if enum := field.Tag.Get("enum"); enum != "" {
		o.enum = strings.Split(enum, ",")
	}
	return o
}

// flagName is the field's name as it is typed: MaxSockets is max-sockets.
func flagName(field *reflect.StructField) string {
	if name := field.Tag.Get("name"); name != "" {
		return name
	}
	var b strings.Builder
	for i, r := range field.Name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func (o *option) isSwitch() bool {
	_, is := o.into.(*bool)
	return is
}

func (o *option) isList() bool {
	_, is := o.into.(*[]string)
	return is
}

// take gives it a value; to a list, one more, or several with commas between where it is a flag.
func (o *option) take(text string) error {
	o.said = true
	text, err := o.located(text)
	if err != nil {
		return err
	}
	switch into := o.into.(type) {
	case *string:
		*into = text
	case **string:
		*into = &text
	case *bool:
		*into, err = strconv.ParseBool(text)
	case *int:
		*into, err = strconv.Atoi(text)
	case *int64:
		*into, err = strconv.ParseInt(text, 10, 64)
	case *time.Duration:
		*into, err = time.ParseDuration(text)
	case *[]string:
		*into = append(*into, o.several(text)...)
	default:
		panic(fmt.Sprintf("--%s: there are no flags of %T", o.name, into))
	}
	if err != nil {
		return &settingError{o.name, fmt.Sprintf("%q is no %s", text, o.what())}
	}
	return nil
}

// what its values are called.
func (o *option) what() string {
	switch o.into.(type) {
	case *bool:
		return "true or false"
	case *time.Duration:
		return "time such as 90s or 10m"
	case *int, *int64:
		return "number"
	}
	return "text"
}

func (o *option) several(text string) []string {
	switch {
	case !o.isFlag:
		return []string{text}
	case text == "":
		return nil
	}
	return strings.Split(text, ",")
}

// located makes a path absolute, so that it holds wherever it is used. Standard input, and nothing, stay what they are.
func (o *option) located(text string) (string, error) {
	if o.kind == "" || text == "" || text == "-" {
		return text, nil
	}
	path := absolute(text)
	if o.kind == "existingfile" {
		if found, err := os.Stat(path); err != nil {
			return "", &settingError{o.name, err.Error()}
		} else if found.IsDir() {
			return "", &settingError{o.name, path + " is a folder"}
		}
	}
	return path, nil
}

func absolute(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok || path == "~" {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, strings.TrimPrefix(rest, "~"))
		}
	}
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// settle takes the value of a setting, or the default, for a flag that the line does not have.
func (o *option) settle(settings *settingsResolver) error {
	if !o.said {
		value, found, err := settings.resolve(o.name)
		switch {
		case err != nil:
			return err
		case found:
			err = o.take(value)
		case o.hasUsual:
			err = o.take(o.usual)
			o.said = false
		}
		if err != nil {
			return err
		}
	}
	return o.check()
}

// check refuses what is not among the values that there are.
func (o *option) check() error {
	text, is := o.into.(*string)
	if !is || o.enum == nil || slices.Contains(o.enum, *text) {
		return nil
	}
	return fmt.Errorf(`--%s must be one of "%s" but is %q`, o.name, strings.Join(o.enum, `","`), *text)
}
