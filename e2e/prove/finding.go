package main

import (
	"context"
	"fmt"

	"postern/e2e/client"
)

// searchStory: what was written long ago is found by its words and filters, opened at its place, and gone back from; several conversations are
// marked at once, with another tab and a client's message beside it.
func searchStory(ctx context.Context, s *stage) (string, error) {
	ada, err := s.join(ctx, "Ada Staff", "ada@office.example", "owner", "", s.node[0])
	if err != nil {
		return "", err
	}
	carl, err := s.join(ctx, "Carl Client", "carl@client.example", "client", "Client Firm", s.node[0])
	if err != nil {
		return "", err
	}
	const needle, length, at = "Needle", 200, 40
	started, err := carl.Start(ctx, "long", "Bookkeeping over the years", "<p>word 1.</p>", ada.Me.User.ID)
	if err != nil {
		return "", err
	}
	for n := 2; n <= length; n++ {
		words := fmt.Sprintf("<p>word %d. The figures of that month.</p>", n)
		if n == at {
			words = "<p>Here is the " + needle + " in &lt;b&gt;bold&lt;/b&gt; and &lt;img src=x&gt;</p>"
		}
		if _, err := carl.Send(ctx, started.Row.Conversation.ID, fmt.Sprint("long-", n), words); err != nil {
			return "", err
		}
	}
	titles := []string{"VAT return", "Payroll", "Lease"} // as the list has them, from the top
	for i := range titles {
		title := titles[len(titles)-1-i]
		if _, err := carl.Start(ctx, title, title, "<p>About it</p>", ada.Me.User.ID); err != nil {
			return "", err
		}
	}
	var visitors [3]visitor
	for i, who := range []int{0, 0, 1} {
		if visitors[i], err = s.back(ctx, [...]*client.Client{ada, carl}[who], s.node[0]); err != nil {
			return "", err
		}
	}
	in := map[string]any{"url": s.d.URL, "staff": visitors[0], "again": visitors[1], "contact": visitors[2], "needle": needle, "titles": titles}
	var out struct {
		Found    int `json:"found"`
		Followed int `json:"followed"`
		Told     int `json:"told"`
	}
	if err := browse(ctx, "search.mjs", in, &out); err != nil {
		return "", err
	}
	if out.Found != 2 || out.Followed != 5 || out.Told != 2 {
		return "", fmt.Errorf("found=%d followed=%d told=%d", out.Found, out.Followed, out.Told)
	}
	return fmt.Sprintf("found=%d followed=%d told=%d", out.Found, out.Followed, out.Told), nil
}
