package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// startCmd measures how soon `serve` answers, on SQLite, and how large the program is (TARGETS T9).
type startCmd struct {
	Starts int    `help:"How often it is started, each time on an empty folder, and once more on what that left." default:"10"`
	Binary string `help:"The program (default: one built as for a release, stripped)." type:"existingfile" placeholder:"FILE"`
	JSON   bool   `name:"json" help:"One JSON object."`
}

// startResult is a run of start. Times are from exec to the first 200 of /readyz, medians.
type startResult struct {
	Kind    string  `json:"kind"`
	Store   string  `json:"store"`
	N       int     `json:"n"`          // starts
	Start   float64 `json:"start_ms"`   // on an empty folder: database and secret are made
	Again   float64 `json:"restart_ms"` // on a folder that was served before
	Slowest float64 `json:"slowest_ms"`
	Binary  float64 `json:"binary_mb"` // millions of bytes
}

// String is the result on a line for people.
func (r startResult) String() string {
	return fmt.Sprintf("answers after %.0f ms (an empty folder), %.0f ms (one served before), at most %.0f ms; the binary has %.1f MB", r.Start, r.Again, r.Slowest, r.Binary)
}

func (r startResult) verdict() error { return nil }

// Run starts the program again and again, and prints.
func (c *startCmd) Run(ctx context.Context) error {
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return report(r, c.JSON)
}

func (c *startCmd) measure(ctx context.Context) (r startResult, err error) {
	if c.Starts < 1 || c.Starts > 1000 {
		return r, errors.New("--starts: 1 to 1,000")
	}
	dir, err := os.MkdirTemp("", "postern-load-start-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := c.Binary
	if binary == "" {
		binary = filepath.Join(dir, "postern")
		if err := buildStripped(ctx, binary); err != nil {
			return r, err
		}
	}
	info, err := os.Stat(binary)
	if err != nil {
		return r, err
	}
	var first, again []time.Duration
	for i := range c.Starts {
		data := filepath.Join(dir, fmt.Sprintf("data%d", i))
		for _, list := range []*[]time.Duration{&first, &again} {
			took, err := startOnce(ctx, binary, data)
			if err != nil {
				return r, err
			}
			*list = append(*list, took)
		}
	}
	slowest := slices.Max(slices.Concat(first, again))
	return startResult{
		Kind: "start", Store: "sqlite", N: len(first) + len(again), Start: inMS(median(first)), Again: inMS(median(again)), Slowest: inMS(slowest),
		Binary: round(float64(info.Size()) / 1e6),
	}, nil
}

func inMS(d time.Duration) float64 { return round(float64(d) / float64(time.Millisecond)) }

func buildStripped(ctx context.Context, path string) error {
	out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "postern/cmd/postern").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build postern: %w:\n%s", err, out)
	}
	return nil
}

// answerWithin is how long a start may take.
const answerWithin = 30 * time.Second

// startOnce runs the program until it answers, and ends it.
func startOnce(ctx context.Context, binary, data string) (took time.Duration, err error) {
	runtime.LockOSThread() // the kernel ends the child with the thread that made it
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	web, err := freeAddress()
	if err != nil {
		return 0, err
	}
	log := &strings.Builder{}
	cmd := exec.CommandContext(ctx, binary, "serve", "--data", data, "--listen", web, "--smtp-listen", "", "--public-url", "http://"+web)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "POSTERN_") })
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start: %w", err)
	}
	err = awaitAnswer(ctx, "http://"+web+"/readyz")
	took = time.Since(began)
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	ended := cmd.Wait()
	if err = errors.Join(err, ended); err != nil {
		return 0, fmt.Errorf("start: %w; it said:\n%s", err, log)
	}
	return took, nil
}

func awaitAnswer(ctx context.Context, url string) error {
	once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if answer, err := once.Do(request); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		if err := pause(ctx, time.Millisecond); err != nil {
			return fmt.Errorf("it does not answer: %w", err)
		}
	}
}

// freeAddress is a port on loopback that is free, below those that the kernel hands out.
func freeAddress() (string, error) {
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000))
		if l, err := net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("find a free port: none in 100 tries")
}
