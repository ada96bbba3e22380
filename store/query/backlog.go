package query

import (
	"context"
	"time"

	"postern/chat"
)

// Backlog is chat.Many's. Each number is counted in a partial index that holds what is pending, and nothing else.
func (r *Reader) Backlog(ctx context.Context) (b chat.Backlog, err error) {
	var waitingAhead, sendingHeld int
	for _, one := range []struct {
		to    *int
		where string
	}{
		{&b.NoticesAhead, `notices WHERE state = 'due' AND due_at > ` + r.d.Now},
		{&b.NoticesDue, `notices WHERE state = 'due' AND due_at <= ` + r.d.Now},
		{&b.NoticesLate, `notices WHERE state = 'due' AND due_at <= ` + r.d.Ago(time.Minute)},
		{&waitingAhead, `mails WHERE state = 'waiting' AND next_try > ` + r.d.Now},
		{&b.MailsOverdue, `mails WHERE state = 'waiting' AND next_try <= ` + r.d.Now},
		{&sendingHeld, `mails WHERE state = 'sending' AND until > ` + r.d.Now},
		{&b.LeasesExpired, `mails WHERE state = 'sending' AND until <= ` + r.d.Now},
	} {
		n, err := One(ctx, r.db, "backlog", scanNumber, `SELECT count(*) FROM `+one.where)
		if err != nil {
			return b, err
		}
		*one.to = int(*n)
	}
	b.MailsWaiting, b.MailsSending = waitingAhead+b.MailsOverdue, sendingHeld+b.LeasesExpired
	oldest, err := One(ctx, r.db, "backlog", scanTime, `SELECT min(due_at) FROM notices WHERE state = 'due' AND due_at <= `+r.d.Now)
	if err == nil {
		b.OldestDue = *oldest
	}
	return b, err
}
