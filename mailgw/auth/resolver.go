package auth

import (
	"context"
	"errors"
	"net"
	"strings"
)

// Resolver is what is asked of DNS. [*net.Resolver] and [Zone] are resolvers. Their errors are *net.DNSError: not found is an answer, everything
// else is a failure that may pass.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// System asks the name servers that the machine is set up with, or with server (HOST:PORT) that one alone.
func System(server string) Resolver {
	if server == "" {
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}}
}

// rooted asks for names as they are: a search domain of the machine must not answer for a sender's.
type rooted struct{ Resolver }

func (r rooted) LookupTXT(ctx context.Context, name string) ([]string, error) {
	texts, err := r.Resolver.LookupTXT(ctx, root(name))
	return texts, transient(err)
}

func (r rooted) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	hosts, err := r.Resolver.LookupMX(ctx, root(name))
	return hosts, transient(err)
}

func (r rooted) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	addresses, err := r.Resolver.LookupIPAddr(ctx, root(host))
	return addresses, transient(err)
}

func (r rooted) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	names, err := r.Resolver.LookupAddr(ctx, addr)
	return names, transient(err)
}

func root(name string) string { return strings.TrimSuffix(name, ".") + "." }

// transient makes every failure but "there is none", and names that no server can be asked for, one that may pass: the libraries take what says
// nothing of itself for final, and a letter would be judged by an answer that never came.
func transient(err error) error {
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[*net.DNSError](err)
	switch {
	case !ok:
		return &net.DNSError{Err: err.Error(), IsTemporary: true}
	case failed.IsNotFound:
		return failed
	}
	again := *failed
	again.IsTemporary = true
	return &again
}

func isNotFound(err error) bool {
	failed, ok := errors.AsType[*net.DNSError](err)
	return ok && failed.IsNotFound
}
