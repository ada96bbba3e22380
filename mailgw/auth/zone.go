package auth

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Zone is a stand-in for DNS: records from a file, so that a letter can be looked at as if they held, without asking anybody.
type Zone struct {
	records map[string][]record // by name, lower case, without the last dot
	failing map[string]bool     // names whose servers do not answer
}

type record struct{ kind, value string }

// maxZone bounds a line of a zone file.
const maxZone = 64 << 10

// ReadZone reads records, one a line, as `dig` prints them and zone files have them:
//
//	example.org.                  TXT  "v=spf1 ip4:192.0.2.1 -all"
//	s1._domainkey.example.org.    TXT  "v=DKIM1; p=MIGf..." "...AQAB"
//	mail.example.org.  3600  IN   A    192.0.2.1
//	broken.example.               SERVFAIL
//
// Types are TXT, A, AAAA, MX and PTR; others are passed over. ';' and '#' begin a comment line. SERVFAIL, without a value, makes every question for
// the name and what is below it fail as if its servers were away.
func ReadZone(r io.Reader) (*Zone, error) {
	z := &Zone{records: map[string][]record{}, failing: map[string]bool{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxZone)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == ';' || line[0] == '#' {
			continue
		}
		if err := z.read(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return z, lines.Err()
}

func (z *Zone) read(line string) error {
	name, rest := cutWord(line)
	kind, rest := cutWord(rest)
	if _, err := strconv.Atoi(kind); err == nil {
		kind, rest = cutWord(rest)
	}
	if strings.EqualFold(kind, "IN") {
		kind, rest = cutWord(rest)
	}
	name = plain(name)
	switch kind = strings.ToUpper(kind); kind {
	case "SERVFAIL":
		z.failing[name] = true
		return nil
	case "TXT":
		text, err := joinStrings(rest)
		if err != nil {
			return err
		}
		rest = text
	case "A", "AAAA":
		if _, err := netip.ParseAddr(rest); err != nil {
			return err
		}
	case "":
		return fmt.Errorf("%q is not NAME TYPE VALUE", line)
	}
	z.records[name] = append(z.records[name], record{kind, rest})
	return nil
}

func cutWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	end := strings.IndexAny(s, " \t")
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimSpace(s[end:])
}

// joinStrings reads the character-strings of a TXT record; text without quotes is one.
func joinStrings(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	var all strings.Builder
	for s != "" {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", fmt.Errorf("a TXT value has no closing quote: %w", err)
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return "", err
		}
		all.WriteString(text)
		s = strings.TrimSpace(s[len(quoted):])
	}
	return all.String(), nil
}

func plain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// find gives the values of a type at a name, or the error that a resolver would.
func (z *Zone) find(name string, kinds ...string) (values []string, err error) {
	name = plain(name)
	for up := name; up != ""; {
		if z.failing[up] {
			return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
		}
		_, up, _ = strings.Cut(up, ".")
	}
	for _, r := range z.records[name] {
		for _, kind := range kinds {
			if r.kind == kind {
				values = append(values, r.value)
			}
		}
	}
	if len(values) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return values, nil
}

// LookupTXT is [Resolver]'s.
func (z *Zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	return z.find(name, "TXT")
}

// LookupMX is [Resolver]'s.
func (z *Zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	values, err := z.find(name, "MX")
	hosts := make([]*net.MX, 0, len(values))
	for _, v := range values {
		number, host := cutWord(v)
		if pref, wrong := strconv.ParseUint(number, 10, 16); wrong == nil {
			hosts = append(hosts, &net.MX{Host: host, Pref: uint16(pref)})
		}
	}
	return hosts, err
}

// LookupIPAddr is [Resolver]'s.
func (z *Zone) LookupIPAddr(_ context.Context, host string) ([]net.IPAddr, error) {
	values, err := z.find(host, "A", "AAAA")
	addresses := make([]net.IPAddr, len(values))
	for i, v := range values {
		addresses[i].IP = net.ParseIP(v)
	}
	return addresses, err
}

// LookupAddr is [Resolver]'s. PTR records stand under the address itself, or under its name in in-addr.arpa.
func (z *Zone) LookupAddr(_ context.Context, addr string) ([]string, error) {
	if names, err := z.find(addr, "PTR"); err == nil {
		return names, nil
	}
	pieces := strings.Split(addr, ".")
	if len(pieces) == 4 {
		addr = pieces[3] + "." + pieces[2] + "." + pieces[1] + "." + pieces[0] + ".in-addr.arpa"
	}
	return z.find(addr, "PTR")
}
