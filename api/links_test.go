package api

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"postern/chat"
)

// TestOfFiftyUsesOneWins is FAULTS W8.
func TestOfFiftyUsesOneWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla, lost := w.nobody(), w.as(w.carla)
	carla.post("/password/forgotten", forgottenRequest{w.carla.Email}).want(http.StatusAccepted)
	token := w.mails.tokens(w.carla.Email)[0]

	const tries = 50
	statuses := make(chan int, tries)
	var all sync.WaitGroup
	for range tries {
		b := w.nobody()
		all.Go(func() {
			statuses <- b.post("/links/use", map[string]string{"token": token, "password": "another long one"}).status
		})
	}
	all.Wait()
	count := map[int]int{}
	for range tries {
		count[<-statuses]++
	}
	if count[http.StatusOK] != 1 || count[http.StatusGone] != tries-1 {
		t.Errorf("answers: %v", count)
	}
	lost.get("/me").want(http.StatusUnauthorized) // a reset ends all other sessions
	w.nobody().post("/session", signInRequest{w.carla.Email, "another long one"}).want(http.StatusOK)
}

// TestANewPasswordSpendsEveryOtherLink: whoever holds an older link must not undo what its owner has just set.
func TestANewPasswordSpendsEveryOtherLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		w.nobody().post("/password/forgotten", forgottenRequest{w.carla.Email}).want(http.StatusAccepted)
	}
	tokens := w.mails.tokens(w.carla.Email)
	if len(tokens) != 2 {
		t.Fatalf("%d links, want two", len(tokens))
	}
	use := func(token, password string) int {
		return w.nobody().post("/links/use", map[string]string{"token": token, "password": password}).status
	}
	if first, second := use(tokens[0], "the owner's own"), use(tokens[1], "somebody else's"); first != http.StatusOK || second != http.StatusGone {
		t.Errorf("the first answered %d, the second %d", first, second)
	}
	w.nobody().post("/session", signInRequest{w.carla.Email, "the owner's own"}).want(http.StatusOK)
}

// TestOpeningALinkDoesNotSpendIt: mail scanners open links, some of them with every method.
func TestOpeningALinkDoesNotSpendIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.nobody().post("/password/forgotten", forgottenRequest{w.carla.Email}).want(http.StatusAccepted)
	token := w.mails.tokens(w.carla.Email)[0]
	b := w.nobody()
	for _, method := range []string{"GET", "HEAD"} {
		for _, path := range []string{"/link", "/link?token=" + token} {
			b.raw(method, path, nil).want(http.StatusOK)
		}
		for _, path := range []string{"/links/look?token=" + token, "/links/use?token=" + token} {
			if a := b.raw(method, root+path, nil).want(http.StatusMethodNotAllowed); a.header.Get("Allow") != "POST" {
				t.Errorf("%s: Allow is %q", a.what, a.header.Get("Allow"))
			}
		}
	}
	for range 3 {
		b.post("/links/look", map[string]string{"token": token}).want(http.StatusOK)
	}
	b.post("/links/use", map[string]string{"token": token, "password": "short"}).refused(http.StatusBadRequest, "invalid", "password")
	b.post("/links/use", map[string]string{"token": token, "password": "long enough now"}).want(http.StatusOK)
	b.post("/links/look", map[string]string{"token": token}).refused(http.StatusGone, "expired", "")
}

// TestMailedLinksLeadToTheOfficeAlone, whatever a request says of hosts.
func TestMailedLinksLeadToTheOfficeAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, trustLoopback)
	ask := func(change func(*http.Request)) reply {
		return w.nobody().do("POST", "/password/forgotten", forgottenRequest{w.carla.Email}, change)
	}
	ask(func(r *http.Request) { r.Host = "evil.example" }).want(http.StatusMisdirectedRequest)
	ask(func(r *http.Request) {
		r.Host = "office.test:1234"
		r.Header.Del("Origin")
		r.Header.Set("X-Forwarded-Host", "evil.example")
		r.Header.Set("Forwarded", "host=evil.example")
	}).want(http.StatusAccepted)
	w.mails.mu.Lock()
	defer w.mails.mu.Unlock()
	if len(w.mails.links) != 1 || w.mails.links[0].Office.URL != "http://office.test" {
		t.Errorf("mails: %+v", w.mails.links)
	}
}

func TestLinksOfNoUseAreAnsweredAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := func(o chat.ID, email string, life time.Duration) string {
		link, err := w.service.CreateLink(t.Context(), o, email, chat.SignInLink, life)
		must(t, err)
		return link
	}
	used := token(w.office.ID, w.carla.Email, time.Hour)
	w.nobody().post("/links/use", map[string]string{"token": used}).want(http.StatusOK)
	old, others := token(w.office.ID, w.carla.Email, time.Minute), token(w.other.ID, w.otto.Email, time.Hour)
	w.clock.forward(2 * time.Minute)
	for _, door := range []string{"/links/look", "/links/use"} {
		never := w.nobody().post(door, map[string]string{"token": "never-made"})
		never.refused(http.StatusGone, "expired", "")
		for who, link := range map[string]string{"used": used, "old": old, "of the other office": others} {
			same(t, who, w.nobody().post(door, map[string]string{"token": link}), never, http.StatusGone)
		}
		w.nobody().post(door, map[string]string{}).refused(http.StatusBadRequest, "invalid", "token")
	}
	w.at(w.other).post("/links/use", map[string]string{"token": others}).want(http.StatusOK) // the premise
}
