package chat

import (
	"context"
)

// maxPage bounds every page; a larger wish is cut to it, none given is the usual.
const (
	usualPage = 50
	maxPage   = 200
)

func pageSize(wish int) int {
	if wish <= 0 {
		return usualPage
	}
	return min(wish, maxPage)
}

// RowsRequest asks for a page of one of one's lists. Next is the last page's, or empty.
type RowsRequest struct {
	List       List
	Unanswered int // for staff: those in which a contact has waited so many days; zero: any
	Next       string
	Limit      int
}

// RowsPage is a page of a list, of one snapshot.
type RowsPage struct {
	Rows   []Row
	Next   string // empty: the end
	Stream Stream
}

// Rows gives a page of the actor's conversations, the latest activity they can see first.
func (s *Service) Rows(ctx context.Context, a Actor, r RowsRequest) (page RowsPage, err error) {
	q := RowQuery{Office: a.Office, User: a.User, List: r.List, Limit: pageSize(r.Limit)}
	if err := r.check(a.View); err != nil {
		return RowsPage{}, err
	}
	if r.Unanswered > 0 {
		q.Unanswered = s.now().AddDate(0, 0, -r.Unanswered)
	}
	if q.BeforeAt, q.BeforeID, err = parseKey(r.Next); err != nil {
		return RowsPage{}, err
	}
	err = s.look(ctx, a, func(rd Reader) error {
		if page.Stream, err = rd.Stream(ctx, a.User); err != nil {
			return err
		}
		seatings, err := rd.Rows(ctx, q)
		if err != nil {
			return err
		}
		if len(seatings) == q.Limit {
			last := seatings[len(seatings)-1]
			page.Next = rowKey(last.ActiveAt, last.Conversation)
		}
		if page.Rows, err = rows(ctx, rd, a, seatings); err != nil {
			return err
		}
		return countUnseen(ctx, rd, a, page.Rows)
	})
	return page, err
}

// maxUnanswered bounds the days that can be asked for.
const maxUnanswered = 3650

// check refuses lists that there are not, or not for the view.
func (r *RowsRequest) check(v View) error {
	switch {
	case r.Unanswered < 0 || r.Unanswered > maxUnanswered:
		return Refuse(Invalid, "Unanswered is a number of days from 1 to 3650.").About("unanswered_days")
	case r.Unanswered > 0 && v != StaffView:
		return Refuse(Forbidden, "Only staff can ask for that.").About("unanswered_days")
	}
	switch r.List {
	case Inbox, Unread, Important, Archived, Deleted, Recent:
		return nil
	case Mine, NoOnes:
		if v == StaffView {
			return nil
		}
	}
	return Refuse(Invalid, "A list is inbox, unread, important, archived, deleted or recent; for staff also mine or unassigned.").About("list")
}

// rows puts conversations and people to seatings, as the actor may see them.
func rows(ctx context.Context, rd Reader, a Actor, seatings []Seating) ([]Row, error) {
	ids := make([]ID, len(seatings))
	for i := range seatings {
		ids[i] = seatings[i].Conversation
	}
	sums, err := rd.Summaries(ctx, a.Office, ids)
	if err != nil {
		return nil, err
	}
	stays, err := staysIn(ctx, rd, a.Office, sums, seatings)
	if err != nil {
		return nil, err
	}
	list := make([]Row, 0, len(seatings))
	for _, seating := range seatings {
		if sum := sums[seating.Conversation]; sum != nil && !seating.Vanished() {
			shown := sum.asLeft(&seating.Participant, stays)
			if shown.Conversation.Copies > 0 && !seating.Active && a.View == StaffView {
				made, err := seatedCopies(ctx, rd, a, seating.Conversation)
				if err != nil {
					return nil, err
				}
				shown.Conversation.Copies = len(made)
			}
			list = append(list, Row{Summary: shown, Standing: seating.Participant, Newest: seating.Preview}.For(a.View))
		}
	}
	return list, nil
}

// ConversationPage is one conversation of the actor's, of one snapshot. Its messages, and the receipts over them, are [Service.Messages]'.
type ConversationPage struct {
	Row     Row
	Mode    Mode    // of the mail for what the actor writes in it
	Because Because // with privacy
	Stream  Stream
}

// Conversation gives one conversation as the actor sees it.
func (s *Service) Conversation(ctx context.Context, a Actor, id ID) (page ConversationPage, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		if page.Stream, err = rd.Stream(ctx, a.User); err != nil {
			return err
		}
		row, err := oneRow(ctx, rd, a, id)
		if err != nil {
			return err
		}
		page.Row = *row
		page.Mode, page.Because, err = modeOf(ctx, rd, a, &page.Row.Summary)
		return err
	})
	return page, err
}

func oneRow(ctx context.Context, rd Reader, a Actor, id ID) (*Row, error) {
	seatings, err := rd.Rows(ctx, RowQuery{Office: a.Office, User: a.User, Conversation: id, Limit: 1})
	if err != nil {
		return nil, err
	}
	list, err := rows(ctx, rd, a, seatings)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoConversation
	}
	return &list[0], countUnseen(ctx, rd, a, list)
}
