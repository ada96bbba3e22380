package api

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"postern/chat"
)

const (
	officeKept  = 10 * time.Second
	officesKept = 1000 // hosts, known or not
)

var errNoOffice = chat.Refuse(chat.NotFound, "There is no office at this address.")

// offices remembers for a moment which office a host means, and which hosts are nobody's.
type offices struct {
	service *chat.Service

	mu    sync.Mutex
	hosts map[string]knownHost
}

type knownHost struct {
	office *chat.Office // nil: nobody's
	until  time.Time
}

func newOffices(s *chat.Service) *offices {
	return &offices{service: s, hosts: map[string]knownHost{}}
}

// at gives the office at a host without port, or NotFound. What it gives is up to ten seconds old: enough for ids and addresses.
func (o *offices) at(ctx context.Context, host string, now time.Time) (*chat.Office, error) {
	known, ok := o.recall(host, now)
	if !ok {
		office, err := o.service.OfficeAt(ctx, host)
		if err != nil && chat.KindOf(err) != chat.NotFound {
			return nil, err
		}
		known = knownHost{office: office, until: now.Add(officeKept)}
		if err != nil {
			known.office = nil
		}
		o.keep(host, known, now)
	}
	if known.office == nil {
		return nil, errNoOffice
	}
	return known.office, nil
}

func (o *offices) recall(host string, now time.Time) (knownHost, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known, ok := o.hosts[host]
	return known, ok && now.Before(known.until)
}

// keep forgets what is stale when there is no room; is there still none, it starts again.
func (o *offices) keep(host string, known knownHost, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.hosts) >= officesKept {
		for h, k := range o.hosts {
			if !now.Before(k.until) {
				delete(o.hosts, h)
			}
		}
	}
	if len(o.hosts) >= officesKept {
		clear(o.hosts)
	}
	o.hosts[host] = known
}

// atOffice lets pass what is meant for an office of ours: whoever rebinds a name of theirs to our address gets nothing.
func (d *door) atOffice(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		office, err := d.officeOf(r)
		switch {
		case chat.KindOf(err) == chat.NotFound && strings.Contains(r.Header.Get("Accept"), "text/html"):
			visitOf(r).err = err
			write(w, http.StatusMisdirectedRequest, "text/plain; charset=utf-8", []byte("There is no office at this address. Ask your practice for the right one.\n"))
		case chat.KindOf(err) == chat.NotFound:
			d.refuse(w, r, misdirected(err))
		case err != nil:
			d.refuse(w, r, err)
		default:
			visitOf(r).office = office
			next.ServeHTTP(w, r)
		}
	})
}

func (d *door) officeOf(r *http.Request) (*chat.Office, error) {
	host, ok := hostOf(r.Host)
	if !ok {
		return nil, errNoOffice
	}
	return d.offices.at(r.Context(), host, time.Now())
}

// hostOf is a Host header without its port, lower case; false for what is no host name.
func hostOf(header string) (string, bool) {
	host := header
	if name, _, err := net.SplitHostPort(header); err == nil {
		host = name
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	bad := strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`/\?#@%`, r) })
	if host == "" || len(host) > 253 || bad {
		return "", false
	}
	return strings.ToLower(host), true
}
