package rig

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Redis is a private Redis server that keeps nothing on disk.
type Redis struct {
	Process
	port *heldPort
}

// StartRedis starts an empty server.
func StartRedis(ctx context.Context) (*Redis, error) {
	return startRedis(ctx, plain)
}

// plain adds no arguments.
func plain(*Redis) ([]string, error) { return nil, nil }

// startRedis starts a server with further arguments, which may name its directory and further ports of it.
func startRedis(ctx context.Context, more func(*Redis) ([]string, error)) (*Redis, error) {
	return onFreePorts(func() (*Redis, error) {
		redis, err := newRedis(more)
		if err != nil {
			return nil, err
		}
		if err := redis.Start(ctx); err != nil {
			return nil, errors.Join(err, redis.Close())
		}
		return redis, nil
	})
}

func newRedis(more func(*Redis) ([]string, error)) (*Redis, error) {
	bin, err := program("redis-server", "redis-server")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "postern-rig-redis-")
	if err != nil {
		return nil, fmt.Errorf("make directory for redis: %w", err)
	}
	port, err := holdPort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	redis := &Redis{port: port}
	arguments := []string{"--bind", "127.0.0.1", "--port", strconv.Itoa(port.number), "--save", "", "--appendonly", "no", "--dir", dir}
	redis.Process = Process{
		name: "redis", dir: dir, ports: []*heldPort{port},
		stop: syscall.SIGTERM, abandon: syscall.SIGKILL, ready: redis.answers,
		command: func() *exec.Cmd { return exec.Command(bin, arguments...) },
	}
	further, err := more(redis)
	if err != nil {
		return nil, errors.Join(err, redis.Close())
	}
	arguments = append(further, arguments...)
	return redis, nil
}

// URL names the server's database 0.
func (r *Redis) URL() string { return "redis://" + r.port.address() + "/0" }

// FlushAll empties the server.
func (r *Redis) FlushAll(ctx context.Context) error {
	_, err := r.Do(ctx, "FLUSHALL")
	return err
}

// CutSubscribers closes the connections that subscribe to something, and no others.
func (r *Redis) CutSubscribers(ctx context.Context) error {
	_, err := r.Do(ctx, "CLIENT KILL TYPE pubsub")
	return err
}

// Address is the server's host:port.
func (r *Redis) Address() string { return r.port.address() }

// Do sends one inline command and returns the answer: a bulk string's content, or else the first line without its type.
func (r *Redis) Do(ctx context.Context, command string) (string, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", r.port.address())
	if err != nil {
		return "", fmt.Errorf("connect to redis: %w", err)
	}
	defer conn.Close()
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(10 * time.Second)
	}
	if err := conn.SetDeadline(deadline); err != nil {
		return "", fmt.Errorf("redis %s: %w", command, err)
	}
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return "", fmt.Errorf("redis %s: %w", command, err)
	}
	answer, err := readAnswer(bufio.NewReader(conn))
	if err != nil {
		return "", fmt.Errorf("redis %s: %w", command, err)
	}
	return answer, nil
}

func readAnswer(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSpace(line)
	if line == "" {
		return "", errors.New("an empty answer")
	}
	switch line[0] {
	case '-':
		return "", errors.New(line[1:])
	case '$':
		size, err := strconv.Atoi(line[1:])
		if err != nil || size < 0 {
			return "", err
		}
		content := make([]byte, size)
		_, err = io.ReadFull(r, content)
		return string(content), err
	}
	return line[1:], nil
}

func (r *Redis) answers(ctx context.Context) error {
	answer, err := r.Do(ctx, "PING")
	if err == nil && answer != "PONG" {
		err = fmt.Errorf("redis answered %q to PING", answer)
	}
	return err
}
