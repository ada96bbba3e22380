package rig

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// lose makes the kernel drop a share of the packets that arrive for a socket, before TCP sees them: a classic BPF program on the
// socket (socket(7), SO_ATTACH_FILTER), which needs neither netem nor rights. A closed socket loses nothing any more.
func lose(c syscall.Conn, share float64) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return fmt.Errorf("lose packets: %w", err)
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = filter(int(fd), share) })
	if err := errors.Join(err, failed); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("lose packets: %w", err)
	}
	return nil
}

// random is where a program reads a random number (linux/filter.h: SKF_AD_OFF + SKF_AD_RANDOM, -0x1000 + 56).
const random = 1<<32 - 0x1000 + 56

func filter(fd int, share float64) error {
	if share <= 0 {
		err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DETACH_FILTER, 0)
		if errors.Is(err, unix.ENOENT) {
			return nil // there was none
		}
		return err
	}
	program := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: random},
		{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, K: uint32(share * (1<<32 - 1)), Jt: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0},
		{Code: unix.BPF_RET | unix.BPF_K, K: 1<<32 - 1},
	}
	if share >= 1 {
		program = program[2:3]
	}
	return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
}
