package archive

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"postern/store/query"
)

// name names a file of the record within its office.
type name struct {
	office [16]byte
	hash   [32]byte
}

const nameSize = 16 + 32

func (n name) String() string {
	return hex.EncodeToString(n.office[:]) + "/" + hex.EncodeToString(n.hash[:])
}

// names are those of all files that a database's record names, ascending, kept in a temporary file: there may be millions.
type names struct {
	file *os.File
	in   *bufio.Reader
}

const selectNames = `
	SELECT office_id, hash FROM attachments WHERE ` + keptFiles + `
	UNION
	SELECT office_id, raw FROM letters WHERE raw IS NOT NULL
	ORDER BY 1, 2`

// namesOf reads them all. The caller closes what it gets.
func namesOf(ctx context.Context, db query.DB) (_ *names, err error) {
	file, err := os.CreateTemp("", "postern-names-*")
	if err != nil {
		return nil, err
	}
	n := &names{file: file}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("list the record's files: %w", err), n.close())
		}
	}()
	if err := os.Remove(file.Name()); err != nil { // it lives as long as it is open
		return nil, err
	}
	out := bufio.NewWriter(file)
	err = selected(ctx, db, 2, selectNames, func(row Row) error {
		office, ok := row[0].([]byte)
		hash, also := row[1].([]byte)
		if !ok || !also || len(office)+len(hash) != nameSize {
			return errors.New("a file without a name")
		}
		_, err := out.Write(append(office, hash...))
		return err
	})
	if err := errors.Join(err, out.Flush()); err != nil {
		return nil, err
	}
	_, err = file.Seek(0, io.SeekStart)
	n.in = bufio.NewReader(file)
	return n, err
}

// next gives the next name, or false after the last.
func (n *names) next() (next name, ok bool, err error) {
	var b [nameSize]byte
	if _, err := io.ReadFull(n.in, b[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return name{}, false, nil
		}
		return name{}, false, err
	}
	copy(next.office[:], b[:16])
	copy(next.hash[:], b[16:])
	return next, true, nil
}

func (n *names) close() error { return n.file.Close() }
