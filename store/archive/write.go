package archive

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"postern/store/blob"
	"postern/store/query"
)

const (
	headEntry     = "postern.json"
	manifestEntry = "manifest.json"
	partSize      = 4 << 20 // bytes of rows in one entry, and the rest of the last row
)

// Files is where the files of the record are: [blob.Blobs].
type Files interface {
	Open(ctx context.Context, office [16]byte, hash [sha256.Size]byte) (io.ReadSeekCloser, int64, error)
	Put(ctx context.Context, office [16]byte, r io.Reader, limit int64) (blob.Ref, error)
}

// Backup writes a backup to out. It closes the source as soon as its rows are written, long before the files are. Without files
// the backup is of the database alone. Files that are missing or damaged do not keep it from writing
// the rest: the manifest tells of them. known is the newest schema number that this binary knows.
func Backup(ctx context.Context, out io.Writer, source Source, files Files, known int64, now time.Time) (m *Manifest, err error) {
	open := true
	defer func() {
		if open {
			err = errors.Join(err, source.Close())
		}
	}()
	w := &writer{tar: tar.NewWriter(out), taken: now.UTC().Truncate(time.Microsecond), manifest: Manifest{Tables: map[string]Count{}}}
	if err := w.database(ctx, source, files != nil, known); err != nil {
		return nil, err
	}
	if files != nil {
		named, err := namesOf(ctx, source)
		if err != nil {
			return nil, err
		}
		defer named.close()
		open = false
		if err := source.Close(); err != nil {
			return nil, err
		}
		if err := w.files(ctx, files, named); err != nil {
			return nil, err
		}
	}
	if err := w.json(manifestEntry, w.manifest, nil); err != nil {
		return nil, err
	}
	return &w.manifest, wrap("finish the backup", w.tar.Close())
}

// writer is a backup that is being written.
type writer struct {
	tar      *tar.Writer
	taken    time.Time
	manifest Manifest
}

func (w *writer) entry(name string, size int64) error {
	return wrap("write the backup", w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: w.taken.Truncate(time.Second), Format: tar.FormatPAX,
	}))
}

func (w *writer) bytes(name string, content []byte) error {
	if err := w.entry(name, int64(len(content))); err != nil {
		return err
	}
	_, err := w.tar.Write(content)
	return wrap("write the backup", err)
}

// json writes an entry, and its bytes to sum if there is one.
func (w *writer) json(name string, value any, sum hash.Hash) error {
	content, err := json.MarshalIndent(value, "", "\t")
	if err != nil {
		return err
	}
	if sum != nil {
		sum.Write(content) // never fails
	}
	return w.bytes(name, content)
}

func (w *writer) database(ctx context.Context, source Source, files bool, known int64) error {
	schema, err := schemaOf(ctx, source)
	if err != nil {
		return err
	}
	if schema > known {
		return &SchemaError{fmt.Sprintf("the database has schema %d, and this binary knows none above %d: back it up with the Postern that runs on it", schema, known)}
	}
	head := Head{Format: Format, Schema: schema, Taken: w.taken, Files: files, Columns: map[string][]Column{}}
	for _, table := range Tables() {
		columns, err := source.Columns(ctx, table)
		if err != nil {
			return wrap("read the columns of "+table, err)
		}
		if len(columns) > 0 { // an older schema has fewer tables
			head.Columns[table] = columns
		}
	}
	sum := sha256.New()
	if err := w.json(headEntry, head, sum); err != nil {
		return err
	}
	w.manifest.Head = hex.EncodeToString(sum.Sum(nil))
	for _, table := range Tables() {
		if columns := head.Columns[table]; len(columns) > 0 {
			if err := w.table(ctx, source, table, columns); err != nil {
				return fmt.Errorf("back up %s: %w", table, err)
			}
		}
	}
	return nil
}

func (w *writer) table(ctx context.Context, source query.DB, table string, columns []Column) error {
	var rows int64
	var parts int
	sum, part := sha256.New(), make([]byte, 0, partSize+partSize/4)
	flush := func() error {
		parts++
		sum.Write(part) // never fails
		err := w.bytes(partName(table, parts), part)
		part = part[:0]
		return err
	}
	err := rowsOf(ctx, source, table, columns, func(row Row) (err error) {
		if part, err = appendRow(part, row); err != nil {
			return fmt.Errorf("row %d: %w", rows+1, err)
		}
		if rows++; len(part) >= partSize {
			return flush()
		}
		return nil
	})
	if err == nil && len(part) > 0 {
		err = flush()
	}
	w.manifest.Tables[table] = Count{Rows: rows, Hash: hex.EncodeToString(sum.Sum(nil))}
	return err
}

func partName(table string, part int) string { return fmt.Sprintf("tables/%s/%06d.jsonl", table, part) }

// files copies all that are named.
func (w *writer) files(ctx context.Context, files Files, named *names) error {
	for {
		n, ok, err := named.next()
		if err != nil || !ok {
			return err
		}
		if err := w.file(ctx, files, n); err != nil {
			return fmt.Errorf("back up the file %v: %w", n, err)
		}
		if len(w.manifest.Missing)+len(w.manifest.Damaged) > maxLost {
			return fmt.Errorf("more than %d files of the record are missing or damaged: is this where they are kept?", maxLost)
		}
	}
}

func (w *writer) file(ctx context.Context, files Files, n name) (err error) {
	content, size, err := files.Open(ctx, n.office, n.hash)
	if errors.Is(err, blob.ErrNotFound) {
		w.manifest.Missing = append(w.manifest.Missing, n.String())
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	if err := w.entry("files/"+n.String(), size); err != nil {
		return err
	}
	whole, err := copyFile(ctx, w.tar, content, size, n)
	if err != nil {
		return err
	}
	if !whole {
		w.manifest.Damaged = append(w.manifest.Damaged, n.String())
	}
	w.manifest.Files++
	w.manifest.Bytes += size
	return nil
}

// copyFile says whether the bytes are those that the name names.
func copyFile(ctx context.Context, to io.Writer, content io.Reader, size int64, n name) (whole bool, err error) {
	sum := sha256.New()
	_, err = io.CopyN(io.MultiWriter(to, sum), reader{ctx, content}, size)
	return [sha256.Size]byte(sum.Sum(nil)) == n.hash, err
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

// Read is io.Reader's.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

func wrap(tried string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", tried, err)
}
