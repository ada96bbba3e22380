package api

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func TestOnlyTrustedProxiesSayWhoAsks(t *testing.T) {
	t.Parallel()
	trusted := prefixes("10.0.0.0/8", "fd00::/8")
	for _, c := range []struct {
		name, peer string
		tls        bool
		header     http.Header
		client     string
		https      bool
	}{
		{"no proxy", "192.0.2.1:1", false, nil, "192.0.2.1", false},
		{"no proxy, https", "192.0.2.1:1", true, nil, "192.0.2.1", true},
		{"a stranger's word", "192.0.2.1:1", false, http.Header{"X-Forwarded-For": {"1.2.3.4"}, "X-Forwarded-Proto": {"https"}}, "192.0.2.1", false},
		{"a proxy's word", "10.0.0.1:1", false, http.Header{"X-Forwarded-For": {"1.2.3.4"}, "X-Forwarded-Proto": {"https"}}, "1.2.3.4", true},
		{"a proxy without a word", "10.0.0.1:1", false, nil, "10.0.0.1", false},
		{"a forged beginning", "10.0.0.1:1", false, http.Header{"X-Forwarded-For": {"9.9.9.9, 1.2.3.4"}}, "1.2.3.4", false},
		{"forged in a line of its own", "10.0.0.1:1", false, http.Header{"X-Forwarded-For": {"9.9.9.9", "1.2.3.4"}}, "1.2.3.4", false},
		{"two proxies", "10.0.0.1:1", false, http.Header{"X-Forwarded-For": {"9.9.9.9, 1.2.3.4, 10.0.0.2"}}, "1.2.3.4", false},
		{"proxies alone", "10.0.0.1:1", false, http.Header{"X-Forwarded-For": {"10.0.0.3, 10.0.0.2"}}, "10.0.0.3", false},
		{"nonsense behind a proxy", "10.0.0.1:1", false, http.Header{"X-Forwarded-For": {"1.2.3.4, x, 10.0.0.2"}}, "10.0.0.2", false},
		{"the last proto", "10.0.0.1:1", false, http.Header{"X-Forwarded-Proto": {"https, http"}}, "10.0.0.1", false},
		{"https to us, http before", "10.0.0.1:1", true, http.Header{"X-Forwarded-Proto": {"http"}}, "10.0.0.1", false},
		{"IPv6", "[fd00::1]:1", false, http.Header{"X-Forwarded-For": {"2001:db8::1"}}, "2001:db8::1", false},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:1", false, http.Header{"X-Forwarded-For": {"::ffff:1.2.3.4"}}, "1.2.3.4", false},
		{"a port", "10.0.0.1:1", false, http.Header{"X-Forwarded-For": {"1.2.3.4:5678"}}, "1.2.3.4", false},
		{"a zone", "[fd00::1]:1", false, http.Header{"X-Forwarded-For": {"fe80::1%eth0"}}, "fe80::1", false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Header = c.peer, c.header
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		client, https := origin(r, trusted)
		if client.String() != c.client || https != c.https {
			t.Errorf("%s: %s https=%v, want %s https=%v", c.name, client, https, c.client, c.https)
		}
	}
}

func TestNetworksAreWhatIsLogged(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{"192.0.2.77": "192.0.2.0/24", "2001:db8:1:2::3": "2001:db8:1::/48"} {
		if got := network(netip.MustParseAddr(addr), 24, 48); got != want {
			t.Errorf("%s is logged as %s, want %s", addr, got, want)
		}
	}
	if got := network(netip.Addr{}, 24, 48); got != "unknown" {
		t.Errorf("no address is logged as %s", got)
	}
}
