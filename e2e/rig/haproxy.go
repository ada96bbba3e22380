package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// Backend is a node as the balancer sees it. Addresses are host:port; SMTP may be empty.
type Backend struct {
	Name, Web, SMTP string
}

// HAProxy is a private balancer: HTTP and WebSocket before the backends' web ports, plain TCP
// before their SMTP ports, both only to those whose /readyz says 200.
//
// A request that names a backend in the cookie NodeCookie or the header NodeHeader goes there
// while that one is up. Every answer says in NodeHeader who gave it.
type HAProxy struct {
	Process
	web, smtp *heldPort
}

// NodeCookie and NodeHeader pin a browser, or a request, to one backend.
const (
	NodeCookie = "rig-node"
	NodeHeader = "X-Rig-Node"
)

// StartHAProxy starts a balancer; its backends may come later: see AwaitUp.
func StartHAProxy(ctx context.Context, backends []Backend) (*HAProxy, error) {
	return onFreePorts(func() (*HAProxy, error) {
		proxy, err := newHAProxy(backends)
		if err != nil {
			return nil, err
		}
		if err := proxy.Start(ctx); err != nil {
			return nil, errors.Join(err, proxy.Close())
		}
		return proxy, nil
	})
}

func newHAProxy(backends []Backend) (*HAProxy, error) {
	bin, err := program("haproxy", "haproxy")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "postern-rig-haproxy-")
	if err != nil {
		return nil, fmt.Errorf("make directory for haproxy: %w", err)
	}
	web, noWeb := holdPort()
	smtp, noSMTP := holdPort()
	if err := errors.Join(noWeb, noSMTP); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	proxy := &HAProxy{web: web, smtp: smtp}
	proxy.Process = Process{
		name: "haproxy", dir: dir, ports: []*heldPort{web, smtp},
		stop: syscall.SIGUSR1, abandon: syscall.SIGKILL, ready: proxy.answers,
		command: func() *exec.Cmd { return exec.Command(bin, "-db", "-f", proxy.configuration()) },
	}
	if err := proxy.configure(backends); err != nil {
		return nil, errors.Join(err, proxy.Close())
	}
	return proxy, nil
}

// URL is where the web is served, without a slash at the end.
func (h *HAProxy) URL() string { return "http://" + h.web.address() }

// SMTP is the host:port that takes letters.
func (h *HAProxy) SMTP() string { return h.smtp.address() }

func (h *HAProxy) answers(ctx context.Context) error {
	_, err := h.ask(ctx, "show info")
	return err
}
