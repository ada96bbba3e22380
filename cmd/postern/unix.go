package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// listenUnix listens at a path. A socket that nobody answers at was left behind.
func listenUnix(ctx context.Context, path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err == nil {
		return l, nil
	}
	info, failed := os.Lstat(path)
	if failed != nil || info.Mode().Type() != fs.ModeSocket {
		return nil, err
	}
	var d net.Dialer
	c, dialed := d.DialContext(ctx, "unix", path)
	if dialed == nil {
		_ = c.Close()
	}
	if !errors.Is(dialed, syscall.ECONNREFUSED) { // somebody listens, and may be too busy to answer (EAGAIN), or answers others alone
		return nil, err
	}
	if failed := os.Remove(path); failed != nil {
		return nil, errors.Join(err, failed)
	}
	return net.Listen("unix", path)
}
