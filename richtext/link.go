package richtext

import (
	"net/url"
	"strings"
)

const (
	linkRel    = "noopener noreferrer nofollow"
	maxLinkLen = 2048
)

// canonicalLink gives the address as it is stored, or false where it is not one
// that a reader should be sent to. A user name in it ("https://bank@evil.example")
// only serves to deceive.
func canonicalLink(href string) (string, bool) {
	href = strings.TrimFunc(href, func(r rune) bool { return r <= ' ' })
	if len(href) > maxLinkLen {
		return "", false
	}
	u, err := url.Parse(href)
	if err != nil || u.User != nil {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" || u.Opaque != "" {
			return "", false
		}
	case "mailto":
		if u.Opaque == "" || !strings.Contains(u.Opaque, "@") || strings.ContainsFunc(u.Opaque, isSpaceOrControl) {
			return "", false
		}
	default:
		return "", false
	}
	canonical := u.String()
	if again, err := url.Parse(canonical); err != nil || again.String() != canonical || len(canonical) > maxLinkLen {
		return "", false
	}
	return canonical, true
}

func isSpaceOrControl(r rune) bool { return r <= ' ' || r == 0x7f }

// saysItself reports whether a link's text already shows where it goes.
func saysItself(text, href string) bool {
	return bareLink(text) == bareLink(href)
}

func bareLink(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, p := range []string{"https://", "http://", "mailto:", "www."} {
		s = strings.TrimPrefix(s, p)
	}
	return strings.TrimSuffix(s, "/")
}
