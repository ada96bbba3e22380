package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	startWithin = time.Minute
	stopWithin  = 30 * time.Second
	tryEvery    = 10 * time.Millisecond
)

// errPortTaken marks a start that failed because another program took the port.
var errPortTaken = errors.New("port taken")

// Process is a server that can be stopped, killed, paused and started again with the same data
// and the same ports. Its methods may be called from several goroutines.
type Process struct {
	name     string
	dir      string           // all that the server writes; removed by Close
	command  func() *exec.Cmd // a fresh command for each start
	ready    func(context.Context) error
	stop     syscall.Signal // asks for an orderly end
	abandon  syscall.Signal // ends it at once, leaving nothing behind in the system
	ports    []*heldPort
	mu       sync.Mutex // guards what follows
	current  *run
	previous time.Duration // CPU time of earlier runs
}

// Start runs the server and returns once it serves. The error of a failed start holds the end of
// the server's log.
func (p *Process) Start(ctx context.Context) error {
	r, err := p.begin()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	if err := p.await(ctx, r); err != nil {
		return errors.Join(err, p.Kill())
	}
	return nil
}

func (p *Process) begin() (*run, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != nil && !p.current.over() {
		return nil, fmt.Errorf("start %s: it is running", p.name)
	}
	log, err := os.OpenFile(p.Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open log of %s: %w", p.name, err)
	}
	defer log.Close()
	cmd := p.command()
	cmd.Stdout, cmd.Stderr = log, log
	r, err := launch(cmd, p.abandon)
	if err != nil {
		return nil, err
	}
	if p.current != nil {
		p.previous += p.current.spent
	}
	p.current = r
	return r, nil
}

func (p *Process) await(ctx context.Context, r *run) error {
	var last error
	err := poll(ctx, func(ctx context.Context) bool {
		last = p.ready(ctx)
		return last == nil || r.over()
	})
	if r.over() {
		return p.failed(fmt.Errorf("it ended: %w", orClean(r.err)))
	}
	if err != nil {
		return p.failed(errors.Join(err, last))
	}
	return nil
}

func orClean(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// failed describes a failed start by the last lines of the log.
func (p *Process) failed(err error) error {
	tail := p.LogTail(4096)
	if bytes.Contains(bytes.ToLower(tail), []byte("address already in use")) {
		err = errors.Join(err, errPortTaken)
	}
	return fmt.Errorf("start %s: %w; its log ends with:\n%s", p.name, err, tail)
}

// Stop ends the server in its own orderly way and waits. A server that does not end in time, or
// ends with a failure, is an error; it is then still the caller's to Kill.
func (p *Process) Stop(ctx context.Context) error {
	r := p.running()
	if r == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	if err := syscall.Kill(r.pid, p.stop); err != nil && !r.over() {
		return fmt.Errorf("signal %s: %w", p.name, err)
	}
	select {
	case <-r.exited:
	case <-ctx.Done():
		return fmt.Errorf("stop %s: %w", p.name, ctx.Err())
	}
	if r.err != nil {
		return fmt.Errorf("stop %s: %w; its log ends with:\n%s", p.name, r.err, p.LogTail(4096))
	}
	return nil
}

// Kill ends the server and all processes below it with SIGKILL, and waits until they are gone.
func (p *Process) Kill() error { return p.end(syscall.SIGKILL) }

// Restart is Stop, then Start.
func (p *Process) Restart(ctx context.Context) error {
	if err := p.Stop(ctx); err != nil {
		return err
	}
	return p.Start(ctx)
}

// Pause stops the server's processes where they are (SIGSTOP): its connections stay open and
// nothing answers.
func (p *Process) Pause() error { return p.signalAll(syscall.SIGSTOP) }

// Continue lets a paused server go on.
func (p *Process) Continue() error { return p.signalAll(syscall.SIGCONT) }

// Close ends the server at once and removes all it wrote.
func (p *Process) Close() error {
	err := p.end(p.abandon)
	for _, port := range p.ports {
		port.release()
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

// Dir is the directory that the server writes to. It goes with Close.
func (p *Process) Dir() string { return p.dir }

// Log is the path of the file that holds what the server printed, over all its runs.
func (p *Process) Log() string { return filepath.Join(p.dir, p.name+".log") }

// LogTail is at most the last n bytes of the log.
func (p *Process) LogTail(n int) []byte {
	text, err := os.ReadFile(p.Log())
	if err != nil {
		return []byte(err.Error())
	}
	return text[max(0, len(text)-n):]
}

// PID is the process that was started, 0 while there is none.
func (p *Process) PID() int {
	if r := p.running(); r != nil {
		return r.pid
	}
	return 0
}

// Exited is closed when the present run ends, whoever ended it; nil before the first.
func (p *Process) Exited() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil {
		return nil
	}
	return p.current.exited
}

// CPU is the time (user and system) that the server has spent over all its runs.
func (p *Process) CPU() (time.Duration, error) {
	p.mu.Lock()
	r, spent := p.current, p.previous
	p.mu.Unlock()
	if r == nil {
		return spent, nil
	}
	if r.over() {
		return spent + r.spent, nil
	}
	now, err := CPU(r.pid)
	return spent + now, err
}

func (p *Process) running() *run {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil || p.current.over() {
		return nil
	}
	return p.current
}
