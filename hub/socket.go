package hub

import (
	"net"
	"syscall"
)

// socket is a connection's descriptor, which is given frames past [net.Conn]: its locks and its poller cost 9 % of a fan-out (docs/benchmarks.md).
// A number is all that it is: once the connection is closed it may be another's, so whoever closes one and whoever writes to it hold one lock.
type socket int

// noSocket stands for what cannot be given bytes without waiting (TLS, pipes), and for what has been closed.
const noSocket socket = -1

func socketOf(conn net.Conn) socket {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return noSocket
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return noSocket
	}
	s := noSocket
	if raw.Control(func(fd uintptr) { s = socket(fd) }) != nil {
		return noSocket
	}
	return s
}

// write gives the kernel as much as it takes at once.
func (s socket) write(frame []byte) (int, error) {
	for {
		n, errno := sendNow(uintptr(s), frame)
		switch errno {
		case 0:
			return n, nil
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return 0, nil
		}
		return 0, errno
	}
}
