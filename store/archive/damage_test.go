package archive_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/chat"
	"postern/store"
	"postern/store/archive"
)

// TestDamageIsFound changes a byte in the middle of each entry.
func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	old := newPlace(t, "sqlite").open()
	old.live()
	backup, _ := old.backup()
	p := newPlace(t, "sqlite")
	for _, e := range entriesOf(t, backup) {
		if len(e.content) == 0 {
			continue
		}
		changed := bytes.Clone(backup)
		changed[e.at+len(e.content)/2] ^= 1
		if _, err := p.restoring().Restore(t.Context(), bytes.NewReader(changed)); err == nil {
			t.Fatalf("%s was restored with a byte changed", e.name)
		}
	}
	for _, e := range entriesOf(t, backup) {
		if bytes.HasPrefix([]byte(e.name), []byte("tables/mess")) { // text that is text still
			changed := bytes.Clone(backup)
			at := bytes.Index(e.content, []byte("again"))
			copy(changed[e.at+at:], "AGAIN")
			_, err := p.restoring().Restore(t.Context(), bytes.NewReader(changed))
			if _, ok := errors.AsType[*archive.DamagedError](err); at < 0 || !ok {
				t.Errorf("a changed word: %v", err)
			}
		}
	}
	p.restore(backup, p.restoring()) // none of them has left a trace
}

// TestCutOffIsFound is a backup, or a restore, that was killed.
func TestCutOffIsFound(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			old := newPlace(t, "sqlite").open()
			old.live()
			backup, _ := old.backup()
			p := newPlace(t, kind)
			last := entriesOf(t, backup)
			for i := range 12 {
				end := last[len(last)-1].at * i / 12
				_, err := p.restoring().Restore(t.Context(), bytes.NewReader(backup[:end]))
				if !errors.Is(err, archive.ErrUnfinished) && !(i == 0 && errors.Is(err, archive.ErrNotABackup)) {
					t.Errorf("%d bytes of %d: %v", end, len(backup), err)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			in := io.MultiReader(bytes.NewReader(backup[:len(backup)/2]), readerFunc(func([]byte) (int, error) { cancel(); return 0, ctx.Err() }))
			if _, err := p.restoring().Restore(ctx, in); !errors.Is(err, context.Canceled) {
				t.Errorf("a restore that was stopped: %v", err)
			}
			p.restore(backup, p.restoring())
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestAChangedRecordIsFound backs up, in good order, a database in which somebody has changed the past.
func TestAChangedRecordIsFound(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"a word":         `UPDATE messages SET text = 'AGAIN' WHERE client_key = 'again'`,
		"a file's name":  `UPDATE attachments SET name = 'other.txt' WHERE name = 'c.txt'`,
		"the last entry": `DELETE FROM messages WHERE position = (SELECT max(position) FROM messages)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "sqlite").open()
			p.live()
			p.close()
			target, err := store.Refill(t.Context(), p.url, known(t), store.Options{})
			p.must(err)
			n, err := target.Exec(t.Context(), change)
			if p.must(errors.Join(err, target.Commit(t.Context()), target.Close())); n != 1 {
				t.Fatalf("%d rows changed", n)
			}
			backup, _ := p.backup()
			next := newPlace(t, "postgres")
			_, err = next.restoring().Restore(t.Context(), bytes.NewReader(backup))
			if _, ok := errors.AsType[*archive.BrokenError](err); !ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestWhatIsNoBackup is refused before anything is touched.
func TestWhatIsNoBackup(t *testing.T) {
	t.Parallel()
	old := newPlace(t, "sqlite").open()
	old.live()
	backup, _ := old.backup()
	p := newPlace(t, "sqlite")
	for name, in := range map[string]string{"nothing": "", "text": strings.Repeat("no backup\n", 1000), "zeros": strings.Repeat("\x00", 4096)} {
		if _, err := p.restoring().Restore(t.Context(), strings.NewReader(in)); !errors.Is(err, archive.ErrNotABackup) {
			t.Errorf("%s: %v", name, err)
		}
	}
	newer := p.restoring()
	newer.Known--
	_, err := newer.Restore(t.Context(), bytes.NewReader(backup))
	if _, ok := errors.AsType[*archive.SchemaError](err); !ok {
		t.Errorf("a backup of a newer schema: %v", err)
	}
	_, err = archive.Backup(t.Context(), io.Discard, old.source(), old.files, known(t)-1, time.Now())
	if _, ok := errors.AsType[*archive.SchemaError](err); !ok {
		t.Errorf("a backup of a newer database: %v", err)
	}
}

// TestInUse refuses to restore under a node, and a node under a restore.
func TestInUse(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, kind)
			running := p.open()
			running.live()
			backup, _ := p.backup()
			how := p.restoring()
			how.Replace = true
			if _, err := how.Restore(t.Context(), bytes.NewReader(backup)); chat.KindOf(err) != chat.Unavailable {
				t.Errorf("under a node: %v", err)
			}
			if err := running.store.Ping(t.Context()); err != nil {
				t.Errorf("the node afterwards: %v", err)
			}
			running.close()
			target, err := store.Refill(t.Context(), p.url, known(t), store.Options{})
			p.must(err)
			defer target.Close()
			if _, err := how.Restore(t.Context(), bytes.NewReader(backup)); chat.KindOf(err) != chat.Unavailable {
				t.Errorf("under another restore: %v", err)
			}
		})
	}
}

// TestLostFilesAreTold does not keep a backup from having all the rest.
func TestLostFilesAreTold(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "sqlite").open()
	p.live()
	hash := func(content string) string {
		ref, err := p.files.Put(t.Context(), p.office.ID, strings.NewReader(content), 1<<20)
		p.must(err)
		return hex.EncodeToString(ref.Hash[:])
	}
	alpha, beta := hash("alpha"), hash(strings.Repeat("beta", 100_000))
	folder := filepath.Join(p.dir, hex.EncodeToString(p.office.ID[:]))
	p.must(os.Remove(filepath.Join(folder, alpha[:2], alpha)))
	p.must(os.WriteFile(filepath.Join(folder, beta[:2], beta), []byte("other bytes"), 0o600))
	backup, m := p.backup()
	if len(m.Missing) != 1 || !strings.HasSuffix(m.Missing[0], alpha) || len(m.Damaged) != 1 || !strings.HasSuffix(m.Damaged[0], beta) || m.Files != 3 {
		t.Fatalf("the backup has %+v", m)
	}
	next := newPlace(t, "sqlite")
	did := next.restore(backup, next.restoring())
	if fmt.Sprint(did.Missing, did.Damaged) != fmt.Sprint(m.Missing, m.Damaged) {
		t.Errorf("missing %q, damaged %q", did.Missing, did.Damaged)
	}
}

// full is a disk with some room.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestFullDisk ends a backup with the disk's error, wherever it comes.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "sqlite").open()
	p.live()
	backup, _ := p.backup()
	for room := 0; room < len(backup)-1024; room += len(backup) / 10 {
		if _, err := archive.Backup(t.Context(), &full{room}, p.source(), p.files, known(t), time.Now()); !errors.Is(err, errFull) {
			t.Errorf("with room for %d bytes: %v", room, err)
		}
	}
}

// TestFileHasItsNameWhenItIsWhole and never before, also when two want the same.
func TestFileHasItsNameWhenItIsWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.tar")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(path+".partial", bytes.Repeat([]byte("left by one that was killed"), 100), 0o600))
	file, err := archive.Create(path)
	must(err)
	_, err = io.WriteString(file, "whole")
	must(err)
	if _, err := archive.Create(path); err == nil {
		t.Error("two write the same backup")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it has its name: %v", err)
	}
	must(file.Keep())
	if got, err := os.ReadFile(path); string(got) != "whole" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := archive.Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup is replaced: %v", err)
	}
	given, err := archive.Create(path + "2")
	must(err)
	must(given.Discard())
	if left, err := filepath.Glob(path + "2*"); len(left) != 0 {
		t.Errorf("left: %q, %v", left, err)
	}
}
