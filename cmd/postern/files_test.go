package main

import (
	"syscall"
	"testing"
)

func TestSocketsLeaveRoomForFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		set  int
		file uint64
		want int
	}{
		{0, 1 << 20, 1<<20 - filesKept}, {500, 1 << 20, 500}, {5000, 4096, 4096 - filesKept}, {0, 256, 128}, {100, 256, 100}, {0, 1 << 63, 1<<30 - filesKept},
	} {
		if got := mostSockets(c.set, c.file); got != c.want {
			t.Errorf("set to %d, with %d files: %d, want %d", c.set, c.file, got, c.want)
		}
	}
}

func TestFilesAreRaised(t *testing.T) {
	t.Parallel()
	files, err := raiseFiles()
	var limit syscall.Rlimit
	if wrong := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || wrong != nil || files != limit.Max {
		t.Errorf("%d of %d files: %v, %v", files, limit.Max, err, wrong)
	}
}
