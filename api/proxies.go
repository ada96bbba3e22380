package api

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// origin says who sent the request and whether over https. A trusted peer's word counts: X-Forwarded-For is read from its
// end, past everybody trusted; of X-Forwarded-Proto the last word is the peer's own. From anybody else both are ignored.
func origin(r *http.Request, trusted []netip.Prefix) (client netip.Addr, https bool) {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	client, https = peer.Addr().Unmap(), r.TLS != nil
	if !isTrusted(client, trusted) {
		return client, https
	}
	if proto := lastWord(r.Header.Values("X-Forwarded-Proto")); proto != "" {
		https = strings.EqualFold(proto, "https")
	}
	for _, hop := range slices.Backward(words(r.Header.Values("X-Forwarded-For"))) {
		addr, ok := parseHop(hop)
		if !ok {
			break // what stands before it is nobody's word
		}
		if client = addr.Unmap().WithZone(""); !isTrusted(client, trusted) {
			break
		}
	}
	return client, https
}

// parseHop reads an address, with the port that some proxies add.
func parseHop(hop string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(hop); err == nil {
		return addr, true
	}
	with, err := netip.ParseAddrPort(hop)
	return with.Addr(), err == nil
}

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}

// words splits a header that may come as several lines and as lists.
func words(lines []string) []string {
	list := strings.Split(strings.Join(lines, ","), ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

func lastWord(lines []string) string {
	list := words(lines)
	return list[len(list)-1]
}

// network is the part of an address that one customer of a provider usually has: what is counted together, and all of an address
// that is logged.
func network(a netip.Addr, v4, v6 int) string {
	bits := v6
	if a.Is4() {
		bits = v4
	}
	p, err := a.Prefix(bits)
	if err != nil || !p.IsValid() {
		return "unknown"
	}
	return p.String()
}
