package archive

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	maxHead = 4 << 20
	maxPart = 512 << 20 // bytes: a row holds a mail at most
)

// entries are those of a backup that is being read, with a look at the one that comes next.
type entries struct {
	tar  *tar.Reader
	name string // of the entry at hand
	size int64
}

// advance goes to the next entry.
func (e *entries) advance() error {
	header, err := e.tar.Next()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrUnfinished
	case errors.Is(err, tar.ErrHeader):
		return damaged("after %s: %v", e.name, err)
	case err != nil:
		return wrap("read the backup", err)
	case header.Typeflag != tar.TypeReg:
		return damaged("%q is no file", header.Name)
	}
	e.name, e.size = header.Name, header.Size
	return nil
}

// Read gives the bytes of the entry at hand.
func (e *entries) Read(p []byte) (int, error) {
	n, err := e.tar.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = ErrUnfinished
	}
	return n, err
}

// json reads the entry at hand whole, and gives its hash.
func (e *entries) json(name string, limit int64, into any) (sum string, err error) {
	if e.name != name || e.size > limit {
		return "", damaged("%q is where %s should be", e.name, name)
	}
	content, err := io.ReadAll(e)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return "", damaged("%s: %v", name, err)
	}
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:]), nil
}

// head reads the first entry.
func (e *entries) head() (head Head, sum string, err error) {
	if err := e.advance(); err != nil {
		if _, ok := errors.AsType[*DamagedError](err); ok || errors.Is(err, ErrUnfinished) {
			return head, "", ErrNotABackup
		}
		return head, "", err
	}
	if e.name != headEntry {
		return head, "", ErrNotABackup
	}
	if sum, err = e.json(headEntry, maxHead, &head); err != nil {
		return head, "", err
	}
	if head.Format != Format {
		return head, "", &SchemaError{fmt.Sprintf("the backup is of format %d, and this binary reads format %d: restore it with the Postern that made it", head.Format, Format)}
	}
	return head, sum, head.check()
}

// check sees to it that names which become SQL are names.
func (h *Head) check() error {
	for table, columns := range h.Columns {
		for _, c := range columns {
			if c.Name == "" || strings.Trim(c.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
				return damaged("%s has a column %q", table, c.Name)
			}
		}
	}
	return nil
}

// table reads the rows of one table from the parts that come next.
type table struct {
	entries *entries
	name    string
	columns []Column
	parts   int
	in      *bufio.Reader // of the part at hand
	sum     interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func newTable(e *entries, name string, columns []Column) *table {
	return &table{entries: e, name: name, columns: columns, in: bufio.NewReaderSize(nil, 64<<10), sum: sha256.New()}
}

// next gives the next row, nil after the last; then the entry at hand is what follows the table.
func (t *table) next() (Row, error) {
	for {
		if t.parts > 0 {
			line, err := t.in.ReadBytes('\n')
			if err == nil {
				row, err := parseRow(line, t.columns)
				if err != nil {
					err = damaged("%s: %v", t.entries.name, err)
				}
				return row, err
			}
			if !errors.Is(err, io.EOF) {
				return nil, err
			}
			if len(line) > 0 {
				return nil, damaged("%s ends within a row", t.entries.name)
			}
			if err := t.entries.advance(); err != nil {
				return nil, err
			}
		}
		if t.entries.name != partName(t.name, t.parts+1) {
			return nil, nil
		}
		if t.entries.size > maxPart {
			return nil, damaged("%s has %d bytes", t.entries.name, t.entries.size)
		}
		t.parts++
		t.in.Reset(io.TeeReader(t.entries, t.sum))
	}
}
