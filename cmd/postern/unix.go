package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
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
	if c, dialed := d.DialContext(ctx, "unix", path); dialed == nil {
		_ = c.Close() // somebody listens
		return nil, err
	}
	if failed := os.Remove(path); failed != nil {
		return nil, errors.Join(err, failed)
	}
	return net.Listen("unix", path)
}
