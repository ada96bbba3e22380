package archive_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"postern/store"
	"postern/store/archive"
	"postern/store/blob"
)

// victimEnv tells a process of this test binary that it is to be killed, and at what.
const victimEnv = "ARCHIVE_TEST_VICTIM"

// victim is what such a process does until it has come half-way. Then it says so, and waits for its end.
type victim struct {
	Restore  string // the backup to be restored; empty: one is to be written
	Backup   string // the file to be written
	URL, Dir string
	Known    int64
	Half     int
}

func TestMain(m *testing.M) {
	text := os.Getenv(victimEnv)
	if text == "" {
		os.Exit(m.Run())
	}
	var v victim
	err := json.Unmarshal([]byte(text), &v)
	if err == nil {
		err = v.run(context.Background())
	}
	fmt.Fprintln(os.Stderr, "the victim came to its end:", err)
	os.Exit(1)
}

func (v victim) run(ctx context.Context) error {
	files, err := blob.NewDisk(v.Dir)
	if err != nil {
		return err
	}
	if v.Restore == "" {
		return v.backup(ctx, files)
	}
	in, err := os.Open(v.Restore)
	if err != nil {
		return err
	}
	how := archive.Restoring{
		Open: func(ctx context.Context, schema int64) (archive.Target, error) {
			return store.Refill(ctx, v.URL, schema, store.Options{})
		},
		Files: files, Known: v.Known, NewID: newID, Now: time.Now(),
	}
	_, err = how.Restore(ctx, &stopping{half: v.Half, in: in})
	return err
}

func (v victim) backup(ctx context.Context, files archive.Files) error {
	source, err := store.Snapshot(ctx, v.URL, store.Options{})
	if err != nil {
		return err
	}
	out, err := archive.Create(v.Backup)
	if err != nil {
		return err
	}
	_, err = archive.Backup(ctx, &stopping{half: v.Half, out: out}, source, files, v.Known, time.Now())
	return err
}

// stopping reads or writes half, says so, and waits.
type stopping struct {
	half int
	in   io.Reader
	out  io.Writer
}

func (s *stopping) count(n int) {
	if s.half -= n; s.half <= 0 {
		fmt.Println("half")
		select {}
	}
}

func (s *stopping) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	s.count(n)
	return n, err
}

func (s *stopping) Write(p []byte) (int, error) {
	n, err := s.out.Write(p)
	s.count(n)
	return n, err
}

// kill runs the victim until it is half-way, and kills it.
func (v victim) kill(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), os.Args[0])
	process.Env = append(os.Environ(), victimEnv+"="+string(text))
	var said bytes.Buffer
	process.Stderr = &said
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "half\n" {
		t.Errorf("it never came half-way: %v: %s", err, said.String())
	}
	_ = process.Process.Kill()
	_ = process.Wait() // it was killed
}

// TestKilledHalfWay leaves nothing that looks like a backup, or like a practice.
func TestKilledHalfWay(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			old := newPlace(t, kind).open()
			old.live()
			backup, _ := old.backup()
			path := filepath.Join(t.TempDir(), "b.tar")
			writing := victim{Backup: path, URL: old.url, Dir: old.dir, Known: known(t), Half: len(backup) / 2}
			writing.kill(t)
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the backup has its name: %v", err)
			}
			file, err := archive.Create(path)
			old.must(err)
			_, err = file.Write(backup)
			old.must(errors.Join(err, file.Keep()))
			for _, half := range []int{len(backup) / 20, len(backup) / 2, len(backup) - 2000} { // in the rows, in the files, before the manifest
				p := newPlace(t, kind)
				victim{Restore: path, URL: p.url, Dir: p.dir, Known: known(t), Half: half}.kill(t)
				p.restore(backup, p.restoring()) // is refused by a database that has anything in it
			}
		})
	}
}
