package session

import (
	"net/http"
	"time"
)

// tokenLength is that of chat's tokens: 32 bytes as base64url.
const tokenLength = 43

// Cookie gives and takes the session's token. Secure is for https: then the name is __Host-postern, which a browser takes
// over https alone, without a Domain, so that no neighbouring host can set it (RFC 6265bis, section 4.1.3.2).
type Cookie struct{ Secure bool }

// Name is the cookie's name.
func (c Cookie) Name() string {
	if c.Secure {
		return "__Host-postern"
	}
	return "postern"
}

// Token is the token that a request brought, or empty. Two cookies of the name are none: one of them is not ours.
func (c Cookie) Token(r *http.Request) string {
	found := r.CookiesNamed(c.Name())
	if len(found) != 1 || len(found[0].Value) != tokenLength {
		return ""
	}
	return found[0].Value
}

// Give sets the cookie until the session's absolute end.
func (c Cookie) Give(w http.ResponseWriter, token string, until time.Time) {
	cookie := c.shape()
	cookie.Value, cookie.Expires = token, until.UTC()
	http.SetCookie(w, cookie)
}

// Clear takes the cookie away.
func (c Cookie) Clear(w http.ResponseWriter) {
	cookie := c.shape()
	cookie.MaxAge = -1
	http.SetCookie(w, cookie)
}

func (c Cookie) shape() *http.Cookie {
	return &http.Cookie{Name: c.Name(), Path: "/", Secure: c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}
