package api

import "net/http"

// Content policies. A page of the client loads from its own origin alone and makes HTML by named policies alone: postern is its own,
// postern-worker starts the one worker there is, svelte-trusted-html is Svelte's for static templates, ProseMirrorClipboard the editor's for what is pasted, which it parses apart.
const (
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
		"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types postern postern-worker svelte-trusted-html ProseMirrorClipboard"
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"
	filePolicy = "sandbox; default-src 'none'"
)

// secured sets what every answer carries; data and files are kept by nobody. Handlers of pages set their own content policy.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", dataPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if visitOf(r).https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
