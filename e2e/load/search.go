package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// question is something to search for. What fill writes has, beside the same sentence everywhere, words that a tenth, a hundredth and one of the
// conversations hold.
type question struct {
	name      string
	body      func(o *readerOffice, asker, turn int) map[string]any
	asContact bool
	found     int // hits, at least, in an office of hundreds of conversations
}

func words(text string) func(*readerOffice, int, int) map[string]any {
	return func(*readerOffice, int, int) map[string]any { return map[string]any{"text": text} }
}

var questions = []question{
	{name: "a word everywhere", body: words("invoice "), found: 1},
	{name: "a beginning everywhere", body: words("inv"), found: 1},
	{name: "one letter", body: words("t"), found: 1},
	{name: "three words", body: words("till hundredth40 oven")},
	{name: "a tenth", body: words("tenth0 ")},
	{name: "one conversation", body: func(o *readerOffice, asker, turn int) map[string]any {
		return map[string]any{"text": fmt.Sprintf("rare%dx ", turn*7919%(o.conversations/scaleStaff)*scaleStaff+asker*scaleStaff/askers)}
	}},
	{name: "nowhere", body: words("zanzibar ")},
	{name: "client and word", body: words("contact invoice"), found: 1},
	{name: "a client's word everywhere", body: words("invoice "), asContact: true, found: 1},
	{name: "a client's nowhere", body: words("zanzibar"), asContact: true},
}

// ask searches, and gives the number of hits.
func (q question) ask(ctx context.Context, o *readerOffice, asker, turn int) (int, error) {
	as := o.staff[asker]
	if q.asContact {
		as = o.contact
	}
	var page struct{ Hits []struct{} }
	err := as.Do(ctx, http.MethodPost, "/search", q.body(o, asker, turn), &page)
	if err == nil && len(page.Hits) < q.found {
		err = fmt.Errorf("%s: %d hits instead of %d", q.name, len(page.Hits), q.found)
	}
	return len(page.Hits), err
}

func searchRequest(ctx context.Context, o *readerOffice, asker, turn int) error {
	_, err := questions[turn%len(questions)].ask(ctx, o, asker, turn)
	return err
}

// worstSearch asks each question by itself, of the large data set.
func (c *scaleCmd) worstSearch(ctx context.Context, r *scaleResult, large *readerOffice) error {
	profiles, err := takeProfiles(ctx, large.site, activity)
	if err != nil {
		return err
	}
	for _, q := range questions {
		took, err := c.ask(ctx, func(ctx context.Context, o *readerOffice, asker, turn int) error {
			_, err := q.ask(ctx, o, asker, turn)
			return err
		}, large)
		if err != nil {
			return err
		}
		p95 := ms(took[0], 0.95)
		tell("search, %s: p50 %.2f, p95 %.2f ms", q.name, ms(took[0], 0.5), p95)
		if p95 > r.SearchWorst {
			r.SearchWorst, r.SearchedFor = p95, q.name
		}
	}
	return profiles.finish()
}

// indexed waits until what was filled in is in the search's index: it is put there in the order it was written.
func (o *readerOffice) indexed(ctx context.Context) error {
	began := time.Now()
	last := fmt.Sprintf("rare%dx ", o.conversations-scaleStaff)
	for until := began.Add(15 * time.Minute); time.Now().Before(until); {
		var page struct{ Hits []struct{} }
		if err := o.staff[0].Do(ctx, http.MethodPost, "/search", map[string]any{"text": last}, &page); err != nil {
			return err
		}
		if len(page.Hits) > 0 {
			tell("indexed within %.1f s", time.Since(began).Seconds())
			return pause(ctx, 3*time.Second) // the rest
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
	return fmt.Errorf("%q is not indexed", last)
}
