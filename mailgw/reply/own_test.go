package reply

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// ownLines are what people write in letters, much of it like what programs write.
var ownLines = []string{
	"Thank you, that is clear.", "On Monday I wrote to the bank at 9:30.", "They answered on 19.11.2026 at 14:07:", "- the account stays open", "- 2025 is free",
	"1. the lease", "2. the keys, by 2026-11-20 10:00", "Ann wrote:", "My address is ann@client.example.", "Write to Eve <eve@client.example>", "Please see:",
	"From: Berlin", "To: Paris", "Date: 5 May", "Subject: holidays", "Tel: +49 711 1234567", "Am Freitag schrieb er mir um 8:15:", "Lundi elle a écrit :", "See https://client.example/on-2026-11-19-ann-wrote",
	"*important*", "\"Never again\", she wrote.", "2026-11-19 14:07 call with Ann", "El martes me escribió", "当天他写道：", "Він пише: добре", "Sent by courier", "Gesendet über die Sparkasse", "Quoting the law here:", "Envoyé par la poste", "Invio domani", "Verzonden met DHL", "Kind regards from us all, and see you on Thursday at the office", "Thanks!", "???", "=> yes", "a <= b",
	"Frage: wann?", "Antwort: am 19.11.2026 um 14:07", "Ort: Büro <Haus 3>", "PS: bring the keys", "كتب زوجي إلى البنك:", "ב-19/11/2026 כתבתי לבנק", "W dniu 19.11.2026 nie mogę", "Dne 19. 11. 2026 v 14:07 přijdu",
}

// TestAQuotedTailChangesNothing: what is seen of a letter is the same whatever mail
// a program quotes below it.
func TestAQuotedTailChangesNothing(t *testing.T) {
	t.Parallel()
	var tails []string
	for _, g := range tongues(t) {
		for _, raw := range g.intros {
			in := g.fill(raw, shortAddress)
			tails = append(tails, in+"\n\n"+marked(g.ask()), in+"\n"+marked(g.ask()), wrapAt(g.fill(raw, longAddress), 76)+"\n\n"+marked(g.ask()))
			if len(g.mobiles) > 0 {
				tails = append(tails, in+"\n\n"+g.ask())
			}
		}
		for _, raw := range g.heads {
			tails = append(tails, "________________________________\n"+g.fill(raw, shortAddress)+"\n\n"+g.ask())
		}
	}
	known := slices.DeleteFunc(slices.Clone(tails), func(tail string) bool { return Cut("Yes.\n\n"+tail, "", Options{}).Reply != "Yes." })
	if len(known)*100 < len(tails)*95 {
		t.Fatalf("%d of %d tails are known", len(known), len(tails)) // TestBreadth says which are not
	}
	own, gap, tail := rapid.SampledFrom(ownLines), rapid.SampledFrom([]string{"\n", "\n", "\n", "\n\n"}), rapid.SampledFrom(known)
	rapid.Check(t, func(t *rapid.T) {
		var letter strings.Builder
		for i := range rapid.IntRange(1, 8).Draw(t, "lines") {
			if i > 0 {
				letter.WriteString(gap.Draw(t, "gap"))
			}
			letter.WriteString(own.Draw(t, "line"))
		}
		alone := Cut(letter.String(), "", Options{})
		below := tail.Draw(t, "tail")
		if got := Cut(letter.String()+"\n\n"+below, "", Options{}); got.Reply != alone.Reply {
			t.Fatalf("alone:\n%s\n--- above a quote:\n%s\n--- whole:\n%s\n\n%s", alone.Reply, got.Reply, letter.String(), below)
		}
	})
}

// TestOwnWordsStay: nothing of what people write is folded, unless it signs off.
func TestOwnWordsStay(t *testing.T) {
	t.Parallel()
	own, gap := rapid.SampledFrom(ownLines), rapid.SampledFrom([]string{"\n", "\n", "\n\n"})
	rapid.Check(t, func(t *rapid.T) {
		var letter strings.Builder
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			letter.WriteString(own.Draw(t, "line"))
			letter.WriteString(gap.Draw(t, "gap"))
		}
		letter.WriteString("Is that all right?")
		if r := Cut(letter.String(), "", Options{}); r.Folded != "" {
			t.Fatalf("folded:\n%s\n--- of:\n%s", r.Folded, letter.String())
		}
	})
}
