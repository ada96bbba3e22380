package api

import (
	"html"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"postern/chat"
)

// mailOf puts a mail that went to carla in the store, and gives its token.
func (w *world) mailOf(kind chat.MailKind) (token string) {
	w.t.Helper()
	m := chat.Mail{
		Office: w.office.ID, ID: chat.ID(uuid.Must(uuid.NewV7())), Kind: kind, Recipient: w.carla.ID, From: "a@mail.office.test", To: w.carla.Email,
		MessageID: uuid.NewString(), Raw: []byte("mail"), State: chat.MailAccepted, Attempts: 1, CreatedAt: w.clock.now(),
	}
	_, err := w.store.Update(w.t.Context(), func(tx chat.Tx) error { return tx.AddMail(w.t.Context(), m) })
	must(w.t, err)
	return ownAddresses{}.Return(w.office.ID, m.ID)
}

// unsubscribe asks at an office as a mail program does (RFC 8058, section 3.2): without cookies, Origin, or anything else of a browser.
func (w *world) unsubscribe(method, host, token string) (status int, page string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+"/unsubscribe/"+token, strings.NewReader("List-Unsubscribe=One-Click"))
	must(w.t, err)
	r.Host = host
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(r)
	must(w.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(w.t, err)
	return answer.StatusCode, string(text)
}

// TestUnsubscribeByOneClick: a POST with the token of a digest does it, at its own office alone, and whoever chooses anew has mail again.
func TestUnsubscribeByOneClick(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	unsubscribed := func() bool {
		var me meAnswer
		carla.get("/me").want(http.StatusOK).into(&me)
		return me.User.Unsubscribed
	}
	const here, there = "office.test", "other.test"
	digest, notice := w.mailOf(chat.DigestMail), w.mailOf(chat.NoticeMail)
	last := map[bool]string{true: "1", false: "0"}[strings.HasSuffix(digest, "0")]
	for _, c := range []struct {
		what, method, host, token string
		status                    int
		says                      string
	}{
		{"a scanner opens the link", "GET", here, digest, http.StatusOK, "No more mail?"},
		{"it names the office", "GET", here, digest, http.StatusOK, "<p>" + html.EscapeString(w.office.Name) + "</p>"},
		{"a scanner looks at the link", "HEAD", here, digest, http.StatusOK, ""},
		{"the link of nothing looks the same", "GET", here, "nonsense", http.StatusOK, "No more mail?"},
		{"nonsense", "POST", here, "nonsense", http.StatusNotFound, "leads nowhere"},
		{"a forged token", "POST", here, digest[:len(digest)-1] + last, http.StatusNotFound, "leads nowhere"},
		{"another office", "POST", there, digest, http.StatusNotFound, "leads nowhere"},
		{"a mail that is no digest", "POST", here, notice, http.StatusNotFound, "leads nowhere"},
	} {
		status, page := w.unsubscribe(c.method, c.host, c.token)
		if status != c.status || !strings.Contains(page, c.says) || unsubscribed() {
			t.Errorf("%s: %d, unsubscribed %v: %s", c.what, status, unsubscribed(), page)
		}
	}
	for range 2 { // the same again changes nothing
		if status, page := w.unsubscribe("POST", here, digest); status != http.StatusOK || !strings.Contains(page, "You are unsubscribed") || !unsubscribed() {
			t.Errorf("%d: %s", status, page)
		}
	}
	var list struct{ Suppressions []struct{ Cause string } }
	w.as(w.sam).get("/suppressions").want(http.StatusOK).into(&list)
	if len(list.Suppressions) != 1 || list.Suppressions[0].Cause != "unsubscribed" {
		t.Errorf("staff see %+v", list)
	}
	carla.patch("/me", map[string]any{"mail_times": mailTimes{}}).want(http.StatusOK)
	if unsubscribed() {
		t.Error("who chose anew is unsubscribed")
	}
	if log := w.log.String(); strings.Contains(log, strings.Split(digest, ".")[1]) {
		t.Errorf("the log has a token:\n%s", log)
	}
}
