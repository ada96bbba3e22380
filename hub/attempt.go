package hub

import (
	"net"
	"syscall"
)

// attempt writes to a connection as much as the kernel takes at once.
type attempt struct {
	conn syscall.RawConn
	once func(fd uintptr) bool // made once: a closure a frame would be garbage a frame

	frame []byte
	n     int
	err   error
}

// newAttempt gives nil for a connection that is not plainly a socket.
func newAttempt(conn net.Conn) *attempt {
	socket, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil
	}
	a := &attempt{conn: raw}
	a.once = a.write1
	return a
}

// write must not be called by two at once, nor beside a Write of the connection.
func (a *attempt) write(frame []byte) (int, error) {
	a.frame, a.n, a.err = frame, 0, nil
	if err := a.conn.Write(a.once); err != nil {
		return 0, err
	}
	a.frame = nil
	return a.n, a.err
}

// write1 always says that it is done, so that [syscall.RawConn] does not wait for the socket.
func (a *attempt) write1(fd uintptr) bool {
	for {
		n, errno := sendNow(fd, a.frame)
		switch errno {
		case 0:
			a.n = n
			return true
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return true
		}
		a.err = errno
		return true
	}
}
