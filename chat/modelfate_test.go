package chat

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

func (r *modelReader) NoticesOf(_ context.Context, office, conversation ID, at Position) (list []Noticed, err error) {
	for _, n := range r.notices {
		if n.Office == office && n.Conversation == conversation && n.Position == at && n.Kind != CopyNotice {
			list = append(list, Noticed{n.Notice, n.state, n.settledAt})
		}
	}
	slices.SortFunc(list, func(a, b Noticed) int {
		return cmp.Or(compareIDs(a.Recipient, b.Recipient), cmp.Compare(a.Kind, b.Kind))
	})
	return slices.CompactFunc(list, func(a, b Noticed) bool { return a.Recipient == b.Recipient }), nil
}

func (r *modelReader) CopyOwed(_ context.Context, office, conversation ID, at Position) (bool, error) {
	return slices.ContainsFunc(slices.Collect(maps.Values(r.notices)), func(n owedNotice) bool {
		return n.Office == office && n.Conversation == conversation && n.Position == at && n.Kind == CopyNotice && (n.state == NoticeHeld || n.state == NoticeDue)
	}), nil
}

func (r *modelReader) MailsByID(_ context.Context, office ID, ids []ID) (list []Mail, err error) {
	for _, id := range ids {
		if m, ok := r.mails[id]; ok && m.Office == office {
			m.Raw = nil
			list = append(list, m)
		}
	}
	return list, nil
}

func (r *modelReader) Carried(_ context.Context, m Mail) (list []Position, err error) {
	for _, n := range r.notices {
		if n.Conversation == m.Conversation && n.Position <= m.Newest && n.Recipient == m.Recipient && n.Mail == m.ID && (!n.settledAt.IsZero() || n.state == NoticeDue) {
			list = append(list, n.Position)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func (r *modelReader) Answers(_ context.Context, office, conversation ID, after Position, limit int) (list []Answer, err error) {
	for _, m := range r.messages[conversation] {
		if m.Office == office && m.Via == ViaLetter && m.Position > after && m.Withdrawn == "" && len(list) < limit {
			list = append(list, Answer{m.Author.ID, m.ID, m.At})
		}
	}
	return list, nil
}

func (r *modelReader) Suppression(_ context.Context, office ID, address string) (*Suppression, error) {
	for _, s := range r.suppressions {
		if s.Office == office && s.Address == address {
			return &s, nil
		}
	}
	return nil, Refuse(NotFound, "There is no such suppression.")
}

func (r *modelReader) Suppressions(_ context.Context, office ID, limit int) (list []Suppression, err error) {
	for _, s := range r.suppressions {
		if s.Office == office {
			list = append(list, s)
		}
	}
	slices.Reverse(list)
	return list[:min(len(list), limit)], nil
}

func (t *modelTx) Suppress(_ context.Context, s Suppression) error {
	t.suppressions = append(slices.Clone(t.suppressions), s)
	return nil
}

func (t *modelTx) ClearSuppression(_ context.Context, office, id ID) (bool, error) {
	before := len(t.suppressions)
	t.suppressions = slices.DeleteFunc(slices.Clone(t.suppressions), func(s Suppression) bool { return s.Office == office && s.ID == id })
	return len(t.suppressions) < before, nil
}

func (t *modelTx) ReportMail(_ context.Context, _, mail ID, r MailReport, reason string, at time.Time) error {
	m := t.mails[mail]
	m.Report, m.ReportReason, m.ReportedAt = r, reason, at
	t.mails[mail] = m
	return nil
}

func (t *modelTx) OweAgain(_ context.Context, m Mail) (n int64, err error) {
	for id, one := range t.notices {
		if one.Mail == m.ID && one.Conversation == m.Conversation && one.Position <= m.Newest && one.state == NoticeMailed {
			one.state, one.DueAt, one.settledAt, one.KeptBack = NoticeDue, t.now, time.Time{}, false
			t.notices[id] = one
			n++
		}
	}
	return n, nil
}

func (t *modelTx) CarryOver(_ context.Context, from Mail, to ID) error {
	for id, one := range t.notices {
		if one.Mail == from.ID && one.state == NoticeMailed {
			one.Mail = to
			t.notices[id] = one
		}
	}
	return nil
}

// Ledger orders rows of the same moment by their ids.
func (r *modelReader) Ledger(_ context.Context, q LedgerQuery) (list []LedgerRow, err error) {
	later := func(a, b LedgerRow) int { return cmp.Or(b.At.Compare(a.At), compareIDs(b.ID, a.ID)) }
	for _, l := range r.ledger {
		address := l.EnvelopeTo
		if l.Direction == MailIn {
			address = l.EnvelopeFrom
		}
		fits := (q.Office.IsZero() || q.Office == l.Office) && (q.Direction == "" || q.Direction == l.Direction) && (q.Fate == "" || q.Fate == l.Fate) &&
			strings.HasPrefix(strings.ToLower(address), q.Correspondent) && !l.At.Before(q.Since) && (q.Until.IsZero() || l.At.Before(q.Until)) &&
			(q.BeforeAt.IsZero() || later(LedgerRow{At: q.BeforeAt, ID: q.BeforeID}, l) < 0)
		if fits {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, later)
	return list[:min(len(list), q.Limit)], nil
}
