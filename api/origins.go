package api

import (
	"net/http"

	"postern/chat"
)

var errForeign = chat.Refuse(chat.Forbidden, "This request comes from another site. Open Postern at its own address and try again.")

// sameOrigin refuses what another site made a browser send (CSRF). Sec-Fetch-Site decides where a browser sends it
// (net/http.CrossOriginProtection); without it the Origin, if there is one, must be ours whole, scheme and port included.
func (d *door) sameOrigin(next http.Handler) http.Handler {
	var protection http.CrossOriginProtection
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil {
			d.refuse(w, r, errForeign.Because(err))
			return
		}
		if !isSafe(r.Method) && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") != "" && !isOurs(r) {
			d.refuse(w, r, errForeign)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// isOurs says whether the one Origin that a request names is its own address or the office's.
func isOurs(r *http.Request) bool {
	named := r.Header.Values("Origin")
	if len(named) != 1 {
		return false
	}
	v := visitOf(r)
	scheme := "http://"
	if v.https {
		scheme = "https://"
	}
	return named[0] == scheme+r.Host || named[0] == v.office.URL
}
