package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// The markers that the table stands between.
const (
	tableBegin = "<!-- make bench: begin -->"
	tableEnd   = "<!-- make bench: end -->"
)

// table is a round, as Markdown.
type table struct {
	machine machine
	rows    []string
}

func newTable(ctx context.Context) (*table, error) {
	m, err := lookAtMachine(ctx)
	return &table{machine: m}, err
}

func commandLine(args []string) string { return strings.Join(args, " ") }

// add puts a run below the others. An outcome with a fault is shown with it.
func (t *table) add(command, target string, o outcome, err error) {
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
	t.rows = append(t.rows, fmt.Sprintf("| `%s` | %s | %s |", command, cell.Replace(measured), cell.Replace(target)))
}

// write puts the table into the file, or prints it.
func (t *table) write(path string) error {
	text, err := t.markdown()
	if err != nil {
		return err
	}
	if path == "" {
		_, err := os.Stdout.WriteString(text)
		return err
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err = between(file, text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, file, 0o644)
}

func (t *table) markdown() (string, error) {
	after, err := lookAtLoad()
	if err != nil {
		return "", err
	}
	return "| `go run ./e2e/load` ... | measured | to reach |\n| --- | --- | --- |\n" + strings.Join(t.rows, "\n") + "\n\n" +
		t.machine.describe(time.Now(), after) + "\n", nil
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
