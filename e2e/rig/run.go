package rig

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// run is one life of a program, from its start until it has been waited for.
type run struct {
	pid    int
	exited chan struct{}
	// Set before exited is closed, read after.
	err   error
	spent time.Duration
}

// launch starts cmd in a process group of its own, so that a Ctrl+C at the terminal reaches the
// program that owns the rig and not its servers. orphaned is the signal the server gets if that
// program dies.
func launch(cmd *exec.Cmd, orphaned syscall.Signal) (*run, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = orphaned
	r := &run{exited: make(chan struct{})}
	started := make(chan error)
	go r.live(cmd, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return r, nil
}

// live keeps its thread until the child is gone: see the package comment.
func (r *run) live(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	r.pid = cmd.Process.Pid
	started <- nil
	r.err = cmd.Wait()
	r.spent = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	close(r.exited)
}

func (r *run) over() bool {
	select {
	case <-r.exited:
		return true
	default:
		return false
	}
}
