package main

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestASocketLeftBehindIsTaken, and nobody else's: not that of one who is too busy to answer, nor a file that is no socket.
func TestASocketLeftBehindIsTaken(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lmtp")
	left, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	if _, err := listenUnix(t.Context(), path); err == nil {
		t.Fatal("somebody listens, and it was taken")
	}
	if err := left.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := listenUnix(t.Context(), path)
	if err != nil {
		t.Fatalf("left behind: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listenUnix(t.Context(), path); err == nil {
		t.Error("a file was taken for a socket")
	}
}

// TestABusySocketIsNobodyElses: it takes no more connections for now, and is not taken away.
func TestABusySocketIsNobodyElses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lmtp")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	waits, err := net.Dial("unix", path) // nobody accepts it: there is no more room
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = waits.Close() })
	if l, err := listenUnix(t.Context(), path); err == nil {
		_ = l.Close()
		t.Error("it was taken away")
	}
}
