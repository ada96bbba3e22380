package archive

import (
	"errors"
	"fmt"
	"time"
)

// Format is the number of this format. A reader refuses any other.
const Format = 1

// Head is the first entry: what the backup is, and what its rows look like.
type Head struct {
	Format  int                 `json:"format"`
	Schema  int64               `json:"schema"` // number of the newest migration
	Taken   time.Time           `json:"taken"`
	Files   bool                `json:"files"` // whether files are in it
	Columns map[string][]Column `json:"columns"`
}

// Manifest is the last entry: what must have been found before it.
type Manifest struct {
	Head    string           `json:"head"` // SHA-256 of the first entry
	Tables  map[string]Count `json:"tables"`
	Files   int64            `json:"files"`
	Bytes   int64            `json:"bytes"`   // of all files
	Missing []string         `json:"missing"` // files that the database names and the store of files did not have, OFFICE/HASH
	Damaged []string         `json:"damaged"` // files whose bytes are not those that the database names
}

// Count is what there is of a table.
type Count struct {
	Rows int64  `json:"rows"`
	Hash string `json:"sha256"` // of all its parts, one after the other
}

// maxLost is how many files may be missing or damaged before a backup is not worth making: then the folder is the wrong one.
const maxLost = 1000

// Whole says whether every file of the record is in the backup as it should be.
func (m *Manifest) Whole() bool { return len(m.Missing)+len(m.Damaged) == 0 }

// Errors that a caller may tell apart.
var (
	ErrNotABackup = errors.New("this is no backup of Postern")
	ErrUnfinished = errors.New("the backup ends before its manifest: it was never finished, or was cut off")
	ErrNotEmpty   = errors.New("the database has an office already: restore into an empty one, or say --replace to lose what is in it")
)

// DamagedError says what in the backup is not as it was written.
type DamagedError struct{ What string }

// Error names it.
func (e *DamagedError) Error() string { return "the backup is damaged: " + e.What }

func damaged(format string, args ...any) error { return &DamagedError{fmt.Sprintf(format, args...)} }

// SchemaError says that the backup and this binary, or the database, do not go together.
type SchemaError struct{ Sentence string }

// Error says what to do.
func (e *SchemaError) Error() string { return e.Sentence }
