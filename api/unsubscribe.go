package api

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"postern/chat"
)

// unsubscribePolicy lets the pages do nothing but send their form, and look as they do.
func unsubscribePolicy() string {
	style := sha256.Sum256([]byte(unsubscribeStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(style[:]) + "'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

const (
	unsubscribeStyle = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:3rem 1.25rem}
h1{font-size:1.375rem;line-height:1.3}
button{padding:.625rem 1.125rem;border:0;border-radius:.5rem;background:#0f766e;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:2px solid;outline-offset:2px}`
	unsubscribePage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Unsubscribe</title><style>` +
		unsubscribeStyle + `</style></head>
<body><main><p>%s</p>
%s</main></body></html>
`
	unsubscribeAsk = `<h1>No more mail?</h1>
<p>After this no mail tells you that messages wait. You still see them when you sign in, and there you can choose at any time when mail is to come.</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>Unsubscribe</button></form>`
	unsubscribeDone = `<h1>You are unsubscribed</h1>
<p>No mail tells you any more that messages wait. To have it again, sign in and choose in Settings when mail is to come.</p>
<p><a href="/settings">Sign in</a></p>`
	unsubscribeUnknown = `<h1>This link leads nowhere</h1>
<p>It is not whole, or the mail it was in is not kept any more. Sign in and choose in Settings when mail is to come.</p>
<p><a href="/settings">Sign in</a></p>`
)

// unsubscribe is what the link in a digest leads to. A POST does it, with one click from a mail program or from the page (RFC 8058); a GET asks, since mail
// scanners open links. Nobody needs to be signed in: the token is in the mail alone.
func (d *door) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	text, status := unsubscribeAsk, http.StatusOK
	if r.Method == http.MethodPost {
		if err := d.limits.link.take(byNetwork(r), time.Now()); err != nil {
			return err
		}
		text = unsubscribeDone
		err := d.Service.Unsubscribe(r.Context(), visitOf(r).office.ID, mux.Vars(r)["token"])
		switch {
		case chat.KindOf(err) == chat.NotFound:
			text, status = unsubscribeUnknown, http.StatusNotFound
		case err != nil:
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Security-Policy", unsubscribePolicy())
	h.Set("Referrer-Policy", "same-origin") // else the form has no Origin
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := fmt.Fprintf(w, unsubscribePage, html.EscapeString(visitOf(r).office.Name), text)
	return err
}
