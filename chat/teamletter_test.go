package chat

import (
	"strings"
	"testing"
)

// TestLetterTitle: whatever a subject is, the conversation has a title that others take.
func TestLetterTitle(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]string{
		"VAT return":             "VAT return",
		"  Re:\tVAT\r\n return ": "Re: VAT return",
		"":                       "No subject",
		"\u202e \u200b":          "No subject",
		"\xff":                   "No subject",
		strings.Repeat("é", 300): strings.Repeat("é", MaxTitle-1) + "…",
		strings.Repeat("é", 200): strings.Repeat("é", 200),
	} {
		if got := letterTitle(subject); got != want {
			t.Errorf("%q: %q, want %q", subject, got, want)
		}
	}
}

// TestOnlyAPersonsLetterGoesOn: what is no message begins nothing, and goes on with nothing.
func TestOnlyAPersonsLetterGoesOn(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Staff), p.user(t, "anna", Client)
	team, err := p.SetRoster(t.Context(), p.office.ID, Team, "Tax", []string{sam.Email})
	if err != nil {
		t.Fatal(err)
	}
	take := func(id string, fate LetterFate) (Letter, error) {
		p.next()
		in := LetterIn{HTML: "by mail", Letter: Letter{Fate: fate, MessageID: "<" + id + ">", Once: [32]byte{id[0]}}, Answers: []string{"<a@x>"}}
		return p.StartByLetter(t.Context(), Addressee{Office: p.office, User: *anna, Team: team.ID}, in)
	}
	first, err := take("a@x", LetterPosted)
	if err != nil {
		t.Fatal(err)
	}
	for _, fate := range []LetterFate{LetterQuarantined, LetterAutoReply, LetterBounced, LetterReport, LetterDropped} {
		if _, err := take("b@x", fate); KindOf(err) != Invalid {
			t.Errorf("%s: %v", fate, err)
		}
	}
	second, err := take("b@x", LetterPosted)
	if err != nil || second.Conversation != first.Conversation || len(p.model.kept.messages[first.Conversation]) != 2 {
		t.Errorf("%d messages, the second went to %s of %s: %v", len(p.model.kept.messages[first.Conversation]), second.Conversation, first.Conversation, err)
	}
}
