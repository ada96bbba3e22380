package bus_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"postern/hub/bus/bustest"
)

// redisServer is a private server at one address, where processes come and go.
type redisServer struct {
	t    *testing.T
	port int
	cmd  *exec.Cmd // nil while stopped
}

// startRedis starts one on a free port.
func startRedis(t *testing.T) *redisServer {
	t.Helper()
	s := &redisServer{t: t, port: freePort(t)}
	s.start()
	t.Cleanup(s.stop)
	return s
}

// freePort finds one below the range that outgoing connections take theirs from.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(12000)
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return port
	}
	t.Fatal("no free port found")
	return 0
}

func (s *redisServer) url() string { return fmt.Sprintf("redis://127.0.0.1:%d", s.port) }

// start starts a process and waits until it answers.
func (s *redisServer) start() {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", "--port", fmt.Sprint(s.port), "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "no", "--dir", s.t.TempDir())
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("starting redis-server: %v; run make test, which installs it", err)
	}
	bustest.Until(s.t, "redis-server answers", func() bool { return s.try("PING") == nil })
}

// stop kills the process, as a crash would.
func (s *redisServer) stop() {
	if s.cmd == nil {
		return
	}
	if err := s.cmd.Process.Kill(); err != nil {
		s.t.Errorf("killing redis-server: %v", err)
	}
	_ = s.cmd.Wait() // reports the kill
	s.cmd = nil
}

func (s *redisServer) pause()  { s.signal(syscall.SIGSTOP) }
func (s *redisServer) resume() { s.signal(syscall.SIGCONT) }

func (s *redisServer) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("%v to redis-server: %v", sig, err)
	}
}

// do runs one command on a connection of its own.
func (s *redisServer) do(args ...any) {
	s.t.Helper()
	if err := s.try(args...); err != nil {
		s.t.Fatalf("%v: %v", args, err)
	}
}

func (s *redisServer) try(args ...any) error {
	opt, err := redis.ParseURL(s.url())
	if err != nil {
		return err
	}
	opt.DialerRetries = 1
	client := redis.NewClient(opt)
	defer client.Close()
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	return client.Do(ctx, args...).Err()
}
