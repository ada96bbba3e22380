package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/postgres/postgrestest"
	"postern/store/query"
)

// Senders ask each second, on each node, and may have been asking since before there was any mail. With 100,000 mails and 200,000 notices, a great many of
// them due at once, all that mail is about touches few pages, by plans of young tables and by new ones, whether the tables have been analysed or not.
func TestMailTouchesFewPages(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	p := newPractice(t, store, 1, 1)
	p.doEverything(t)
	store.OnPool(t, func(conn *pgx.Conn) {
		p.run(t, conn, "SET plan_cache_mode = force_generic_plan")
		p.mailWork(t, &measuring{conn: conn}) // which leaves its plans behind
		p.fillMail(t, filling(t, url), 100_000)
		p.mailTouchesFewPages(t, conn, "by plans of young tables", true)
		p.run(t, conn, "SET plan_cache_mode = auto")
		p.mailTouchesFewPages(t, conn, "as they were filled", false)
		p.run(t, conn, "ANALYZE")
		p.mailTouchesFewPages(t, conn, "analysed", false)
	})
}

func (p *practice) run(t *testing.T, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (p *practice) mailTouchesFewPages(t *testing.T, conn *pgx.Conn, tables string, kept bool) {
	t.Helper()
	db := &measuring{conn: conn, explain: true, plans: map[string][]string{}}
	if kept {
		db.kept = map[string]string{}
		for name, s := range prepared(t, conn) {
			db.kept[s.sql] = name
		}
	}
	p.mailWork(t, db)
	if len(db.plans) < 40 {
		t.Fatalf("only %d statements were run", len(db.plans))
	}
	for sql, plan := range db.plans {
		if pages := pagesIn(plan); pages > 300 {
			t.Errorf("%s: touches %d pages:\n%s\n%s", tables, pages, sql, strings.Join(plan, "\n"))
		}
	}
}

// mailWork does all that mail is about once, and undoes it.
func (p *practice) mailWork(t *testing.T, db *measuring) {
	t.Helper()
	if err := pgx.BeginFunc(t.Context(), db.conn, func(pgx.Tx) error {
		p.run(t, db.conn, "UPDATE notices SET due_at = now() - interval '1 day' WHERE conversation_id = $1 AND state = 'due' AND position < 1000 << 20", p.conversations[0])
		err := p.mailOnce(t.Context(), query.NewWriter(db, query.Postgres()))
		if err == nil {
			err = errUndo
		}
		return err
	}); !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

var errUndo = errors.New("undo it")

// mailOnce claims what is owed, mails it, has the relay put it off and then take it, and hears of it.
func (p *practice) mailOnce(ctx context.Context, w *query.Writer) error {
	token, until := newID(), time.Now().Add(time.Hour)
	claims, err := w.ClaimNotices(ctx, token, until, 8)
	if err != nil || len(claims) < 2 || claims[0].Conversation != p.conversations[0] {
		return fmt.Errorf("claimed %v: %w", claims, err)
	}
	c := claims[0]
	owed, err := w.Owed(ctx, c)
	if err != nil || len(owed) == 0 {
		return fmt.Errorf("%d are owed: %w", len(owed), err)
	}
	last := owed[len(owed)-1]
	m := chat.Mail{
		Office: p.office.ID, ID: newID(), Kind: chat.NoticeMail, Recipient: c.Recipient, Conversation: c.Conversation, Newest: last.Position, To: "a@example.org",
		MessageID: newID().String() + "@example.org", Mode: chat.Privacy, State: chat.MailSending, Token: token, Until: until, CreatedAt: time.Now(),
	}
	again, third := m, newID()
	again.ID, again.Again = newID(), m.ID
	suppressed := chat.Suppression{Office: p.office.ID, ID: newID(), Address: m.To, User: c.Recipient, Cause: chat.SuppressedByBounce, Mail: m.ID, At: time.Now()}
	noticed := make([]chat.ID, len(owed))
	for i, n := range owed {
		noticed[i] = n.ID
	}
	finish := func(r chat.MailResult) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			done, err := w.FinishMail(ctx, m.Office, m.ID, token, r, r.State == chat.MailAccepted)
			if err == nil && !done {
				err = fmt.Errorf("%s: somebody else's", r.State)
			}
			return err
		}
	}
	return each(ctx,
		func(ctx context.Context) error { return some(w.OwedTogether(ctx, c, 200)) },
		func(ctx context.Context) error {
			_, err := w.Mails(ctx, m.Office, m.Recipient, m.Conversation, 20)
			return err
		},
		func(ctx context.Context) error { return w.AddMail(ctx, m) },
		func(ctx context.Context) error {
			return some(w.Mails(ctx, m.Office, m.Recipient, m.Conversation, 20))
		},
		func(ctx context.Context) error {
			_, err := w.FirstMail(ctx, m.Office, m.Recipient, m.Conversation)
			return err
		},
		func(ctx context.Context) error { _, err := w.Mail(ctx, m.Office, m.ID); return err },
		func(ctx context.Context) error { return w.SettleNotices(ctx, noticed, chat.NoticeMailed, m.ID) },
		finish(chat.MailResult{State: chat.MailWaiting, NextTry: time.Now().Add(-25 * time.Hour)}),
		func(ctx context.Context) error {
			mails, err := w.ClaimMails(ctx, token, until, 8)
			if err == nil && !slices.ContainsFunc(mails, func(got chat.Mail) bool { return got.ID == m.ID }) {
				err = fmt.Errorf("the mail is not among %d claimed", len(mails))
			}
			return err
		},
		finish(chat.MailResult{State: chat.MailAccepted, QueueID: "4F2"}),
		func(ctx context.Context) error {
			return w.ReportMail(ctx, m.Office, m.ID, chat.ReportFailed, "", time.Now())
		},
		func(ctx context.Context) error { return some(w.MailsByID(ctx, m.Office, []chat.ID{m.ID, newID()})) },
		func(ctx context.Context) error {
			return some(w.NoticesOf(ctx, m.Office, m.Conversation, last.Position))
		},
		func(ctx context.Context) error { return some(w.Carried(ctx, m)) },
		func(ctx context.Context) error { return w.Suppress(ctx, suppressed) },
		func(ctx context.Context) error { _, err := w.Suppression(ctx, m.Office, m.To); return err },
		func(ctx context.Context) error { return some(w.Suppressions(ctx, m.Office, 100)) },
		func(ctx context.Context) error {
			_, err := w.ClearSuppression(ctx, m.Office, suppressed.ID)
			return err
		},
		func(ctx context.Context) error { _, err := w.OweAgain(ctx, m); return err },
		func(ctx context.Context) error {
			return some(w.Notices(ctx, m.Office, m.Recipient, m.Conversation))
		},
		func(ctx context.Context) error { return w.SettleTogether(ctx, noticed, again.ID) },
		func(ctx context.Context) error { return some(w.Digested(ctx, again)) },
		func(ctx context.Context) error { return w.CarryOver(ctx, again, third) },
		func(ctx context.Context) error { again.Kind = chat.DigestMail; return w.CarryOver(ctx, again, third) },
		func(ctx context.Context) error { return w.PostponeNotices(ctx, claims[1], time.Now().Add(time.Minute)) },
		func(ctx context.Context) error { return w.KeepBack(ctx, claims[1], time.Now().Add(time.Hour)) },
		func(ctx context.Context) error { return w.Recall(ctx, m.Office, m.Recipient, time.Minute) },
		func(ctx context.Context) error {
			return w.ReleaseCopies(ctx, m.Office, m.Conversation, []chat.Position{last.Position})
		},
		func(ctx context.Context) error {
			_, err := w.CopyOwed(ctx, m.Office, m.Conversation, last.Position)
			return err
		},
		func(ctx context.Context) error {
			_, err := w.Named(ctx, m.Office, m.Recipient, []string{m.MessageID})
			return err
		},
		func(ctx context.Context) error {
			_, err := w.LetterContent(ctx, m.Office, newID())
			return unless(chat.NotFound, err)
		},
		func(ctx context.Context) error {
			_, err := w.Letter(ctx, m.Office, newID())
			return unless(chat.NotFound, err)
		},
		func(ctx context.Context) error {
			return w.DecideLetter(ctx, chat.Letter{Office: m.Office, ID: newID(), DecidedAt: time.Now()})
		},
		func(ctx context.Context) error { _, err := w.InUse(ctx, chat.Content{Office: m.Office}); return err },
		func(ctx context.Context) error { return p.ledgerOnce(ctx, w, m) },
	)
}

// ledgerOnce adds a row and reads every sort of page.
func (p *practice) ledgerOnce(ctx context.Context, w *query.Writer, m chat.Mail) error {
	row := chat.LedgerRow{ID: newID(), Office: m.Office, At: time.Now(), Direction: chat.MailOut, EnvelopeTo: "zora@example.org", Fate: "accepted", Mail: m.ID}
	if err := w.AddLedger(ctx, row); err != nil {
		return err
	}
	for _, q := range []chat.LedgerQuery{
		{Office: m.Office}, {}, {Office: m.Office, BeforeAt: time.Now(), BeforeID: newID()}, {Office: m.Office, Direction: chat.MailOut}, {Office: m.Office, Fate: "accepted"},
		{Office: m.Office, Correspondent: "zora@"}, {Office: m.Office, Correspondent: "zora@", Fate: "accepted", Direction: chat.MailOut},
		{Office: m.Office, Fate: "accepted", Direction: chat.MailOut, Since: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour)},
	} {
		q.Limit = 50
		if err := some(w.Ledger(ctx, q)); err != nil {
			return fmt.Errorf("%+v: %w", q, err)
		}
	}
	return nil
}

// some says that there was something.
func some[T any](list []T, err error) error {
	if err == nil && len(list) == 0 {
		err = errors.New("found nothing")
	}
	return err
}

// unless is no error of a kind.
func unless(kind chat.Kind, err error) error {
	if chat.KindOf(err) == kind {
		return nil
	}
	return err
}

// measuring is query.DB on a connection in a transaction. It may keep the plan of each statement, run once more for that: the one that the connection
// made of it once, or, where none are asked for, a new one.
type measuring struct {
	conn    *pgx.Conn
	explain bool
	kept    map[string]string // names of prepared statements, by their SQL
	plans   map[string][]string
}

func (m *measuring) Query(ctx context.Context, sql string, args ...any) (query.Rows, error) {
	if err := m.measure(ctx, sql, args); err != nil {
		return nil, err
	}
	return m.conn.Query(ctx, sql, args...)
}

func (m *measuring) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	if err := m.measure(ctx, sql, args); err != nil {
		return 0, err
	}
	tag, err := m.conn.Exec(ctx, sql, args...)
	return tag.RowsAffected(), err
}

func (m *measuring) measure(ctx context.Context, sql string, args []any) error {
	if !m.explain {
		return nil
	}
	asked, with := sql, args
	if m.kept != nil {
		name, ok := m.kept[sql]
		if !ok {
			return fmt.Errorf("no plan of %s", sql)
		}
		asked, with = execute(name, args), slices.Concat([]any{pgx.QueryExecModeSimpleProtocol}, args)
	}
	if _, err := m.conn.Exec(ctx, "SAVEPOINT before"); err != nil {
		return err
	}
	rows, err := m.conn.Query(ctx, "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) "+asked, with...)
	if err != nil {
		return fmt.Errorf("%s: %w", asked, err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("%s: %w", asked, err)
	}
	if m.plans[sql] == nil || pagesIn(lines) > pagesIn(m.plans[sql]) {
		m.plans[sql] = lines
	}
	_, err = m.conn.Exec(ctx, "ROLLBACK TO before")
	return err
}
