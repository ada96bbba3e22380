package main

import (
	"fmt"
	"syscall"
)

// beside is how many files we and the servers have open besides sockets.
const beside = 500

// allowFiles makes room for so many sockets in this process, and in those that it starts.
func allowFiles(sockets int) error {
	need := uint64(sockets + beside)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	wanted := syscall.Rlimit{Cur: max(limit.Cur, need), Max: max(limit.Max, need)}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &wanted); err != nil {
		return fmt.Errorf("%d sockets need %d open files, the limit is %d: raise it (ulimit -n), as root where it is hard: %w", sockets, need, limit.Max, err)
	}
	return nil
}
