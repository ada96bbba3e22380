package clamd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	chunk       = 64 << 10 // bytes that are sent at a time
	mostAnswer  = 1 << 10  // bytes
	mostScans   = 8        // at a time; clamd's MaxThreads is 10 by default
	dialTime    = 5 * time.Second
	stepTime    = 30 * time.Second // for one chunk to be taken, and beside what a content's size allows, for the answer
	slowest     = 256 << 10        // bytes a second that a daemon looks through at least
	versionTime = time.Minute      // how long its version is believed
)

// Client asks one daemon. It is safe for concurrent use.
type Client struct {
	network, address string
	scans            chan struct{} // holds one for each content on its way

	mu      sync.Mutex
	version string
	asked   time.Time
	stats   Stats
}

// Stats counts what was asked.
type Stats struct {
	Clean, Found, Failed uint64
	Scanning, Most       int
}

// New reads an address: unix:PATH or tcp://HOST:PORT. It connects to nothing.
func New(address string) (*Client, error) {
	c := &Client{scans: make(chan struct{}, mostScans)}
	if path, ok := strings.CutPrefix(address, "unix:"); ok && strings.HasPrefix(path, "/") {
		c.network, c.address = "unix", path
		return c, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "tcp" || u.Hostname() == "" || u.Port() == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("%q is not like unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310", address)
	}
	c.network, c.address = "tcp", u.Host
	return c, nil
}

// Signatures gives the daemon's version and that of its signatures, as it has said them within the last minute.
func (c *Client) Signatures(ctx context.Context) (string, error) {
	c.mu.Lock()
	version, fresh := c.version, time.Since(c.asked) < versionTime
	c.mu.Unlock()
	if fresh {
		return version, nil
	}
	version, err := c.Version(ctx)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version, c.asked = version, time.Now()
	return version, nil
}

// Version asks the daemon for its version and that of its signatures.
func (c *Client) Version(ctx context.Context) (string, error) {
	answer, err := c.ask(ctx, "VERSION", stepTime, func(net.Conn) error { return nil })
	if err == nil && !strings.HasPrefix(answer, "ClamAV ") {
		err = fmt.Errorf("clamd: VERSION is answered by %q", answer)
	}
	return answer, err
}

// Scan sends a content of so many bytes and gives the name of what was found in it; empty: nothing. It waits for as long as too many others are scanned.
func (c *Client) Scan(ctx context.Context, content io.Reader, size int64) (found string, err error) {
	select {
	case c.scans <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-c.scans }()
	found, err = c.scan(ctx, content, size)
	c.count(found, err)
	return found, err
}

func (c *Client) scan(ctx context.Context, content io.Reader, size int64) (string, error) {
	answer, err := c.ask(ctx, "INSTREAM", stepTime+time.Duration(size/slowest)*time.Second, func(conn net.Conn) error {
		return stream(ctx, conn, content)
	})
	if err != nil {
		return "", err
	}
	verdict, ok := strings.CutPrefix(answer, "stream: ")
	if name, found := strings.CutSuffix(verdict, foundSuffix); ok && found && name != "" {
		return name, nil
	}
	if !ok || verdict != "OK" {
		return "", fmt.Errorf("clamd: a content is answered by %q", answer)
	}
	return "", nil
}

// foundSuffix ends the answer on a content in which something was found.
const foundSuffix = " FOUND"

// ask sends a command and what belongs to it, and gives the answer, which may take so long.
func (c *Client) ask(ctx context.Context, command string, patience time.Duration, more func(net.Conn) error) (answer string, err error) {
	conn, err := (&net.Dialer{Timeout: dialTime}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	defer conn.Close() // nothing is left to be sent
	if err = conn.SetDeadline(time.Now().Add(stepTime)); err == nil {
		_, err = io.WriteString(conn, "z"+command+"\x00")
	}
	if err == nil {
		err = more(conn)
	}
	var broken *net.OpError
	if err != nil && !errors.As(err, &broken) {
		return "", fmt.Errorf("clamd: %s: %w", command, err)
	}
	// A daemon that had enough of a content says why, and then closes.
	answer, failed := read(ctx, conn, patience)
	if failed != nil {
		return "", fmt.Errorf("clamd: %s: %w", command, errors.Join(err, failed, ctx.Err()))
	}
	if err != nil && !strings.HasSuffix(answer, foundSuffix) { // of a part of the content nothing but that can be known
		return "", fmt.Errorf("clamd: %s was broken off, and answered by %q: %w", command, answer, err)
	}
	return answer, nil
}

// stream sends a content in chunks, each behind its length, and an empty one at the end.
func stream(ctx context.Context, conn net.Conn, content io.Reader) error {
	buffer := make([]byte, 4+chunk)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(content, buffer[4:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("read the content: %w", err)
		}
		binary.BigEndian.PutUint32(buffer, uint32(n))
		if failed := conn.SetDeadline(time.Now().Add(stepTime)); failed != nil {
			return failed
		}
		if _, failed := conn.Write(buffer[:4+n]); failed != nil {
			return failed
		}
		if n == 0 {
			return nil
		}
	}
}

func read(ctx context.Context, conn net.Conn, patience time.Duration) (string, error) {
	if err := errors.Join(conn.SetReadDeadline(time.Now().Add(patience)), ctx.Err()); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, mostAnswer))
	text, whole := strings.CutSuffix(string(answer), "\x00")
	switch {
	case whole:
		return text, nil
	case err == nil:
		err = io.ErrUnexpectedEOF
	}
	return "", err
}

func (c *Client) count(found string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		c.stats.Failed++
	case found != "":
		c.stats.Found++
	default:
		c.stats.Clean++
	}
}

// Stats gives the counts as they are.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.Scanning, s.Most = len(c.scans), cap(c.scans)
	return s
}
