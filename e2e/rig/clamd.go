package rig

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Clamd is a private ClamAV daemon on a unix socket, which knows one signature: of a text that the test chose.
type Clamd struct{ Process }

// FoundByClamd is what it calls files that hold the text.
const FoundByClamd = "Postern.Test.UNOFFICIAL"

// StartClamd starts a daemon that finds files with the text in them, and takes streams up to the given bytes.
func StartClamd(ctx context.Context, text string, most int) (*Clamd, error) {
	bin, err := program("clamd", "clamav-daemon")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "postern-rig-clamd-")
	if err != nil {
		return nil, fmt.Errorf("make directory for clamd: %w", err)
	}
	c := &Clamd{}
	c.Process = Process{
		name: "clamd", dir: dir, stop: syscall.SIGTERM, abandon: syscall.SIGKILL, ready: c.answers,
		command: func() *exec.Cmd {
			return exec.Command(bin, "--foreground", "--config-file", filepath.Join(dir, "clamd.conf"))
		},
	}
	if err := errors.Join(c.configure(most), c.Learn(text)); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Start(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Clamd) configure(most int) error {
	settings := fmt.Sprintf("DatabaseDirectory %s\nLocalSocket %s\nStreamMaxLength %d\nBytecode no\nSelfCheck 0\nTemporaryDirectory %s\n",
		filepath.Join(c.dir, "signatures"), c.socket(), most, c.dir)
	return errors.Join(
		os.Mkdir(filepath.Join(c.dir, "signatures"), 0o755),
		os.WriteFile(filepath.Join(c.dir, "clamd.conf"), []byte(settings), 0o644),
	)
}

// Learn makes a text the only signature, from the next start or RELOAD on. An extended signature is NAME:TYPE:PLACE:BYTES, here anywhere in any file.
func (c *Clamd) Learn(text string) error {
	line := "Postern.Test:0:*:" + hex.EncodeToString([]byte(text)) + "\n"
	return os.WriteFile(filepath.Join(c.dir, "signatures", "test.ndb"), []byte(line), 0o644)
}

func (c *Clamd) socket() string { return filepath.Join(c.dir, "clamd.ctl") }

// Address is what --clamd takes.
func (c *Clamd) Address() string { return "unix:" + c.socket() }

func (c *Clamd) answers(ctx context.Context) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", c.socket())
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := io.WriteString(conn, "zPING\x00"); err != nil {
		return err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 100))
	if err == nil && !strings.HasPrefix(string(answer), "PONG") {
		err = fmt.Errorf("clamd answered %q to PING", answer)
	}
	return err
}
