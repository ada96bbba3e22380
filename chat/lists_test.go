package chat

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
)

// titles gives a whole list, page by page.
func (p *practice) titles(t *testing.T, u *User, list List, limit int) (titles []string) {
	t.Helper()
	next := ""
	for range 100 {
		page, err := p.Rows(t.Context(), actor(u), RowsRequest{List: list, Next: next, Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			titles = append(titles, row.Conversation.Title)
		}
		if next = page.Next; next == "" {
			return titles
		}
	}
	t.Fatal("the list has no end")
	return nil
}

func TestLists(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	ctx, hers := t.Context(), actor(anna)
	var conversations []ID
	for i := range 6 {
		p.next()
		s, err := p.Start(ctx, actor(sam), StartRequest{To: []ID{anna.ID}, Title: fmt.Sprint(i), Important: i%2 == 0, Key: fmt.Sprint(i), HTML: "x"})
		if err != nil {
			t.Fatal(err)
		}
		conversations = append(conversations, s.Message.Conversation)
	}
	step := func(err error) {
		t.Helper()
		if p.next(); err != nil {
			t.Fatal(err)
		}
	}
	drop := func(_ Stood, err error) error { return err }
	step(drop(p.MarkRead(ctx, hers, conversations[1], 1<<20, true)))
	step(drop(p.Archive(ctx, hers, conversations[2], true)))
	step(drop(p.Archive(ctx, hers, conversations[3], true)))
	p.sent(t, sam, conversations[3], "brings it back")
	p.wrote(t, sam, SendRequest{Conversation: conversations[0], HTML: "a note moves nothing of hers", Note: true})
	step(p.Remove(ctx, hers, conversations[4], anna.ID, ID{}))
	step(drop(p.MarkUnread(ctx, hers, conversations[1])))
	for _, c := range []struct {
		list List
		want []string
	}{
		{Inbox, []string{"3", "5", "4", "1", "0"}}, {Unread, []string{"3", "5", "1", "0"}},
		{Archived, []string{"2"}}, {Important, []string{"2", "0"}},
	} {
		for limit := range 7 {
			if got := p.titles(t, anna, c.list, limit); !slices.Equal(got, c.want) {
				t.Errorf("%s by %d: %v, want %v", c.list, limit, got, c.want)
			}
		}
	}
	if got := p.titles(t, sam, Inbox, 2); !slices.Equal(got[:2], []string{"4", "0"}) && !slices.Equal(got[:2], []string{"0", "3"}) {
		t.Errorf("sam's inbox begins with %v", got)
	}
	page, err := p.Rows(ctx, hers, RowsRequest{List: Inbox})
	if err != nil || page.Stream.Badge != 4 || page.Rows[0].Newest.Text != "brings it back" {
		t.Errorf("badge %d, newest %+v, %v", page.Stream.Badge, page.Rows[0].Newest, err)
	}
}

func TestListsRefuse(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam := p.user(t, "sam", Owner)
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for name, r := range map[string]RowsRequest{
		"no list":          {},
		"another list":     {List: "all"},
		"no key":           {List: Inbox, Next: "%"},
		"no JSON":          {List: Inbox, Next: encode("x")},
		"no id":            {List: Inbox, Next: encode(`{"t":1,"i":"x"}`)},
		"before 1970":      {List: Inbox, Next: encode(`{"t":-1,"i":"00000000-0000-0000-0000-000000000000"}`)},
		"too far ahead":    {List: Inbox, Next: encode(`{"t":1e99}`)},
		"padded otherwise": {List: Inbox, Next: rowKey(firstDay, ID{}) + "="},
	} {
		if _, err := p.Rows(t.Context(), actor(sam), r); KindOf(err) != Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if at, id, err := parseKey(rowKey(firstDay, ID{7})); err != nil || !at.Equal(firstDay) || id != (ID{7}) {
		t.Errorf("a key does not come back: %v, %s, %v", at, id, err)
	}
}
