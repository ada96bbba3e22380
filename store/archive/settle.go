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
	epoch := r.Now.UnixMicro() // no restore had it before
	steps := []struct {
		sql   string
		args  []any
		count *int64
	}{
		{`UPDATE streams SET epoch = CASE WHEN epoch < $1 THEN $1 ELSE epoch + 1 END`, []any{epoch}, &r.did.Streams},
	}
	add := func(count *int64, sql string, args ...any) {
		steps = append(steps, struct {
			sql   string
			args  []any
			count *int64
		}{sql, args, count})
	}
	if !r.KeepSessions {
		add(&r.did.Sessions, `UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL`, r.Now)
		add(nil, `UPDATE links SET used_at = $1 WHERE used_at IS NULL`, r.Now)
	}
	if r.ResendMail {
		add(&r.did.Notices, `UPDATE notices SET token = NULL, until = NULL WHERE state = 'due'`)
		add(&r.did.Mails, `UPDATE mails SET state = 'waiting', next_try = $1, token = NULL, until = NULL WHERE state IN ('sending', 'waiting')`, r.Now)
	} else {
		add(&r.did.Notices, `UPDATE notices SET state = 'dropped', token = NULL, until = NULL WHERE state = 'due'`)
		add(&r.did.Mails, `UPDATE mails SET state = 'dropped', next_try = NULL, token = NULL, until = NULL, reason = $1 WHERE state IN ('sending', 'waiting')`, reasonRestored)
	}
	for _, step := range steps {
		n, err := r.target.Exec(ctx, step.sql, step.args...)
		if err != nil {
			return wrap("settle what was restored", err)
		}
		if step.count != nil {
			*step.count = n
		}
	}
	return r.note(ctx)
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
