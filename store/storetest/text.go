package storetest

import (
	"strings"
	"unicode/utf8"

	"postern/chat"
)

// hard are texts that databases have been known to change (FAULTS D5).
var hard = map[string]string{
	"emoji":                  "👩‍👩‍👧 𝒳 \U0010FFFF",
	"replacement character":  "a\uFFFDb",
	"right-to-left override": "invoice\u202Efdp.exe",
	"line ends":              "a\r\nb\rc\nd\u2028e\u2029f\u0085g",
	"controls":               "\x01\x02\x1b[31m\x7f",
	"quotes":                 `'";--\` + "`$1 ? :x %s {a,b} [] null",
	"combining":              "e\u0301 é",
	"byte order mark":        "\uFEFFa",
	"blanks":                 "  a \t ",
	"empty":                  "",
	"large":                  strings.Repeat("é𝒳 word ", 18_000),
}

// unkept are texts that PostgreSQL cannot keep; both refuse them.
var unkept = map[string]string{"NUL": "a\x00b", "broken UTF-8": "a\xc3(b", "a lone surrogate": "a\xed\xa0\x80b"}

var text = []test{
	{"comes back byte for byte, in every field", func(p *practice) {
		for name, s := range hard {
			conv := p.start(s, p.staff, p.anna)
			p.same(name+": title", p.summary(conv).Conversation.Title, s)
			sent, _ := p.send(post{author: p.anna, conversation: conv, text: s, key: cut(s)})
			got := p.message(sent.ID)
			if got.Text != s || got.HTML != "<p>"+s+"</p>" || got.Key != cut(s) {
				p.Errorf("%s: the message changed", name)
			}
			again, _ := p.send(post{author: p.anna, conversation: conv, text: s, key: cut(s)})
			if cut(s) != "" {
				p.same(name+": key", again.ID, sent.ID)
			}
			u := p.newUser(chat.Client, cut(s))
			p.same(name+": name", p.user(u.ID).Name, cut(s))
			p.same(name+": file", p.attachment(p.upload(u, cut(s)).ID).Name, cut(s))
		}
	}},
	{"that cannot be kept is refused, and nothing is half written", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		for name, s := range unkept {
			p.refused(chat.Invalid, name+" in a message", func() error {
				_, err := p.store.Decide(p.Context(), post{author: p.anna, conversation: conv, text: s}.decision(p, new(chat.Message)))
				return err
			})
			p.refused(chat.Invalid, name+" in a key", func() error {
				_, err := p.store.Decide(p.Context(), post{author: p.anna, conversation: conv, text: "x", key: s}.decision(p, new(chat.Message)))
				return err
			})
			p.refused(chat.Invalid, name+" in a name", func() error {
				u := p.anna
				u.Name = s
				_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.PutUser(p.Context(), u) })
				return err
			})
			p.refused(chat.Invalid, name+" in a search", func() error {
				return p.store.View(p.Context(), func(r chat.Reader) error {
					_, err := r.People(p.Context(), chat.PeopleQuery{Office: p.office.ID, Views: everybody, Prefix: s, Limit: 1})
					return err
				})
			})
		}
		p.same("stored", len(p.thread(conv)), 0)
		p.same("name", p.user(p.anna.ID).Name, p.anna.Name)
		p.checkStreams(p.staff, p.anna)
	}},
	{"that cannot be kept harms nobody else in the group", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		var a, b chat.Message
		out := p.together(
			post{author: p.staff, conversation: conv, key: "a", text: "one"}.decision(p, &a),
			post{author: p.anna, conversation: conv, key: "b", text: "a\x00b"}.decision(p, new(chat.Message)),
			post{author: p.staff, conversation: conv, key: "d", text: "two"}.decision(p, &b),
		)
		p.succeeded([]outcome{out[0], out[2]})
		p.same("refused", chat.KindOf(out[1].err), chat.Invalid)
		p.same("stored", p.thread(conv), []chat.Message{a, b})
	}},
}

// cut bounds a text as chat does names, at a whole character.
func cut(s string) string {
	for len(s) > 60 {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

var refusals = []test{
	{"a position is taken once", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		sent, _ := p.send(post{author: p.staff, conversation: conv, text: "one"})
		again := sent
		again.ID = newID()
		p.refused(chat.Conflict, "the same position", func() error {
			_, err := p.store.Decide(p.Context(), chat.Decision{
				Need:   chat.Need{Office: p.office.ID, Conversation: conv},
				Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Messages: []chat.Message{again}}, nil },
			})
			return err
		})
		p.same("stored", p.thread(conv), []chat.Message{sent})
	}},
	{"a key is taken once, whatever the decision says", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		sent, _ := p.send(post{author: p.staff, conversation: conv, key: "k", text: "one"})
		again := sent
		again.ID, again.Position = newID(), position(2)
		p.refused(chat.Conflict, "the same key", func() error {
			_, err := p.store.Decide(p.Context(), chat.Decision{
				Need:   chat.Need{Office: p.office.ID, Conversation: conv},
				Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Messages: []chat.Message{again}}, nil },
			})
			return err
		})
	}},
	{"somebody who does not exist takes no part", func(p *practice) {
		conv := p.start("Title", p.staff)
		_, err := p.store.Decide(p.Context(), chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv},
			Decide: func(*chat.State) (chat.Effects, error) {
				return chat.Effects{Participants: []chat.Participant{{Conversation: conv, User: newID(), JoinedAt: p.from, ActiveAt: p.from}}}, nil
			},
		})
		if err == nil {
			p.Error("no error")
		}
		p.same("people", len(p.summary(conv).Members), 1)
	}},
	{"a closed store is unavailable, and closes twice", func(p *practice) {
		if err := p.store.Close(); err != nil {
			p.Fatal(err)
		}
		p.refused(chat.Unavailable, "view", func() error { return p.store.View(p.Context(), func(chat.Reader) error { return nil }) })
		p.refused(chat.Unavailable, "update", func() error {
			_, err := p.store.Update(p.Context(), func(chat.Tx) error { return nil })
			return err
		})
		p.refused(chat.Unavailable, "decide", func() error {
			_, err := p.store.Decide(p.Context(), chat.Decision{Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{}, nil }})
			return err
		})
		p.refused(chat.Unavailable, "heads", func() error { _, err := p.store.Heads(p.Context(), nil); return err })
		p.refused(chat.Unavailable, "ping", func() error { return p.store.Ping(p.Context()) })
		if err := p.store.Close(); err != nil {
			p.Errorf("the second time: %v", err)
		}
	}},
}
