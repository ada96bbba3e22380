package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
)

const wantPagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types postern postern-worker svelte-trusted-html ProseMirrorClipboard"

// TestAnswersAreKeptByNobody is FAULTS W13, for every route and whatever it answers.
func TestAnswersAreKeptByNobody(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for who, b := range map[string]*browser{"sam": s.as(s.sam), "nobody": s.nobody()} {
		for _, one := range slices.Concat(s.door.routes(), s.door.streams()) {
			if one.path == "/openapi.yaml" || one.method == "DELETE" {
				continue
			}
			route := one.method + " " + one.path
			a := b.call(route, or(calls(s.open)[route], call{one.path, empty{}}))
			for name, want := range map[string]string{
				"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
				"Strict-Transport-Security": "", "Access-Control-Allow-Origin": "",
			} {
				if got := a.header.Get(name); got != want {
					t.Errorf("%s: %s: %s is %q, want %q", who, a.what, name, got, want)
				}
			}
			if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
				t.Errorf("%s: %s: policy %q", who, a.what, policy)
			}
			if len(a.header.Get("X-Request-Id")) != 16 {
				t.Errorf("%s: %s: request %q", who, a.what, a.header.Get("X-Request-Id"))
			}
		}
	}
}

func or(c, other call) call {
	if c.path == "" {
		return other
	}
	return c
}

func TestHTTPSIsForGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t, trustLoopback)
	a := w.nobody().raw("GET", "/", nil, func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") }).want(http.StatusOK)
	if got := a.header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("over https: %q", got)
	}
}

func TestPagesOfTheClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.nobody()
	const index = "<!doctype html><title>Postern</title>"
	for _, path := range []string{"/", "/c/" + someID, "/link", "/sign-in", "/index.html", "/no/such", "/../../etc/passwd", "/%2e%2e/x", "/demo"} {
		a := b.raw("GET", path, nil).want(http.StatusOK)
		if string(a.body) != index || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s gives %q as %s", path, a.body, a.header.Get("Content-Type"))
		}
		if got := a.header.Get("Content-Security-Policy"); got != wantPagePolicy {
			t.Errorf("%s: the policy is %q", path, got)
		}
		if a.header.Get("Cache-Control") != "no-cache" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, a.header)
		}
		if a = b.raw("GET", path, nil, func(r *http.Request) { r.Header.Set("If-None-Match", a.header.Get("ETag")) }).want(http.StatusNotModified); len(a.body) != 0 {
			t.Errorf("%s again: %q", path, a.body)
		}
	}
	b.raw("GET", "/assets/none-0.js", nil).refused(http.StatusNotFound, "not_found", "")
	if svg := b.raw("GET", "/favicon.svg", nil).want(http.StatusOK); svg.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("the icon is %s", svg.header.Get("Content-Type"))
	}
	if head := b.raw("HEAD", "/", nil).want(http.StatusOK); head.header.Get("Content-Length") != "37" {
		t.Errorf("HEAD says %s bytes", head.header.Get("Content-Length"))
	}
}

func TestAssetsAreKeptAndZipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.nobody()
	for _, path := range []string{"/assets/app-1a2.js", "/assets/lib-3b4.mjs"} { // zipped here, and by the build
		get := func(accept string) reply {
			return b.raw("GET", path, nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", accept) }).want(http.StatusOK)
		}
		plain, zipped, refused := get("identity"), get("br, gzip;q=0.5"), get("gzip;q=0")
		if plain.header.Get("Content-Encoding") != "" || string(refused.body) != string(plain.body) || len(plain.body) < 2000 {
			t.Errorf("plain: %v %d bytes", plain.header, len(plain.body))
		}
		if zipped.header.Get("Content-Encoding") != "gzip" || len(zipped.body) > 500 || zipped.header.Get("ETag") == plain.header.Get("ETag") {
			t.Errorf("zipped: %v %d bytes", zipped.header, len(zipped.body))
		}
		for _, a := range []reply{plain, zipped} {
			if a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.header.Get("Vary") != "Accept-Encoding" ||
				a.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
				t.Errorf("headers %v", a.header)
			}
		}
	}
}

func TestAClientThatCannotBeReadIsAnInternalError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Static = fstest.MapFS{} })
	w.nobody().raw("GET", "/", nil).refused(http.StatusInternalServerError, "internal", "")
	w.nobody().get("/me").want(http.StatusUnauthorized)
}

func TestExtraPagesLieUnderDemo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Extra = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("demo " + r.URL.Path)) })
	})
	b := w.nobody()
	for _, path := range []string{"/demo", "/demo/mailbox"} {
		a := b.raw("GET", path, nil).want(http.StatusOK)
		if string(a.body) != "demo "+path || a.header.Get("Content-Security-Policy") != wantPagePolicy {
			t.Errorf("%s gives %q, %v", path, a.body, a.header)
		}
	}
	b.raw("POST", "/demo/mailbox/1", nil, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }).refused(http.StatusForbidden, "forbidden", "")
}

func TestHealthIsToldUnderAnyHost(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	w := newWorld(t, func(o *Options) {
		o.Ready = func(context.Context) error {
			if away.Load() {
				return errors.New("CANARY database away")
			}
			return nil
		}
	})
	b := w.nobody()
	anyHost := func(r *http.Request) { r.Host = "10.1.2.3:8080" }
	b.raw("GET", "/healthz", nil, anyHost).want(http.StatusOK)
	b.raw("GET", "/readyz", nil, anyHost).want(http.StatusOK)
	away.Store(true)
	b.raw("GET", "/healthz", nil, anyHost).want(http.StatusOK)
	a := b.raw("GET", "/readyz", nil, anyHost)
	a.refused(http.StatusServiceUnavailable, "unavailable", "")
	wantNoCanary(t, "a balancer", a, "CANARY")
	if !strings.Contains(w.log.String(), "CANARY database away") {
		t.Error("the log does not say why it is not ready")
	}
}

func TestTheDescriptionIsServed(t *testing.T) {
	t.Parallel()
	a := newWorld(t).nobody().get("/openapi.yaml").want(http.StatusOK)
	if string(a.body) != string(openapi) {
		t.Error("another description is served")
	}
}
