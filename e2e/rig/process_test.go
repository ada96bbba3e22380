package rig_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/e2e/rig"
)

func TestRedisIsFlushedPausedAndRestarted(t *testing.T) {
	t.Parallel()
	redis, err := rig.StartRedis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, redis)
	do := func(command, want string) {
		t.Helper()
		if got, err := redis.Do(t.Context(), command); err != nil || got != want {
			t.Fatalf("%s: %q, %v; want %q", command, got, err, want)
		}
	}
	do("SET key value", "OK")
	if err := redis.FlushAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	do("EXISTS key", "0")
	if err := redis.Pause(); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := redis.Do(short, "PING"); err == nil {
		t.Error("a paused server answered")
	}
	if err := redis.Continue(); err != nil {
		t.Fatal(err)
	}
	do("PING", "PONG")
	url := redis.URL()
	if err := redis.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	do("PING", "PONG")
	if redis.URL() != url {
		t.Errorf("restarted at %s, was at %s", redis.URL(), url)
	}
	if _, err := redis.Do(t.Context(), "NONSENSE"); err == nil {
		t.Error("an error of redis is not an error")
	}
}

func TestServersDieWithTheProgramThatStartedThem(t *testing.T) {
	t.Parallel()
	with := buildWith(t)
	cmd := exec.Command(with, "postgres", "redis", "--", "sh", "-c", `echo $POSTERN_TEST_REDIS; exec sleep 600`)
	cmd.Env = append(os.Environ(), "TMPDIR="+openDir(t)) // what is killed does not tidy up
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(output).ReadString('\n'); err != nil || !strings.HasPrefix(line, "redis://") {
		t.Fatalf("with printed %q, %v", line, err)
	}
	below := children(t, cmd.Process.Pid)
	if len(below) < 3 {
		t.Fatalf("processes below with: %v; want postgres, redis and sleep", below)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	for _, pid := range below {
		awaitGone(t, pid)
	}
}

func TestWithPassesOnSignalsAndTheExitCode(t *testing.T) {
	t.Parallel()
	with := buildWith(t)
	cmd := exec.Command(with, "redis", "--", "sh", "-c", `trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done`)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(output).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, output) // until the command is gone
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 7 {
		t.Errorf("with ended with %v; the command's code was 7", err)
	}
}

func TestWithRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	with := buildWith(t)
	for _, arguments := range [][]string{{}, {"redis"}, {"redis", "--"}, {"mongo", "--", "true"}, {"--", "/no/such"}} {
		err := exec.Command(with, arguments...).Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 {
			t.Errorf("with %q: %v, want exit status 2", arguments, err)
		}
	}
}

func TestCPUCountsChildrenThatEnded(t *testing.T) {
	t.Parallel()
	const busy = `i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done`
	cmd := exec.Command("sh", "-c", `sh -c '`+busy+`'; echo done; read line || exit 0`)
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(output).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	spent, err := rig.CPU(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	memory, err := rig.RSS(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	_ = input.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	truth := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if difference := (truth - spent).Abs(); difference > 30*time.Millisecond || spent < 30*time.Millisecond {
		t.Errorf("CPU is %v; the kernel's own account is %v", spent, truth)
	}
	if memory < 100<<10 || memory > 100<<20 {
		t.Errorf("a shell is resident with %d bytes", memory)
	}
}

func buildWith(t *testing.T) string {
	t.Helper()
	path := t.TempDir() + "/with"
	if output, err := exec.Command("go", "build", "-o", path, "postern/e2e/with").CombinedOutput(); err != nil {
		t.Fatalf("build with: %v\n%s", err, output)
	}
	return path
}

// openDir is a temporary directory that another user (postgres) can pass through, with a name
// short enough for a socket below it.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rig")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func closeAfter(t *testing.T, server io.Closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

func children(t *testing.T, pid int) []int {
	t.Helper()
	output, err := exec.Command("pgrep", "-P", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, field := range strings.Fields(string(output)) {
		child, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, child)
	}
	return pids
}

// awaitGone also takes a zombie for gone: who inherits orphans may be slow to bury them.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil || strings.Contains(string(text), ") Z ") {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Errorf("process %d outlived its owner: %s", pid, text)
			return
		}
	}
}
