package archive

import (
	"context"
	"time"

	"postern/chat"
	"postern/store/query"
)

// reasonRestored is what a mail says that was under way when the backup was taken, and is not sent any more.
const reasonRestored = "under way when the backup was taken: it may have gone out since"

// settle makes the past fit for now. Whoever worked with what was here before holds numbers that mean something else by now, so every stream
// begins a new epoch. A session or a link that was ended or used since the backup must not come back, and a mail that went out
// since must not go twice; the backup cannot know of either, so by default none of them lives on.
func (r *restore) settle(ctx context.Context) error {
	s := settling{ctx: ctx, db: r.target}
	r.did.Streams = s.exec(`UPDATE streams SET epoch = CASE WHEN epoch < $1 THEN $1 ELSE epoch + 1 END`, r.Now.UnixMicro()) // no restore had it before
	if !r.KeepSessions {
		r.did.Sessions = s.exec(`UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL`, r.Now)
		s.exec(`UPDATE links SET used_at = $1 WHERE used_at IS NULL`, r.Now)
	}
	if r.ResendMail {
		r.did.Notices = s.exec(`UPDATE notices SET token = NULL, until = NULL WHERE state = 'due'`)
		r.did.Mails = s.exec(`
			UPDATE mails SET state = 'waiting', next_try = $1, token = NULL, until = NULL
			WHERE state IN ('sending', 'waiting')`, r.Now)
	} else {
		r.did.Notices = s.exec(`UPDATE notices SET state = 'dropped', token = NULL, until = NULL, settled_at = $1 WHERE state = 'due'`, r.Now)
		r.did.Mails = s.exec(`
			UPDATE mails SET state = 'dropped', next_try = NULL, token = NULL, until = NULL, reason = $1
			WHERE state IN ('sending', 'waiting')`, reasonRestored)
	}
	if s.err == nil {
		s.err = query.NewWriter(r.target, r.target.Dialect()).RefillIndex(ctx)
	}
	if s.err != nil {
		return wrap("settle what was restored", s.err)
	}
	return r.note(ctx)
}

// settling runs statements until one fails.
type settling struct {
	ctx context.Context
	db  query.DB
	err error
}

func (s *settling) exec(sql string, args ...any) (n int64) {
	if s.err == nil {
		n, s.err = s.db.Exec(s.ctx, sql, args...)
	}
	return n
}

// note puts the restore into each office's audit log.
func (r *restore) note(ctx context.Context) error {
	offices, err := r.offices(ctx)
	if err != nil {
		return err
	}
	w := query.NewWriter(r.target, r.target.Dialect())
	for _, o := range offices {
		err := w.AddAudit(ctx, chat.AuditEntry{
			Office: o.ID, ID: r.NewID(), At: r.Now, Act: chat.ActRestored, Detail: "from the backup of " + r.did.Taken.Format(time.RFC3339),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
