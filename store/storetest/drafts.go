package storetest

import (
	"context"
	"time"

	"postern/chat"
)

var drafts = []test{
	{"a draft comes back whole, and in its author's list without its text", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		d := p.draftOf(p.anna)
		d.Conversation, d.To, d.CC, d.Files = conv, []chat.ID{p.staff.ID, p.owner.ID}, []chat.ID{p.bert.ID}, []chat.Attachment{p.upload(p.anna, "b.pdf"), p.upload(p.anna, "a.pdf")}
		p.putDraft(d)
		p.same("whole", p.readDraft(d), d)
		later := p.draftOf(p.anna)
		p.putDraft(later)
		d.HTML, later.HTML = "", ""
		p.same("listed", p.listDrafts(p.anna, 10), []chat.Draft{later, d})
		p.same("one", p.listDrafts(p.anna, 1), []chat.Draft{later})
		p.same("another's", p.listDrafts(p.bert, 10), []chat.Draft(nil))
		p.refused(chat.NotFound, "another's", func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error {
				_, err := r.Draft(p.Context(), p.office.ID, p.bert.ID, d.ID)
				return err
			})
		})
	}},
	{"a changed draft has its new files alone", func(p *practice) {
		d := p.draftOf(p.anna)
		first, second := p.upload(p.anna, "a.pdf"), p.upload(p.anna, "b.pdf")
		d.Files = []chat.Attachment{first, second}
		p.putDraft(d)
		d.Version, d.Title, d.HTML, d.Preview, d.Note, d.Unsigned, d.Files = 2, "Other", "<p>other</p>", "other", true, true, []chat.Attachment{second}
		p.putDraft(d)
		p.same("changed", p.readDraft(d), d)
	}},
	{"how a draft goes out is kept, said or not", func(p *practice) {
		on, off := true, false
		for _, bcc := range []*bool{nil, &on, &off} {
			for _, secure := range []bool{true, false} {
				d := p.draftOf(p.anna)
				d.BCC, d.Secure = bcc, secure
				p.putDraft(d)
				p.same("new", p.readDraft(d), d)
				d.Version, d.Secure = 2, !secure
				p.putDraft(d)
				p.same("changed", p.readDraft(d), d)
			}
		}
	}},
	{"drafts end with their message, saved or not", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		d, unsaved := p.draftOf(p.anna), newID()
		d.Conversation, d.Files = conv, []chat.Attachment{p.upload(p.anna, "a.pdf")}
		p.putDraft(d)
		same := d // another's may have the same id
		same.Author, same.Files = p.bert.ID, nil
		p.putDraft(same)
		at := p.now()
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.anna.ID},
			Decide: func(*chat.State) (chat.Effects, error) {
				return chat.Effects{Drafts: []chat.SentDraft{
					{Office: p.office.ID, Author: p.anna.ID, ID: d.ID, Conversation: conv, At: at},
					{Office: p.office.ID, Author: p.anna.ID, ID: unsaved, Conversation: conv, At: at},
				}}, nil
			},
		})
		p.same("listed", p.listDrafts(p.anna, 10), []chat.Draft(nil))
		gone := chat.Draft{Office: d.Office, Author: d.Author, ID: d.ID, Version: 2, Conversation: conv, SavedAt: at, Gone: true}
		p.same("what is left", p.readDraft(d), gone)
		gone.ID, gone.Version = unsaved, 1
		p.same("what was never saved", p.readDraft(gone), gone)
		p.same("another's", p.readDraft(same), same)
		p.same("its file waits no more", len(p.dropUploads(p.clock().Add(time.Hour))), 1)
	}},
	{"what a draft holds that ends can go on under another id", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		d := p.draftOf(p.anna)
		copied := true
		d.Conversation, d.Version, d.CC, d.Files = conv, 3, []chat.ID{p.staff.ID}, []chat.Attachment{p.upload(p.anna, "a.pdf")}
		d.Secure, d.BCC = true, &copied
		p.putDraft(d)
		var seen chat.DraftState
		rest := chat.SentDraft{Office: d.Office, Author: d.Author, ID: d.ID, Conversation: conv, At: p.now(), Rest: newID()}
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.anna.ID, Draft: d.ID},
			Decide: func(st *chat.State) (chat.Effects, error) {
				seen = *st.Draft()
				return chat.Effects{Drafts: []chat.SentDraft{rest}}, nil
			},
		})
		p.same("seen", seen, chat.DraftState{Office: d.Office, Author: d.Author, ID: d.ID, Conversation: conv, Version: 3})
		p.same("what is left", p.readDraft(d), chat.Draft{Office: d.Office, Author: d.Author, ID: d.ID, Version: 4, Conversation: conv, SavedAt: rest.At, Gone: true})
		d.ID, d.Version = rest.Rest, 1
		p.same("what goes on", p.readDraft(d), d)
	}},
	{"a file that was sent is in no draft", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		d, file := p.draftOf(p.anna), p.upload(p.anna, "a.pdf")
		d.Files = []chat.Attachment{file}
		p.putDraft(d)
		p.send(post{author: p.anna, conversation: conv, text: "look", uploads: []chat.ID{file.ID}})
		d.Files = nil
		p.same("whole", p.readDraft(d), d)
	}},
	{"files in drafts are not dropped", func(p *practice) {
		d, waiting, forgotten := p.draftOf(p.anna), p.upload(p.anna, "waiting.pdf"), p.upload(p.anna, "forgotten.pdf")
		d.Files = []chat.Attachment{waiting}
		p.putDraft(d)
		p.same("dropped", p.dropUploads(p.clock().Add(time.Hour)), []chat.Content{{Office: p.office.ID, Hash: forgotten.Hash}})
		p.same("whole", p.readDraft(d), d)
	}},
	{"old drafts are dropped, and what is gone before", func(p *practice) {
		old, gone, young := p.draftOf(p.anna), p.draftOf(p.anna), p.draftOf(p.anna)
		old.Files = []chat.Attachment{p.upload(p.anna, "a.pdf")}
		gone.Gone = true
		for _, d := range []chat.Draft{old, gone, young} {
			p.putDraft(d)
		}
		drop := func(untouched, since time.Time, limit int) (n int64) {
			p.update(func(tx chat.Tx) (err error) {
				n, err = tx.DropDrafts(p.Context(), untouched, since, limit)
				return err
			})
			return n
		}
		p.same("none", drop(old.SavedAt, gone.SavedAt, 10), int64(0))
		p.same("the gone one", drop(old.SavedAt, young.SavedAt, 10), int64(1))
		p.same("one of two", drop(p.clock(), p.clock(), 1), int64(1))
		p.same("the younger is left", ids(p.listDrafts(p.anna, 10), func(d chat.Draft) chat.ID { return d.ID }), []chat.ID{young.ID})
	}},
}

// draftOf is a draft of a conversation that was not started yet.
func (p *practice) draftOf(u chat.User) chat.Draft {
	return chat.Draft{
		Office: u.Office, Author: u.ID, ID: newID(), Version: 1, Audience: chat.PrivateEach, Title: "Title", Important: true,
		HTML: "<p>text</p>", Preview: "text", SavedAt: p.now(),
	}
}

func (p *practice) putDraft(d chat.Draft) {
	p.Helper()
	p.update(func(tx chat.Tx) error { return tx.PutDraft(p.Context(), d) })
}

func (p *practice) readDraft(d chat.Draft) chat.Draft {
	p.Helper()
	return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Draft, error) {
		return r.Draft(ctx, d.Office, d.Author, d.ID)
	})
}

func (p *practice) listDrafts(u chat.User, limit int) []chat.Draft {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Draft, error) {
		return r.Drafts(ctx, u.Office, u.ID, limit)
	})
}
