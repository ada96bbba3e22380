package storetest

import (
	"context"
	"slices"
	"time"

	"postern/chat"
)

var lists = []test{
	{"rows are ordered by activity and paged by keyset", func(p *practice) {
		var want []chat.ID
		for i := range 7 {
			want = append(want, p.start(numbered("c", i), p.staff, p.anna))
		}
		p.start("not anna's", p.staff, p.bert)
		p.send(post{author: p.staff, conversation: want[2], text: "moves up"})
		moved := want[2]
		want = append(slices.Delete(want, 2, 3), moved)
		slices.Reverse(want)
		for _, limit := range []int{1, 2, 100} {
			p.same("rows", p.walk(chat.RowQuery{User: p.anna.ID, List: chat.Inbox, Limit: limit}), want)
		}
	}},
	{"rows of one moment are ordered by their ids", func(p *practice) {
		var want []chat.ID
		at := p.now()
		for range 5 {
			conv := p.start("Title", p.anna)
			p.change(p.anna, conv, func(me *chat.Participant) { me.ActiveAt = at })
			want = append(want, conv)
		}
		slices.SortFunc(want, func(a, b chat.ID) int { return compareIDs(b, a) })
		p.same("rows", p.walk(chat.RowQuery{User: p.anna.ID, List: chat.Inbox, Limit: 2}), want)
	}},
	{"rows of several hours are one list", func(p *practice) {
		hour := p.now().Truncate(time.Hour)
		var want []chat.ID
		for _, after := range []time.Duration{0, time.Microsecond, time.Minute, time.Hour - time.Microsecond, time.Hour, 61 * time.Minute, 5 * time.Hour} {
			conv := p.start("Title", p.anna)
			p.change(p.anna, conv, func(me *chat.Participant) { me.ActiveAt = hour.Add(after) })
			want = append(want, conv)
		}
		p.change(p.anna, want[1], func(me *chat.Participant) { me.ActiveAt = hour.Add(6 * time.Hour) })
		want = slices.Concat(want[:1], want[2:], want[1:2])
		slices.Reverse(want)
		for limit := 1; limit <= len(want); limit++ {
			p.same("rows", p.walk(chat.RowQuery{User: p.anna.ID, List: chat.Inbox, Limit: limit}), want)
		}
	}},
	{"a row shows the newest message its user sees", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		rows := p.rows(chat.RowQuery{User: p.anna.ID, List: chat.Inbox, Limit: 9})
		if len(rows) != 1 || rows[0].Preview != nil {
			p.Fatalf("an empty conversation shows %v", rows)
		}
		upload := p.upload(p.staff, "plan.pdf")
		hello, _ := p.send(post{author: p.staff, conversation: conv, text: "hello", uploads: []chat.ID{upload.ID}})
		note, _ := p.send(post{author: p.staff, conversation: conv, text: "between us", note: true})
		p.same("contact's", *p.rows(chat.RowQuery{User: p.anna.ID, List: chat.Inbox, Limit: 9})[0].Preview, hello)
		p.same("staff's", *p.rows(chat.RowQuery{User: p.staff.ID, List: chat.Inbox, Limit: 9})[0].Preview, note)
		p.same("attachments", hello.Attachments[0].Name, "plan.pdf")
	}},
	{"each list has its rows", func(p *practice) {
		plain, read, archived, gone := p.start("Plain", p.staff, p.anna), p.start("Read", p.staff, p.anna), p.start("Archived", p.staff, p.anna), p.start("Gone", p.staff, p.anna)
		important := p.startImportant(p.staff, p.anna)
		for _, conv := range []chat.ID{plain, read, archived, gone, important} {
			p.send(post{author: p.staff, conversation: conv, text: "hello"})
		}
		deleted := p.startImportant(p.staff, p.anna)
		p.decide(p.opening(p.anna, read, position(1), new([]chat.ID)))
		p.change(p.anna, deleted, func(me *chat.Participant) { me.Archived, me.Deleted = true, true })
		p.change(p.anna, archived, func(me *chat.Participant) { me.Archived = true })
		p.decide(p.leaving(p.anna, p.anna, gone))
		for list, want := range map[chat.List][]chat.ID{
			chat.Inbox:     {important, gone, read, plain},
			chat.Unread:    {important, plain},
			chat.Important: {important},
			chat.Archived:  {archived},
			chat.Recent:    {important, gone, archived, read, plain},
			chat.Deleted:   {deleted},
		} {
			p.same(string(list), p.walk(chat.RowQuery{User: p.anna.ID, List: list, Limit: 2}), want)
		}
		p.decide(p.leaving(p.anna, p.anna, important))
		p.same("important, having left", p.walkOnce(chat.RowQuery{User: p.anna.ID, List: chat.Important, Limit: 9}), nil)
		for _, conv := range []chat.ID{plain, archived, gone} {
			p.same("single", p.walkOnce(chat.RowQuery{User: p.anna.ID, Conversation: conv, Limit: 9}), []chat.ID{conv})
		}
		p.same("not in it", p.walkOnce(chat.RowQuery{User: p.bert.ID, Conversation: plain, Limit: 9}), nil)
		p.refused(chat.Invalid, "no such list", func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error {
				_, err := r.Rows(p.Context(), chat.RowQuery{Office: p.office.ID, User: p.anna.ID, List: "nonsense", Limit: 1})
				return err
			})
		})
	}},
}

var ofStaff = []test{
	{"what is to be answered, by oneself or by nobody yet", func(p *practice) {
		mine, noOnes, done, gone := p.start("Mine", p.staff, p.anna), p.start("Nobody's", p.staff, p.anna), p.start("Done", p.staff, p.anna), p.start("Gone", p.staff, p.anna)
		others := p.start("Other's", p.staff, p.owner, p.anna)
		p.assign(mine, p.staff.ID, chat.Open)
		p.assign(done, p.staff.ID, chat.Done)
		p.assign(gone, p.staff.ID, chat.Waiting)
		p.assign(others, p.owner.ID, chat.Open)
		p.decide(p.leaving(p.staff, p.staff, gone))
		for list, want := range map[chat.List][]chat.ID{chat.Mine: {mine}, chat.NoOnes: {noOnes}} {
			p.same(string(list), p.walk(chat.RowQuery{User: p.staff.ID, List: list, Limit: 1}), want)
		}
		p.assign(noOnes, p.staff.ID, chat.Waiting)
		p.same("taken", p.walk(chat.RowQuery{User: p.staff.ID, List: chat.Mine, Limit: 1}), []chat.ID{noOnes, mine})
		p.same("of nobody", p.walk(chat.RowQuery{User: p.staff.ID, List: chat.NoOnes, Limit: 1}), nil)
	}},
}

// unseen is held to chat's own words: see chat's own test of the same.
var unseen = []test{
	{"what is past a cursor is counted as its user sees it", func(p *practice) {
		conv, empty := p.start("Title", p.staff, p.anna, p.bert), p.start("Empty", p.staff, p.anna)
		for _, text := range []string{"one", "two", "three"} {
			p.send(post{author: p.staff, conversation: conv, text: text, key: text})
		}
		p.send(post{author: p.staff, conversation: conv, text: "between us", note: true, key: "note"})
		p.send(post{author: p.anna, conversation: conv, text: "four", key: "four"})
		p.send(post{author: p.anna, conversation: conv, text: "without a key, as what is copied"})
		counted := func(u chat.User, after chat.Position, look int) int {
			counts := read(p, func(ctx context.Context, r chat.Reader) (map[chat.ID]int, error) {
				return r.Unseen(ctx, chat.UnseenQuery{Office: p.office.ID, User: u.ID, View: u.View(), Look: look, Cursors: []chat.MessagePlace{
					{Conversation: conv, Position: after}, {Conversation: empty},
				}})
			})
			p.same("empty", counts[empty], 0)
			return counts[conv]
		}
		p.same("contact's, without the note and their own", counted(p.anna, 0, 9), 3)
		p.same("another contact's", counted(p.bert, position(1), 9), 4)
		p.same("staff's own do not count", counted(p.staff, 0, 9), 1)
		p.same("other staff's, with the note", counted(p.owner, position(2), 9), 3)
		p.same("no more looked at than asked for", counted(p.anna, 0, 2), 2)
		p.same("notes take up no room of contacts", counted(p.bert, position(2), 2), 2)
		p.same("one's own are looked at, and do not count", counted(p.anna, position(2), 2), 1)
		p.same("to the end", counted(p.owner, position(4), 9), 0)
		p.same("where contacts count what was copied", counted(p.bert, position(4), 9), 1)
	}},
}

func (p *practice) assign(conversation, to chat.ID, state chat.Progress) {
	p.Helper()
	p.decide(chat.Decision{
		Need: chat.Need{Office: p.office.ID, Conversation: conversation},
		Decide: func(st *chat.State) (chat.Effects, error) {
			c := st.Thread.Conversation
			c.Assignee, c.State = to, state
			return chat.Effects{Conversation: &c}, nil
		},
	})
}

func (p *practice) startImportant(users ...chat.User) chat.ID {
	p.Helper()
	conv := p.start("Important", users...)
	p.decide(chat.Decision{
		Need: chat.Need{Office: p.office.ID, Conversation: conv},
		Decide: func(st *chat.State) (chat.Effects, error) {
			c := st.Thread.Conversation
			c.Important, c.Title, c.Strict = true, "Very important", true
			return chat.Effects{Conversation: &c}, nil
		},
	})
	got := p.summary(conv).Conversation
	if !got.Important || !got.Strict || got.Title != "Very important" {
		p.Fatalf("the conversation did not change: %+v", got)
	}
	return conv
}

func (p *practice) rows(q chat.RowQuery) []chat.Seating {
	p.Helper()
	q.Office = p.office.ID
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Seating, error) { return r.Rows(ctx, q) })
}

// walk goes through a list page by page.
func (p *practice) walk(q chat.RowQuery) (all []chat.ID) {
	p.Helper()
	for page := p.rows(q); len(page) > 0; page = p.rows(q) {
		if len(page) > q.Limit {
			p.Fatalf("a page of %d, where %d were wanted", len(page), q.Limit)
		}
		last := page[len(page)-1]
		q.BeforeAt, q.BeforeID = last.ActiveAt, last.Conversation
		all = append(all, ids(page, func(s chat.Seating) chat.ID { return s.Conversation })...)
	}
	return all
}

func (p *practice) walkOnce(q chat.RowQuery) []chat.ID {
	p.Helper()
	return ids(p.rows(q), func(s chat.Seating) chat.ID { return s.Conversation })
}

// unread holds the generated column and the partial index to chat's own words.
var unread = []test{
	{"the column and the badge say what chat says, whatever the row", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		newest := []chat.Position{0, 1, position(1), position(2)}
		for _, other := range newest {
			for _, lastRead := range newest {
				for flags := range 16 {
					row := chat.Participant{
						Conversation: conv, User: p.anna.ID, JoinedAt: p.from, ActiveAt: p.from, LastRead: lastRead, NewestOther: other,
						Active: flags&1 != 0, MarkedUnread: flags&2 != 0, Archived: flags&4 != 0, Muted: flags&8 != 0,
					}
					if !row.Active {
						row.LeftAt = p.from.Add(time.Minute)
					}
					p.set(row)
					listed := len(p.rows(chat.RowQuery{User: p.anna.ID, List: chat.Unread, Limit: 9})) == 1
					badge := p.stream(p.anna).Badge == 1
					if listed != (row.Unread() && !row.Archived) || badge != row.InBadge() {
						p.Fatalf("%+v: listed as unread %v, in the badge %v", row, listed, badge)
					}
				}
			}
		}
	}},
	{"an event carries the badge of after its group", func(p *practice) {
		a, b := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)
		_, told := p.send(post{author: p.staff, conversation: a, text: "one"})
		p.same("one", badges([]outcome{{told: told}}, p.anna), []int{1})
		_, told = p.send(post{author: p.staff, conversation: b, text: "two"})
		p.same("two", badges([]outcome{{told: told}}, p.anna), []int{2})
		_, told = p.send(post{author: p.staff, conversation: a, text: "three"})
		p.same("still two", badges([]outcome{{told: told}}, p.anna), []int{2})
		p.same("author's", badges([]outcome{{told: told}}, p.staff), []int{0})
		told = p.change(p.anna, a, func(me *chat.Participant) { me.Muted = true })
		p.same("muted", badges([]outcome{{told: told}}, p.anna), []int{1})
		told = p.decide(p.opening(p.anna, b, position(1), new([]chat.ID)))
		p.same("read", badges([]outcome{{told: told}}, p.anna), []int{0})
		p.checkStreams(p.staff, p.anna)
	}},
}

// set writes a participant as it is.
func (p *practice) set(row chat.Participant) {
	p.Helper()
	p.decide(chat.Decision{
		Need: chat.Need{Office: p.office.ID, Conversation: row.Conversation},
		Decide: func(*chat.State) (chat.Effects, error) {
			return chat.Effects{Participants: []chat.Participant{row}}, nil
		},
	})
}
