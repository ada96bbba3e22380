package storetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"postern/chat"
)

var letters = []test{
	{"a letter is taken with its message, and comes back whole", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		l := p.letter()
		sent, _ := p.send(post{author: p.anna, conversation: conv, text: "by mail", letter: &l})
		l.Conversation, l.Participant, l.Entry = conv, p.anna.ID, sent.ID
		got := *read(p, func(ctx context.Context, r chat.Reader) (*chat.Letter, error) {
			return r.Letter(ctx, p.office.ID, l.ID)
		})
		p.same("letter", got, l)
	}},
	{"a short letter lies in its row, and is read by itself", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		content := []byte("Subject: x\r\n\r\n\x00\xff\r\n")
		l, long := p.letter(), p.letter()
		l.RawLetter = chat.RawLetter{Content: content, Size: int64(len(content))}
		for _, letter := range []*chat.Letter{&l, &long} {
			p.send(post{author: p.anna, conversation: conv, text: "by mail", letter: letter})
		}
		ask := func(office, id chat.ID) (got []byte, err error) {
			err = p.store.View(p.Context(), func(r chat.Reader) (err error) { got, err = r.LetterContent(p.Context(), office, id); return err })
			return got, err
		}
		got, err := ask(p.office.ID, l.ID)
		if err != nil {
			p.Fatal(err)
		}
		p.same("content", got, content)
		kept := read(p, func(ctx context.Context, r chat.Reader) (*chat.Letter, error) {
			return r.Letter(ctx, p.office.ID, l.ID)
		}).RawLetter
		p.same("kept", kept, chat.RawLetter{Size: l.Size})
		p.refused(chat.NotFound, "of another office", func() error { _, err := ask(newID(), l.ID); return err })
		p.refused(chat.NotFound, "of a long one", func() error { _, err := ask(p.office.ID, long.ID); return err })
	}},
	{"mails and letters are found by Message-ID, of their own user alone", func(p *practice) {
		conv, other := p.start("Title", p.staff, p.anna), newID()
		annas, failed := p.mail(p.anna, conv, nil), p.mail(p.anna, other, func(m *chat.Mail) { m.State, m.Newest = chat.MailFailed, position(3) })
		berts, link := p.mail(p.bert, conv, nil), p.mail(p.anna, chat.ID{}, func(m *chat.Mail) { m.Kind, m.Mode = chat.LinkMail, 0 })
		kept := func(id string, u chat.User, in chat.ID, with func(*chat.Letter)) {
			l := p.letter()
			l.MessageID, l.Reply, l.Participant, l.Conversation = "<"+id+">", 0, u.ID, in
			if with != nil {
				with(&l)
			}
			p.decide(chat.Decision{
				Need:   chat.Need{Office: p.office.ID, Conversation: conv, Actor: u.ID, Once: &l.Once},
				Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Letters: []chat.Letter{l}}, nil },
			})
		}
		kept("1@x", p.anna, conv, nil)
		kept("1@x", p.anna, other, nil)
		kept("2@x", p.bert, conv, nil)
		kept("3@x", p.anna, conv, func(l *chat.Letter) { l.Fate = chat.LetterDropped })
		kept("4@x", p.anna, conv, func(l *chat.Letter) { l.Reply = 7 })
		ids := []string{annas.MessageID, berts.MessageID, failed.MessageID, link.MessageID, "1@x", "2@x", "3@x", "4@x", "5@x", "<1@x>", "x' \"\\ü", annas.MessageID}
		named := func(office chat.ID, u chat.User, ids ...string) []chat.Named {
			got := read(p, func(ctx context.Context, r chat.Reader) ([]chat.Named, error) { return r.Named(ctx, office, u.ID, ids) })
			slices.SortFunc(got, func(a, b chat.Named) int {
				return cmp.Or(strings.Compare(a.MessageID, b.MessageID), slices.Compare(a.Conversation[:], b.Conversation[:]))
			})
			return slices.Compact(got)
		}
		want := []chat.Named{{MessageID: "1@x", Conversation: conv}, {MessageID: "1@x", Conversation: other}}
		for _, m := range []chat.Mail{annas, failed} {
			want = append(want, chat.Named{MessageID: m.MessageID, Kind: m.Kind, Conversation: m.Conversation, Newest: m.Newest})
		}
		slices.SortFunc(want, func(a, b chat.Named) int {
			return cmp.Or(strings.Compare(a.MessageID, b.MessageID), slices.Compare(a.Conversation[:], b.Conversation[:]))
		})
		p.same("anna's", named(p.office.ID, p.anna, ids...), want)
		p.same("bert's", len(named(p.office.ID, p.bert, ids...)), 2)
		p.same("staff's", len(named(p.office.ID, p.staff, ids...)), 0)
		p.same("another office's", len(named(newID(), p.anna, ids...)), 0)
		p.same("of none", len(named(p.office.ID, p.anna)), 0)
	}},
	{"the same letter is taken once, in one group and across", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		l := p.letter()
		decision := func() chat.Decision {
			again := l
			again.ID = newID()
			return post{author: p.anna, conversation: conv, text: "by mail", letter: &again}.decision(p, new(chat.Message))
		}
		out := p.together(decision(), decision())
		p.succeeded(out[:1])
		p.same("in the group", chat.KindOf(out[1].err), chat.Conflict)
		p.refused(chat.Conflict, "later", func() error {
			_, err := p.store.Decide(p.Context(), decision())
			return err
		})
		p.same("stored", len(p.thread(conv)), 1)
	}},
	{"the same letter is taken once, whatever the decisions say", func(p *practice) {
		l := p.letter()
		convs := []chat.ID{p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)}
		var won atomic.Int32
		for _, err := range each(8, func(i int) error {
			mine := l
			mine.ID = newID()
			_, err := p.store.Decide(p.Context(), chat.Decision{
				Need:   chat.Need{Office: p.office.ID, Conversation: convs[i%2], Actor: p.anna.ID, Once: &l.Once},
				Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Letters: []chat.Letter{mine}}, nil },
			})
			if err == nil {
				won.Add(1)
			} else if chat.KindOf(err) == chat.Conflict {
				err = nil
			}
			return err
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		p.same("winners", won.Load(), int32(1))
	}},
}

func (p *practice) letter() chat.Letter {
	return chat.Letter{
		Office: p.office.ID, ID: newID(), Reply: -4711, Once: newHash(), MessageID: "<id@example.com>", From: "anna@example.com",
		EnvelopeFrom: "bounce@example.com", Peer: "192.0.2.1", Subject: "Re: Title", Class: "human", Auth: "dkim=pass (example.com)", Signers: []string{"example.com", "esp.example"}, Fate: chat.LetterPosted, Reason: "because",
		RawLetter: chat.RawLetter{Raw: newHash(), Size: 6000}, Folded: "> quoted", ReceivedAt: p.now(),
	}
}

var trust = []test{
	{"a letter that begins a conversation is taken once", func(p *practice) {
		l := p.letter()
		l.Fate, l.Reply, l.Participant = chat.LetterPosted, 0, p.anna.ID
		var begun atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				mine := l
				mine.ID, mine.Conversation = newID(), newID()
				took := false
				d := chat.Decision{
					Need: chat.Need{Office: p.office.ID, Actor: p.anna.ID, Users: []chat.ID{p.staff.ID}, Once: &l.Once},
					Decide: func(st *chat.State) (chat.Effects, error) {
						if took = st.Taken() == nil; !took {
							return chat.Effects{}, nil
						}
						return chat.Effects{Letters: []chat.Letter{mine}}, nil
					},
				}
				_, err := p.store.Decide(p.Context(), d)
				if chat.KindOf(err) == chat.Conflict {
					_, err = p.store.Decide(p.Context(), d)
				}
				if err != nil {
					p.Error(err)
				}
				if took {
					begun.Add(1)
				}
			})
		}
		all.Wait()
		p.same("taken", begun.Load(), int32(1))
	}},
	{"a decision on a letter is kept", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		l := p.letter()
		l.Fate, l.Conversation, l.Participant = chat.LetterQuarantined, conv, p.anna.ID
		p.decide(chat.Decision{
			Need:   chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.anna.ID, Once: &l.Once},
			Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Letters: []chat.Letter{l}}, nil },
		})
		l.Decision, l.Trusted, l.DecidedBy, l.DecidedAt = chat.AcceptTrust, "esp.example", p.staff.ID, p.now()
		p.update(func(tx chat.Tx) error { return tx.DecideLetter(p.Context(), l) })
		p.same("kept", *read(p, func(ctx context.Context, r chat.Reader) (*chat.Letter, error) {
			return r.Letter(ctx, p.office.ID, l.ID)
		}), l)
	}},
	{"an alias is one user's", func(p *practice) {
		a := chat.Alias{Office: p.office.ID, Address: "anna@home.example", User: p.anna.ID, AddedBy: p.staff.ID, AddedAt: p.now()}
		p.update(func(tx chat.Tx) error { return tx.AddAlias(p.Context(), a) })
		p.same("kept", *read(p, func(ctx context.Context, r chat.Reader) (*chat.Alias, error) {
			return r.Alias(ctx, p.office.ID, a.Address)
		}), a)
		for user, want := range map[chat.ID]int{p.anna.ID: 1, p.bert.ID: 0} {
			p.same("of a user", len(read(p, func(ctx context.Context, r chat.Reader) ([]chat.Alias, error) {
				return r.Aliases(ctx, p.office.ID, user)
			})), want)
		}
		p.refused(chat.Conflict, "a second user", func() error {
			b := a
			b.User = p.bert.ID
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.AddAlias(p.Context(), b) })
			return err
		})
		p.refused(chat.NotFound, "in another office", func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error { _, err := r.Alias(p.Context(), newID(), a.Address); return err })
		})
	}},
	{"a signer is trusted for one user, and once", func(p *practice) {
		s := chat.TrustedSigner{Office: p.office.ID, User: p.anna.ID, Domain: "esp.example", AddedBy: p.staff.ID, AddedAt: p.now()}
		for range 2 {
			p.update(func(tx chat.Tx) error { return tx.TrustSigner(p.Context(), s) })
		}
		trusted := func(user chat.ID) []chat.TrustedSigner {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.TrustedSigner, error) {
				return r.TrustedSigners(ctx, p.office.ID, user)
			})
		}
		p.same("anna's", trusted(p.anna.ID), []chat.TrustedSigner{s})
		p.same("bert's", len(trusted(p.bert.ID)), 0)
	}},
	{"what is believed can be taken back, of its own user alone", func(p *practice) {
		a := chat.Alias{Office: p.office.ID, Address: "anna@home.example", User: p.anna.ID, AddedBy: p.staff.ID, AddedAt: p.now()}
		s := chat.TrustedSigner{Office: p.office.ID, User: p.anna.ID, Domain: "esp.example", AddedBy: p.staff.ID, AddedAt: p.now()}
		p.update(func(tx chat.Tx) error { return tx.AddAlias(p.Context(), a) })
		p.update(func(tx chat.Tx) error { return tx.TrustSigner(p.Context(), s) })
		dropped := func(office, user chat.ID) (did [2]bool) {
			p.update(func(tx chat.Tx) (err error) {
				if did[0], err = tx.DropAlias(p.Context(), office, user, a.Address); err == nil {
					did[1], err = tx.DropSigner(p.Context(), office, user, s.Domain)
				}
				return err
			})
			return did
		}
		p.same("bert's", dropped(p.office.ID, p.bert.ID), [2]bool{})
		p.same("of another office", dropped(newID(), p.anna.ID), [2]bool{})
		p.same("anna's", dropped(p.office.ID, p.anna.ID), [2]bool{true, true})
		p.same("twice", dropped(p.office.ID, p.anna.ID), [2]bool{})
		p.update(func(tx chat.Tx) error { return tx.AddAlias(p.Context(), a) }) // it is free again
	}},
	{"a message knows when its letter came", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		received := p.now()
		var sent chat.Message
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.anna.ID},
			Decide: func(st *chat.State) (e chat.Effects, err error) {
				m := post{author: p.anna, conversation: conv, text: "held", at: p.from, id: newID()}
				if sent, _, err = m.decide(st); err != nil {
					return e, err
				}
				sent.ReceivedAt = received
				return m.effects(st, st.Thread.Conversation, sent), nil
			},
		})
		p.same("kept", p.message(sent.ID), sent)
	}},
}

var replies = []test{
	{"a seat has one reply address, of the number it was first made with", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		first := p.address(p.anna, conv, -42)
		p.same("address", first, chat.ReplyAddress{Office: p.office.ID, Reply: -42, Generation: first.Generation, Conversation: conv, User: p.anna.ID})
		p.same("again", p.address(p.anna, conv, 43), first)
		p.same("found", p.seat(-42), chat.ReplySeat{Office: p.office, Address: first, User: p.anna, Active: true})
		p.same("another's", p.address(p.staff, conv, 44).Reply, int64(44))
		other := p.start("Other", p.staff, p.anna)
		p.refused(chat.Conflict, "another seat's number", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
				_, err := tx.AddressFor(p.Context(), p.office.ID, other, p.anna.ID, -42)
				return err
			})
			return err
		})
	}},
	{"a seat is found with what bears on its answers", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert)
		p.address(p.anna, conv, 1)
		account := chat.Account{Office: p.office.ID, ID: newID(), Name: "Client Ltd", Strict: true}
		p.bert.Account = account.ID
		seen := func() [4]bool {
			s := p.seat(1)
			return [4]bool{s.Active, s.Trusted, s.ConversationStrict, s.AccountStrict}
		}
		p.same("nothing", seen(), [4]bool{true, false, false, false})
		p.update(func(tx chat.Tx) error {
			return errors.Join(tx.PutAccount(p.Context(), account), tx.PutUser(p.Context(), p.bert))
		})
		p.same("another's account", seen(), [4]bool{true, false, false, true})
		p.decide(p.leaving(p.bert, p.bert, conv))
		p.same("of whom has left", seen(), [4]bool{true, false, false, false})
		p.update(func(tx chat.Tx) error {
			return tx.TrustSigner(p.Context(), chat.TrustedSigner{Office: p.office.ID, User: p.bert.ID, Domain: "esp.example", AddedBy: p.staff.ID, AddedAt: p.now()})
		})
		p.same("another's signer", seen(), [4]bool{true, false, false, false})
		p.update(func(tx chat.Tx) error {
			return tx.TrustSigner(p.Context(), chat.TrustedSigner{Office: p.office.ID, User: p.anna.ID, Domain: "esp.example", AddedBy: p.staff.ID, AddedAt: p.now()})
		})
		p.same("a signer", seen(), [4]bool{true, true, false, false})
		p.update(func(tx chat.Tx) (err error) {
			_, err = tx.DropSigner(p.Context(), p.office.ID, p.anna.ID, "esp.example")
			return errors.Join(err, tx.AddAlias(p.Context(), chat.Alias{Office: p.office.ID, Address: "anna@home.example", User: p.anna.ID, AddedBy: p.staff.ID, AddedAt: p.now()}))
		})
		p.same("an alias", seen(), [4]bool{true, true, false, false})
		p.decide(p.leaving(p.anna, p.anna, conv))
		p.same("left", seen(), [4]bool{false, true, false, false})
		p.address(p.anna, p.startImportant(p.staff, p.anna), 2)
		p.same("strict", p.seat(2).ConversationStrict, true)
	}},
	{"its generation grows when the decision revokes it", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert)
		annas, berts := p.address(p.anna, conv, 1), p.address(p.bert, conv, 2)
		p.decide(p.leaving(p.anna, p.anna, conv))
		annas.Generation++
		p.same("anna's", p.address(p.anna, conv, 3), annas)
		p.same("bert's", p.address(p.bert, conv, 4), berts)
		p.decide(p.leaving(p.staff, p.staff, conv)) // who never had one
	}},
	{"what was mailed moves forward only", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		a := p.address(p.anna, conv, 1)
		for _, n := range []int{2, 5, 3} {
			p.update(func(tx chat.Tx) error { return tx.MarkMailed(p.Context(), a.Reply, position(n)) })
		}
		p.same("mailed", p.address(p.anna, conv, 1).Mailed, position(5))
	}},
}

func (p *practice) seat(reply int64) chat.ReplySeat {
	p.Helper()
	seat := read(p, func(ctx context.Context, r chat.Reader) (*chat.ReplySeat, error) { return r.ReplySeat(ctx, reply) })
	err := p.store.Ask(p.Context(), func(r chat.Reader) error {
		asked, err := r.ReplySeat(p.Context(), reply)
		p.same("asked for without a snapshot", asked, seat)
		return err
	})
	p.same("error", err, nil)
	return *seat
}

func (p *practice) address(u chat.User, conversation chat.ID, reply int64) chat.ReplyAddress {
	p.Helper()
	var a *chat.ReplyAddress
	p.update(func(tx chat.Tx) (err error) {
		a, err = tx.AddressFor(p.Context(), u.Office, conversation, u.ID, reply)
		return err
	})
	return *a
}
