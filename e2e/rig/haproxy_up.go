package rig

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

// AwaitUp waits until the balancer holds exactly these backends for ready, web and SMTP.
func (h *HAProxy) AwaitUp(ctx context.Context, names ...string) error {
	want := slices.Sorted(slices.Values(names))
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	var up []string
	var failed error
	err := poll(ctx, func(ctx context.Context) bool {
		up, failed = h.Up(ctx)
		return failed == nil && slices.Equal(up, want)
	})
	if err != nil {
		return errors.Join(fmt.Errorf("wait for haproxy to see %v: %w; it sees %v", want, err, up), failed)
	}
	return nil
}

// Up names the backends that get work, in order; one that gets only web or only SMTP is not up.
func (h *HAProxy) Up(ctx context.Context) ([]string, error) {
	text, err := h.ask(ctx, "show stat")
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimSpace(text))).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("read haproxy's statistics: %w", errors.Join(err, io.ErrUnexpectedEOF))
	}
	const name = 1
	status := slices.Index(rows[0], "status")
	down := map[string]bool{}
	for _, row := range rows[1:] {
		if server := row[name]; server != "FRONTEND" && server != "BACKEND" {
			down[server] = down[server] || !strings.HasPrefix(row[status], "UP")
		}
	}
	var up []string
	for server, isDown := range down {
		if !isDown {
			up = append(up, server)
		}
	}
	slices.Sort(up)
	return up, nil
}

// ask sends one command to the statistics socket.
func (h *HAProxy) ask(ctx context.Context, command string) (string, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", h.socket())
	if err != nil {
		return "", fmt.Errorf("connect to haproxy: %w", err)
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return "", fmt.Errorf("haproxy %s: %w", command, err)
		}
	}
	if _, err := fmt.Fprintf(conn, "%s\n", command); err != nil {
		return "", fmt.Errorf("haproxy %s: %w", command, err)
	}
	text, err := io.ReadAll(conn)
	if err != nil {
		return "", fmt.Errorf("haproxy %s: %w", command, err)
	}
	return string(text), nil
}
