package session

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"postern/chat"
)

func TestACookieComesBack(t *testing.T) {
	t.Parallel()
	token := strings.Repeat("t", tokenLength)
	for _, c := range []Cookie{{Secure: true}, {Secure: false}} {
		answer := httptest.NewRecorder()
		c.Give(answer, token, time.Now().Add(time.Hour))
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(answer.Result().Cookies()[0])
		if got := c.Token(r); got != token {
			t.Errorf("%s: %q came back", c.Name(), got)
		}
		if got := (Cookie{Secure: !c.Secure}).Token(r); got != "" {
			t.Errorf("%s is taken for the other scheme's", c.Name())
		}
	}
}

func TestTokensThatCannotBeOursAreNone(t *testing.T) {
	t.Parallel()
	token := strings.Repeat("t", tokenLength)
	for _, header := range []string{"", "postern=", "postern=short", "postern=" + token + "x", "Postern=" + token, "postern=" + token + "; postern=" + token} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", header)
		if got := (Cookie{}).Token(r); got != "" {
			t.Errorf("%q gives %q", header, got)
		}
	}
}

func TestTheContextCarriesWhoAsks(t *testing.T) {
	t.Parallel()
	if a, ok := Of(t.Context()); ok {
		t.Errorf("nobody is %v", a)
	}
	want := Asker{Actor: chat.Actor{User: chat.ID{1}}}
	if a, ok := Of(With(t.Context(), want)); !ok || a != want {
		t.Errorf("%v, %v", a, ok)
	}
}
