package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// supervise runs the command in a process group of its own and passes on the signals that end
// programs, to the whole group, so that what `go test` started ends too.
func supervise(command, environment []string) (int, error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), environment...)
	// The kernel tells the command of our death when the thread that made it ends: keep it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return 2, fmt.Errorf("start command: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	watchdog := time.NewTicker(time.Second)
	defer watchdog.Stop()
	parent := os.Getppid()
	for {
		select {
		case err := <-ended:
			return exitCode(cmd.ProcessState), commandError(err)
		case sig := <-signals:
			_ = syscall.Kill(-cmd.Process.Pid, sig.(syscall.Signal)) // it may have just ended
		case <-watchdog.C:
			// `go run` does not pass SIGTERM on: when it is gone, so is whoever wanted this.
			if os.Getppid() != parent {
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
			}
		}
	}
}

// exitCode is that of the command, in the shell's form for one that a signal ended.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// commandError leaves out a plain failure: the command has said what it is.
func commandError(err error) error {
	if _, failed := err.(*exec.ExitError); failed {
		return nil
	}
	return err
}
