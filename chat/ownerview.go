package chat

import (
	"context"
	"io"
)

// An owner may open any conversation of the office (F2). Nobody in it is told, nothing counts as read, and each look is in the audit log. Owners list
// conversations by when they began: the order needs nothing that messages move.

// OfficeRequest asks for a page of the office's conversations, the latest begun first.
type OfficeRequest struct {
	Person ID // those that they are or were in; zero: all
	Next   string
	Limit  int
}

// OfficePage is a page of the office's conversations.
type OfficePage struct {
	Summaries []Summary
	Next      string // empty: the end
}

// OfficeQuery asks for conversations of an office by id, descending; keyset paging.
type OfficeQuery struct {
	Office ID
	Person ID // those that they are or were in; zero: all
	Before ID // zero: from the top
	Limit  int
}

// OfficeConversations lists the office's conversations, with their titles and people, to an owner.
func (s *Service) OfficeConversations(ctx context.Context, a Actor, r OfficeRequest) (page OfficePage, err error) {
	q := OfficeQuery{Office: a.Office, Person: r.Person, Limit: pageSize(r.Limit)}
	before, err := parsePageKey[idKey](r.Next)
	if err != nil {
		return OfficePage{}, err
	}
	q.Before = before.ID
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		if err := mayOpenAny(u); err != nil {
			return err
		}
		ids, err := rd.OfficeConversations(ctx, q)
		if err != nil {
			return err
		}
		sums, err := rd.Summaries(ctx, a.Office, ids)
		for _, id := range ids {
			if sum := sums[id]; sum != nil && sum.Conversation.Newest != 0 { // else its first message was undone
				page.Summaries = append(page.Summaries, sum.For(StaffView))
			}
		}
		if len(ids) == q.Limit {
			page.Next = pageKey(idKey{ids[len(ids)-1]})
		}
		return err
	})
	return page, err
}

// mayOpenAny says whether the user may look at conversations that they are not in.
func mayOpenAny(u *User) error {
	if u.Role != Owner {
		return Refuse(Forbidden, "Only an owner opens conversations that they are not in.")
	}
	return mayMessage(u)
}

// everything is what an owner may read of any conversation.
var everything = Access{View: StaffView, Spans: []Span{{Open: true}}}

// OwnerPage is a stretch of a conversation as an owner opened it.
type OwnerPage struct {
	Summary Summary
	MessagesPage
}

// OpenAsOwner gives a stretch of any conversation of the office, and puts it into the audit log.
func (s *Service) OpenAsOwner(ctx context.Context, a Actor, r PageRequest) (page OwnerPage, err error) {
	err = s.update(ctx, func(tx Tx) error {
		if err := s.noteOpening(ctx, tx, a, r.Conversation, ""); err != nil {
			return err
		}
		sums, err := tx.Summaries(ctx, a.Office, []ID{r.Conversation})
		if err != nil {
			return err
		}
		sum := sums[r.Conversation]
		if sum == nil {
			return errNoConversation
		}
		page = OwnerPage{Summary: sum.For(StaffView)}
		if page.Stream, err = tx.Stream(ctx, a.User); err != nil {
			return err
		}
		if err := page.read(ctx, tx, MessageQuery{Office: a.Office, Conversation: r.Conversation, Access: everything}, r); err != nil {
			return err
		}
		for i := range page.Messages {
			page.Messages[i] = page.Messages[i].For(StaffView)
		}
		page.Receipts, err = receiptsFor(ctx, tx, a, r.Conversation, everything, page.Messages)
		return err
	})
	return page, err
}

// noteOpening puts it into the audit log that the actor, if an owner, looks at a conversation.
func (s *Service) noteOpening(ctx context.Context, tx Tx, a Actor, conversation ID, what string) error {
	u, err := tx.User(ctx, a.Office, a.User)
	if err != nil {
		return err
	}
	if err := mayOpenAny(u); err != nil {
		return err
	}
	return s.note(ctx, tx, a.Office, a.User, ActOwnerOpened, conversation, what)
}

// DownloadAsOwner opens a file of any message of the office, and puts it into the audit log. The reader must be closed.
func (s *Service) DownloadAsOwner(ctx context.Context, a Actor, id ID) (file Attachment, content io.ReadSeekCloser, err error) {
	err = s.update(ctx, func(tx Tx) error {
		f, err := tx.Attachment(ctx, a.Office, id)
		switch {
		case err != nil && KindOf(err) != NotFound:
			return err
		case err != nil || f.Message.IsZero():
			f = &Attachment{}
		}
		if err := s.noteOpening(ctx, tx, a, f.Conversation, "file "+id.String()); err != nil {
			return err
		}
		if f.Message.IsZero() {
			return errNoFile
		}
		m, err := tx.Message(ctx, a.Office, f.Message)
		if err != nil {
			return err
		}
		if m.Withdrawn != "" {
			return errNoFile
		}
		file = *f
		return nil
	})
	if err == nil {
		err = s.scan(ctx, a.User, &file)
	}
	if err != nil {
		return Attachment{}, nil, err
	}
	content, err = s.Blobs.Open(ctx, a.Office, file.Hash)
	return file, content, err
}
