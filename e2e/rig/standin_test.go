package rig_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// TestMain lets this test binary be a node too, so that the rig is tested without the product.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		serveStandIn()
	}
	os.Exit(m.Run())
}

// serveStandIn serves what a rig asks of a node. It is not ready while a file named draining lies in
// its directory.
func serveStandIn() {
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	smtp, err := net.Listen("tcp", os.Getenv("POSTERN_SMTP_LISTEN"))
	if err == nil {
		go greet(smtp)
		var web net.Listener
		if web, err = net.Listen("tcp", os.Getenv("POSTERN_LISTEN")); err == nil {
			go func() { _ = http.Serve(web, http.HandlerFunc(answer)) }()
			<-terminated
			os.Exit(0)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func greet(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		fmt.Fprintf(conn, "220 %s\r\n", os.Getenv("POSTERN_SMTP_LISTEN"))
		_ = conn.Close()
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	if _, err := os.Stat("draining"); r.URL.Path == "/readyz" && !errors.Is(err, os.ErrNotExist) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, os.Getenv(r.URL.Query().Get("setting")))
}

// standIn is the path of this test binary.
func standIn(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Clean(path)
}
