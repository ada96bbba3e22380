package blob

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var office = [16]byte{1}

func openDisk(t *testing.T) (d *Disk, dir string) {
	t.Helper()
	dir = t.TempDir()
	d, err := NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, dir
}

// files lists every regular file below dir.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, strings.TrimPrefix(name, dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// faulty is a file on a disk that fails.
type faulty struct {
	file
	room            int // bytes until the disk is full
	onSync, onClose error
}

func (f *faulty) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n, err := f.file.Write(p[:f.room])
		return n, errors.Join(err, syscall.ENOSPC)
	}
	f.room -= len(p)
	return f.file.Write(p)
}

func (f *faulty) Sync() error { return errors.Join(f.file.Sync(), f.onSync) }

func (f *faulty) Close() error { return errors.Join(f.file.Close(), f.onClose) }

func TestDiskFails(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]struct {
		fault faulty
		want  error
	}{
		"full at the first byte": {faulty{}, syscall.ENOSPC},
		"full half-way":          {faulty{room: 150_000}, syscall.ENOSPC},
		"fsync":                  {faulty{room: 1 << 20, onSync: syscall.EIO}, syscall.EIO},
		"close":                  {faulty{room: 1 << 20, onClose: syscall.EDQUOT}, syscall.EDQUOT},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, dir := openDisk(t)
			whole := d.create
			d.create = func(name string) (file, error) {
				real, err := whole(name)
				fault := f.fault
				fault.file = real
				return &fault, err
			}
			content := bytes.Repeat([]byte("postern "), 40_000)
			if _, err := d.Put(t.Context(), office, bytes.NewReader(content), 1<<20); !errors.Is(err, f.want) {
				t.Errorf("%v, want %v", err, f.want)
			}
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("left behind: %q", left)
			}
			d.create = whole
			if _, err := d.Put(t.Context(), office, bytes.NewReader(content), 1<<20); err != nil {
				t.Errorf("with room again: %v", err)
			}
		})
	}
}

func TestOneFileForOneContent(t *testing.T) {
	t.Parallel()
	d, dir := openDisk(t)
	for range 3 {
		if _, err := d.Put(t.Context(), office, strings.NewReader("same"), 100); err != nil {
			t.Fatal(err)
		}
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte("same")))
	want := "/01000000000000000000000000000000/" + sum[:2] + "/" + sum
	if got := files(t, dir); len(got) != 1 || got[0] != want {
		t.Errorf("files are %q, want %q", got, want)
	}
}

func TestPutMendsDamage(t *testing.T) {
	t.Parallel()
	d, dir := openDisk(t)
	ref, err := d.Put(t.Context(), office, strings.NewReader("sound"), 100)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, contentPath(office, ref.Hash))
	if err := os.Truncate(name, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), office, strings.NewReader("sound"), 100); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "sound" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPutRenewsTime(t *testing.T) {
	t.Parallel()
	d, dir := openDisk(t)
	ref, err := d.Put(t.Context(), office, strings.NewReader("again"), 100)
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, contentPath(office, ref.Hash)), old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), office, strings.NewReader("again"), 100); err != nil {
		t.Fatal(err)
	}
	if err := d.Delete(t.Context(), office, ref.Hash, time.Now().Add(-Grace)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Open(t.Context(), office, ref.Hash); err != nil {
		t.Errorf("put again and yet deleted: %v", err)
	}
}

func TestSweepTakesOnlyWhatIsOld(t *testing.T) {
	t.Parallel()
	d, dir := openDisk(t)
	old := time.Now().Add(-24 * time.Hour)
	for i := range 2*sweepBatch + 10 {
		name := filepath.Join(dir, incoming, fmt.Sprint("interrupted", i))
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if i >= 10 {
			if err := os.Chtimes(name, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	removed, err := d.Sweep(t.Context(), time.Now().Add(-time.Hour))
	if err != nil || removed != 2*sweepBatch {
		t.Errorf("removed %d of %d, %v", removed, 2*sweepBatch, err)
	}
	if left := files(t, dir); len(left) != 10 {
		t.Errorf("%d left of the 10 young ones", len(left))
	}
}

// What was swept under a put that stood still must not be reported as stored.
func TestSweptPutFails(t *testing.T) {
	t.Parallel()
	d, dir := openDisk(t)
	swept := make(chan error, 1)
	r := io.MultiReader(strings.NewReader("half"), readerFunc(func([]byte) (int, error) {
		n, err := d.Sweep(t.Context(), time.Now().Add(time.Minute))
		if n != 1 {
			err = fmt.Errorf("swept %d, %v", n, err)
		}
		swept <- err
		return 0, io.EOF
	}))
	if _, err := d.Put(t.Context(), office, r, 100); err == nil {
		t.Error("Put succeeded")
	}
	if err := <-swept; err != nil {
		t.Error(err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Somebody who can write into the directory cannot lead a put out of it.
func TestNoWayOut(t *testing.T) {
	t.Parallel()
	d, dir := openDisk(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "01000000000000000000000000000000")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), office, strings.NewReader("x"), 100); err == nil {
		t.Error("Put followed a link out of its directory")
	}
	if left := append(files(t, outside), files(t, filepath.Join(dir, incoming))...); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestNewDiskRefusesAFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewDisk(name); err == nil {
		t.Error("a file was taken for a directory")
	}
}

// Not parallel: it counts what the process allocates.
func TestMemoryIsBounded(t *testing.T) {
	d, _ := openDisk(t)
	const size = 100 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ref, err := d.Put(t.Context(), office, io.LimitReader(zeroes{}, size), size)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := d.Open(t.Context(), office, ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	if err := errors.Join(err, r.Close()); err != nil || n != size {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("%d bytes allocated for a content of %d", grown, size)
	}
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func BenchmarkPut(b *testing.B) {
	d, err := NewDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	var serial atomic.Int64
	b.SetBytes(100 << 10)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			name := strings.NewReader(fmt.Sprint(serial.Add(1)))
			if _, err := d.Put(b.Context(), office, io.MultiReader(name, io.LimitReader(zeroes{}, 100<<10)), 1<<20); err != nil {
				b.Error(err)
			}
		}
	})
}
