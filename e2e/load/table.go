package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// The markers that the table stands between.
const (
	tableBegin = "<!-- make bench: begin -->"
	tableEnd   = "<!-- make bench: end -->"
)

// table is a round, as Markdown: a row for each command.
type table struct {
	machine machine
	rows    map[string]string // by command
}

func newTable(ctx context.Context) (*table, error) {
	m, err := lookAtMachine(ctx)
	return &table{machine: m, rows: map[string]string{}}, err
}

func commandLine(args []string) string { return strings.Join(args, " ") }

// add puts a run into the table. An outcome with a fault is shown with it.
func (t *table) add(command, target string, o outcome, err error, when string) {
	measured := ""
	switch {
	case o != nil && err != nil:
		measured = "**failed**: " + o.String()
	case o != nil:
		measured = o.String()
	default:
		first, _, _ := strings.Cut(err.Error(), "\n")
		measured = "**failed**: " + first
	}
	cell := strings.NewReplacer("|", "/", "\n", " ")
	t.rows[command] = fmt.Sprintf("| `%s` | %s | %s | %s |", command, cell.Replace(measured), cell.Replace(target), cell.Replace(when))
}

// write puts the table into the file, or prints it. Runs of the file's table that were not run again stay.
func (t *table) write(path string) error {
	if path == "" {
		_, err := os.Stdout.WriteString(t.markdown())
		return err
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	t.keep(file)
	if file, err = between(file, t.markdown()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, file, 0o644)
}

// keep takes the rows of the file's table that there are no newer ones of.
func (t *table) keep(file []byte) {
	_, rest, _ := bytes.Cut(file, []byte(tableBegin))
	old, _, _ := bytes.Cut(rest, []byte(tableEnd))
	for line := range strings.Lines(string(old)) {
		command, _, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "` |")
		if ok && t.rows[command] == "" {
			t.rows[command] = strings.TrimSpace(line)
		}
	}
}

// markdown has the rows in the order of the benches; commands that are none any more go.
func (t *table) markdown() string {
	var b strings.Builder
	b.WriteString("| `go run ./e2e/load` ... | measured | to reach | revision, time (UTC), load average before, stolen by the host |\n| --- | --- | --- | --- |\n")
	for _, one := range benches {
		for _, quick := range []bool{false, true} {
			if row := t.rows[commandLine(one.args(quick))]; row != "" {
				b.WriteString(row + "\n")
			}
		}
	}
	return b.String() + "\n" + t.machine.String() + "\n"
}

// between replaces what stands between the markers.
func between(file []byte, text string) ([]byte, error) {
	before, rest, begun := bytes.Cut(file, []byte(tableBegin))
	_, after, ended := bytes.Cut(rest, []byte(tableEnd))
	if !begun || !ended {
		return nil, errors.New("the table's markers are not there")
	}
	return bytes.Join([][]byte{before, []byte(tableBegin + "\n" + text + tableEnd), after}, nil), nil
}
