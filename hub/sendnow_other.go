//go:build !(linux && (amd64 || arm64))

package hub

import (
	"errors"
	"syscall"
)

// sendNow gives a socket what it takes at once: Go's sockets never wait in a system call.
func sendNow(fd uintptr, b []byte) (int, syscall.Errno) {
	n, err := syscall.Write(int(fd), b)
	errno, _ := errors.AsType[syscall.Errno](err)
	return n, errno
}
