package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/netip"

	"postern/api/session"
	"postern/chat"
)

// visit is what is known of a request before its handler runs. It is filled on the way in, by one goroutine.
type visit struct {
	id     string // of the request, in its answer's X-Request-Id and in the log
	client netip.Addr
	https  bool
	office *chat.Office
	route  string // its template, never its values
	user   chat.ID
	err    error // what it was refused or failed for
}

type visitKey struct{}

func visitOf(r *http.Request) *visit { return r.Context().Value(visitKey{}).(*visit) }

// begin notes where a request comes from.
func (d *door) begin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{id: requestID()}
		v.client, v.https = origin(r, d.TrustedProxies)
		w.Header().Set("X-Request-Id", v.id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

func requestID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// cookie is the session's cookie as this visit has it. An office at https has it there even where the proxy in front does not say so.
func (v *visit) cookie(host string) session.Cookie {
	return session.Cookie{Secure: v.https || v.office.URL == "https://"+host}
}
