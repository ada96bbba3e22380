package chat

import (
	"testing"
	"time"
)

// TestWhatAPrivateDigestKeptStaysKept: what a digest told of without a word of it is not quoted by a later mail.
func TestWhatAPrivateDigestKeptStaysKept(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, digest)
	conv := p.started(t, sam, anna)
	p.model.kept.threads[conv].Conversation.Strict = true
	p.sent(t, sam, conv, "canary")
	p.mailed(t)
	p.wait(3 * time.Hour)
	if p.mailed(t); len(p.digests) != 1 || p.digests[0].Mode != Privacy {
		t.Fatalf("%+v", p.digests)
	}
	p.wants(t, anna, MailTimes{})
	p.model.kept.threads[conv].Conversation.Strict = false
	p.sent(t, sam, conv, "open")
	for _, m := range p.mailed(t) {
		for _, e := range m.Content.Earlier {
			t.Errorf("quoted: %q", e.Text)
		}
	}
}

// TestNothingWrittenUnderPrivacyIsQuoted, whether a mail told of it or not.
func TestNothingWrittenUnderPrivacyIsQuoted(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.model.kept.threads[conv].Conversation.Strict = true
	p.sent(t, sam, conv, "canary")
	if _, err := p.MarkRead(t.Context(), actor(anna), conv, 9<<20, true); err != nil {
		t.Fatal(err)
	}
	p.mailed(t)
	p.model.kept.threads[conv].Conversation.Strict = false
	p.sent(t, sam, conv, "open")
	for _, m := range p.mailed(t) {
		for _, e := range m.Content.Earlier {
			t.Errorf("quoted: %q", e.Text)
		}
	}
}
