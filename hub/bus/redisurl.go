package bus

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// ioTimeout bounds a dial, a write and the wait for an answer, unless the URL says
	// otherwise (dial_timeout, read_timeout, write_timeout).
	ioTimeout = 500 * time.Millisecond
	// defaultPoolSize is plenty: each partition publishes on one connection at a time.
	defaultPoolSize = 4
)

var errForm = errors.New("say redis://HOST:PORT, redis+sentinel://HOST:PORT,HOST:PORT/MASTER or redis+cluster://HOST:PORT,HOST:PORT; rediss for TLS")

// parseRedisURL reads one of
//
//	redis://[USER:PASSWORD@]HOST[:PORT][/DB]                 one server
//	redis+sentinel://[USER:PASSWORD@]HOST[:PORT],.../MASTER  the server that these Sentinels name
//	redis+cluster://[USER:PASSWORD@]HOST[:PORT],...          a cluster, any of whose servers are named
//
// or the same with rediss for TLS. User and password are those of the servers; Sentinels may have others, in the parameters
// sentinel_username and sentinel_password. All other parameters are those of go-redis's ParseURL.
func parseRedisURL(raw string) (*redis.UniversalOptions, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	base, kind, plus := strings.Cut(scheme, "+")
	if base != "redis" && base != "rediss" || plus && kind != "sentinel" && kind != "cluster" {
		return nil, errForm
	}
	user, hosts, tail := splitAuthority(rest)
	addresses, err := parseAddresses(hosts, kind)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base + "://" + user + addresses[0] + tail)
	if err != nil {
		return nil, withoutURL(err)
	}
	opt := &redis.UniversalOptions{Addrs: addresses}
	if err := takeKind(opt, u, kind); err != nil {
		return nil, err
	}
	return opt, takeParameters(opt, u, kind)
}

// splitAuthority takes the hosts out, because net/url knows but one. User and password keep their @.
func splitAuthority(rest string) (user, hosts, tail string) {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest, tail = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		user, rest = rest[:i+1], rest[i+1:]
	}
	return user, rest, tail
}

func parseAddresses(hosts, kind string) ([]string, error) {
	port := "6379"
	if kind == "sentinel" {
		port = "26379"
	}
	addresses := strings.Split(hosts, ",")
	if kind == "" && len(addresses) > 1 {
		return nil, errors.New("several servers: say redis+sentinel:// or redis+cluster://")
	}
	for i, address := range addresses {
		if _, _, err := net.SplitHostPort(address); err != nil {
			address = net.JoinHostPort(strings.Trim(address, "[]"), port)
		}
		host, _, err := net.SplitHostPort(address)
		if err != nil || host == "" {
			return nil, fmt.Errorf("%q is not HOST:PORT", addresses[i])
		}
		addresses[i] = address
	}
	return addresses, nil
}

// withoutURL takes the URL, and so the password, out of net/url's error.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// takeKind takes what only Sentinels and clusters have out of the URL.
func takeKind(opt *redis.UniversalOptions, u *url.URL, kind string) error {
	path := strings.Trim(u.Path, "/")
	switch kind {
	case "sentinel":
		if path == "" || strings.Contains(path, "/") {
			return errors.New("name the master that the Sentinels watch: redis+sentinel://HOST:PORT,HOST:PORT/MASTER")
		}
		opt.MasterName = path
		parameters := u.Query()
		opt.SentinelUsername, opt.SentinelPassword = parameters.Get("sentinel_username"), parameters.Get("sentinel_password")
		parameters.Del("sentinel_username")
		parameters.Del("sentinel_password")
		u.Path, u.RawQuery = "", parameters.Encode()
	case "cluster":
		if path != "" || u.Query().Has("db") {
			return errors.New("a cluster has no database numbers")
		}
		opt.IsClusterMode = true
	}
	return nil
}

// takeParameters takes the rest, as for one server, and sets what the promises in doc.go rest on.
func takeParameters(opt *redis.UniversalOptions, u *url.URL, kind string) error {
	one, err := redis.ParseURL(u.String())
	if err != nil {
		return withoutURL(err)
	}
	opt.DB, opt.Username, opt.Password, opt.TLSConfig = one.DB, one.Username, one.Password, one.TLSConfig
	if opt.TLSConfig != nil && kind != "" {
		opt.TLSConfig.ServerName = "" // each server by its own name
	}
	if opt.TLSConfig != nil {
		opt.TLSConfig.MinVersion = tls.VersionTLS12
	}
	opt.ClientName = cmp.Or(one.ClientName, "postern")
	opt.DialTimeout = cmp.Or(one.DialTimeout, ioTimeout)
	opt.ReadTimeout = cmp.Or(one.ReadTimeout, ioTimeout)
	opt.WriteTimeout = cmp.Or(one.WriteTimeout, ioTimeout)
	opt.PoolTimeout = cmp.Or(one.PoolTimeout, ioTimeout)
	opt.PoolSize, opt.MaxActiveConns = one.PoolSize, one.MaxActiveConns
	opt.MinIdleConns, opt.MaxIdleConns = one.MinIdleConns, one.MaxIdleConns
	opt.ConnMaxIdleTime, opt.ConnMaxLifetime = one.ConnMaxIdleTime, one.ConnMaxLifetime
	opt.PipelinePoolSize = -1 // one pool is enough
	opt.DialerRetries = 1
	opt.MaxRetries, opt.MaxRedirects = -1, -1 // late news is worth less than a free outbox, and none comes twice
	opt.Protocol = 2                          // nothing of RESP3 is used
	opt.ContextTimeoutEnabled = true
	opt.DisableIdentity = true
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return nil
}
