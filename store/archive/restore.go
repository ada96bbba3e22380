package archive

import (
	"archive/tar"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"postern/chat"
	"postern/store/blob"
	"postern/store/query"
)

// Restoring is how a backup is to be restored.
type Restoring struct {
	// Open opens the database to be filled, brought to the schema of the backup and no further.
	Open  func(ctx context.Context, schema int64) (Target, error)
	Files Files
	Known int64 // newest schema number that this binary knows
	NewID func() chat.ID
	Now   time.Time

	Replace      bool // lose what is in the database
	KeepSessions bool // who was signed in stays so, and links stay good
	ResendMail   bool // what was owed or under way goes out, maybe a second time
}

// Restored is what a restore came to.
type Restored struct {
	Taken                  time.Time
	Rows                   map[string]int64
	Files, Bytes           int64
	Missing                []string // files that the record names and neither the backup nor the store of files has
	Damaged                []string // files that were damaged when they were backed up
	Sessions               int64    // ended
	Notices, Mails         int64    // that were under way, and are not sent, or are sent again
	Conversations, Streams int64    // verified, and begun anew
}

// Restore fills an empty database from a backup. Errors: [ErrNotABackup], [ErrUnfinished], [ErrNotEmpty], [*DamagedError], [*SchemaError],
// [*BrokenError], the database's and those of files. After an error the database is as it was.
func (o *Restoring) Restore(ctx context.Context, in io.Reader) (_ *Restored, err error) {
	r := &restore{Restoring: o, entries: &entries{tar: tar.NewReader(reader{ctx, in})}, did: &Restored{Rows: map[string]int64{}}}
	if r.head, r.headSum, err = r.entries.head(); err != nil {
		return nil, err
	}
	if r.head.Schema > o.Known {
		return nil, &SchemaError{fmt.Sprintf("the backup has schema %d, and this binary knows none above %d: restore it with a newer Postern", r.head.Schema, o.Known)}
	}
	r.did.Taken = r.head.Taken
	if r.target, err = o.Open(ctx, r.head.Schema); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.target.Close()) }()
	for _, step := range []func(context.Context) error{r.ready, r.tables, r.files, r.manifest, r.verify, r.settle, r.target.Commit} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r.did, nil
}

// restore is one that is under way.
type restore struct {
	*Restoring
	entries *entries
	head    Head
	headSum string
	target  Target
	found   Manifest // what was found, to be held against the manifest
	did     *Restored
}

// ready sees to it that the database is the right one.
func (r *restore) ready(ctx context.Context) error {
	schema, err := schemaOf(ctx, r.target)
	if err != nil {
		return err
	}
	if schema != r.head.Schema {
		return &SchemaError{fmt.Sprintf("the backup has schema %d and the database %d: restore into a database without tables, it is brought up to date afterwards", r.head.Schema, schema)}
	}
	offices, err := r.offices(ctx)
	if err != nil {
		return err
	}
	if len(offices) > 0 && !r.Replace {
		return ErrNotEmpty
	}
	if !r.Replace {
		return nil
	}
	return wrap("empty the database", r.target.Clear(ctx, append(Tables(), "events")))
}

func (r *restore) offices(ctx context.Context) ([]chat.Office, error) {
	return query.NewReader(r.target, r.target.Dialect()).Offices(ctx)
}

func (r *restore) tables(ctx context.Context) error {
	if err := r.entries.advance(); err != nil {
		return err
	}
	r.found = Manifest{Head: r.headSum, Tables: map[string]Count{}}
	for _, name := range Tables() {
		columns := r.head.Columns[name]
		if len(columns) == 0 {
			continue
		}
		fill, err := r.fillable(ctx, name, columns)
		if err != nil {
			return err
		}
		t := newTable(r.entries, name, columns)
		rows, err := r.target.Fill(ctx, name, fill.columns, fill.from(t.next))
		if err != nil {
			return fmt.Errorf("fill %s: %w", name, err)
		}
		r.found.Tables[name] = Count{Rows: rows, Hash: hex.EncodeToString(t.sum.Sum(nil))}
		r.did.Rows[name] = rows
	}
	return nil
}

// fillable are the columns of a backup that the database does not derive by itself.
type fillable struct {
	columns []Column
	at      []int // where they are in a row of the backup
}

// fillable also sees to it that the table has all the columns.
func (r *restore) fillable(ctx context.Context, table string, columns []Column) (f fillable, err error) {
	has, err := r.target.Columns(ctx, table)
	if err != nil {
		return f, err
	}
	for i, c := range columns {
		at := slices.IndexFunc(has, func(h Column) bool { return h.Name == c.Name && h.Kind == c.Kind })
		if at < 0 {
			return f, damaged("%s has no column %s of kind %s", table, c.Name, c.Kind)
		}
		if !has[at].Generated {
			f.columns, f.at = append(f.columns, c), append(f.at, i)
		}
	}
	return f, nil
}

// from picks them out of the backup's rows.
func (f fillable) from(next func() (Row, error)) func() (Row, error) {
	return func() (Row, error) {
		whole, err := next()
		if err != nil || whole == nil {
			return nil, err
		}
		row := make(Row, len(f.at))
		for i, at := range f.at {
			row[i] = whole[at]
		}
		return row, nil
	}
}

// files puts what files the backup has where files are kept, and notes what else the record names.
func (r *restore) files(ctx context.Context) error {
	named, err := namesOf(ctx, r.target)
	if err != nil {
		return err
	}
	defer named.close()
	for {
		n, ok, err := named.next()
		if err != nil || !ok {
			return err
		}
		if err := r.file(ctx, n); err != nil {
			return fmt.Errorf("restore the file %v: %w", n, err)
		}
		if len(r.found.Missing)+len(r.found.Damaged) > maxLost {
			return damaged("more than %d files of the record are not in it", maxLost)
		}
	}
}

func (r *restore) file(ctx context.Context, n name) error {
	if !r.head.Files {
		return r.look(ctx, n)
	}
	text, isFile := strings.CutPrefix(r.entries.name, "files/")
	if !isFile || text != n.String() {
		r.found.Missing = append(r.found.Missing, n.String())
		return nil
	}
	ref, err := r.Files.Put(ctx, n.office, r.entries, r.entries.size)
	if err != nil {
		return err
	}
	if ref.Hash != n.hash {
		r.found.Damaged = append(r.found.Damaged, n.String())
	}
	r.found.Files++
	r.found.Bytes += ref.Size
	return r.entries.advance()
}

// look is for a backup of the database alone, whose files come by another way.
func (r *restore) look(ctx context.Context, n name) error {
	content, _, err := r.Files.Open(ctx, n.office, n.hash)
	if errors.Is(err, blob.ErrNotFound) {
		r.did.Missing = append(r.did.Missing, n.String())
		return nil
	}
	if err != nil {
		return err
	}
	return content.Close()
}

// manifest holds what was found against what should be.
func (r *restore) manifest(context.Context) error {
	var should Manifest
	if _, err := r.entries.json(manifestEntry, maxHead, &should); err != nil {
		return err
	}
	if should.Head != r.found.Head {
		return damaged("%s is not what was written", headEntry)
	}
	for _, name := range Tables() {
		if should.Tables[name] != r.found.Tables[name] {
			return damaged("the table %s is not what was written: %d rows of %d", name, r.found.Tables[name].Rows, should.Tables[name].Rows)
		}
	}
	if !slices.Equal(should.Missing, r.found.Missing) || !slices.Equal(should.Damaged, r.found.Damaged) ||
		should.Files != r.found.Files || should.Bytes != r.found.Bytes {
		return damaged("files are not what was written: %d of %d, %d unexpectedly missing, %d with other bytes",
			r.found.Files, should.Files, len(r.found.Missing)-len(should.Missing), len(r.found.Damaged)-len(should.Damaged))
	}
	r.did.Files, r.did.Bytes, r.did.Damaged = r.found.Files, r.found.Bytes, r.found.Damaged
	r.did.Missing = append(r.did.Missing, r.found.Missing...)
	return nil
}

func (r *restore) verify(ctx context.Context) (err error) {
	r.did.Conversations, err = VerifyRecords(ctx, r.target, 0)
	return err
}
