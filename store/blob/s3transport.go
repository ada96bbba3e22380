package blob

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

const (
	s3Connections = 32               // at most, unless it is said
	connectWithin = 5 * time.Second  // one attempt
	standstill    = 30 * time.Second // in which not a byte goes or comes: the server is given up
)

// newTransport bounds how many connections there are, and how long a server may keep one waiting.
func newTransport(secure bool, connections int) (*http.Transport, error) {
	t, err := minio.DefaultTransport(secure)
	if err != nil {
		return nil, err
	}
	t.MaxConnsPerHost = cmp.Or(connections, s3Connections)
	t.MaxIdleConnsPerHost = t.MaxConnsPerHost
	t.MaxIdleConns = 0 // bounded by the others
	t.IdleConnTimeout = standstill / 2
	dialer := &net.Dialer{Timeout: connectWithin}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return impatient{conn}, nil
	}
	return t, nil
}

// impatient is a connection that waits only so long.
type impatient struct{ net.Conn }

// Read waits for the first byte, from now on or from the last that was written: an answer is waited for from the first byte of a request.
func (c impatient) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(standstill)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write waits until all of p is on its way.
func (c impatient) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(standstill)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
