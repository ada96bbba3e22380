package rig

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// signalAll sends sig to the server and to all processes below it.
func (p *Process) signalAll(sig syscall.Signal) error {
	r := p.running()
	if r == nil {
		return fmt.Errorf("signal %s: it is not running", p.name)
	}
	// The server first: stopped, it makes no more children while they are listed.
	if err := syscall.Kill(r.pid, sig); err != nil {
		return fmt.Errorf("signal %s: %w", p.name, err)
	}
	children, err := descendants(r.pid)
	return errors.Join(err, kill(children, sig))
}

// end makes the whole tree end by sig and waits for the last of it: PostgreSQL's children, which
// leave their parent's group, hold its memory until then.
func (p *Process) end(sig syscall.Signal) error {
	r := p.running()
	if r == nil {
		return nil
	}
	if err := syscall.Kill(r.pid, syscall.SIGSTOP); err != nil && !r.over() {
		return fmt.Errorf("end %s: %w", p.name, err)
	}
	children, err := descendants(r.pid)
	tree := append([]int{r.pid}, children...)
	err = errors.Join(err, kill(tree, sig), kill(tree, syscall.SIGCONT))
	<-r.exited
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return errors.Join(err, poll(ctx, func(context.Context) bool { return gone(children) }))
}

func kill(pids []int, sig syscall.Signal) error {
	var all error
	for _, pid := range pids {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			all = errors.Join(all, fmt.Errorf("signal process %d: %w", pid, err))
		}
	}
	return all
}

func gone(pids []int) bool {
	for _, pid := range pids {
		if s, err := readStat(pid); err == nil && s.state != 'Z' && s.state != 'X' {
			return false
		}
	}
	return true
}
