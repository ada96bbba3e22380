package postgres_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
	"postern/store/query"
)

// A plan that was made while the tables were empty is good for ever: it looks things up by as much of a key as there is.
func TestPlansMadeOnEmptyTablesAreLookUps(t *testing.T) {
	t.Parallel()
	store := openWith(t, postgrestest.Database(t), postgres.Options{Workers: 1})
	p := newPractice(t, store, 100, 100) // people by hundreds, and not a conversation
	p.doEverything(t)
	plans := cachedPlans(t, store.WorkerConn())
	if len(plans) < 15 {
		t.Fatalf("the worker has only %d plans", len(plans))
	}
	for sql, plan := range plans {
		checkLookUps(t, sql, plan)
	}
}

// With 200,000 messages a page of anything touches few pages, whether the tables have been analysed or not, planned as they are.
func TestReadersTouchFewPages(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	p := newPractice(t, store, 1, 1)
	fill(t, url, p)
	store.OnPool(t, func(conn *pgx.Conn) {
		p.readInFewPages(t, conn, "as they were filled")
		p.looksEachUp(t, conn, "as they were filled")
		p.walksOwnRows(t, conn, "as they were filled")
		p.findsNamed(t, conn, "as they were filled", 2)
		if _, err := conn.Exec(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
		p.readInFewPages(t, conn, "analysed")
		p.looksEachUp(t, conn, "analysed")
		p.walksOwnRows(t, conn, "analysed")
		p.findsNamed(t, conn, "analysed", 2)
	})
}

// looksEachUp: who is in 20,000 conversations and goes has each looked at by itself, and not held against all others.
func (p *practice) looksEachUp(t *testing.T, conn *pgx.Conn, tables string) {
	t.Helper()
	db := &explaining{conn: conn}
	found, err := query.NewReader(db, query.Postgres()).SoleStaff(t.Context(), p.office.ID, p.staff[0].ID, 100)
	if err != nil || len(found) != 100 {
		t.Fatalf("found %d: %v", len(found), err)
	}
	if assigned, err := query.NewReader(db, query.Postgres()).Assigned(t.Context(), p.office.ID, p.staff[0].ID, 100); err != nil || len(assigned) > 0 {
		t.Fatalf("to answer %d: %v", len(assigned), err)
	}
	for sql, plan := range db.plans {
		if pages := pagesIn(plan); pages > 20*20_000 || strings.Contains(strings.Join(plan, "\n"), "Rows Removed by Join Filter") {
			t.Errorf("tables %s: touches %d pages:\n%s\n%s", tables, pages, sql, strings.Join(plan, "\n"))
		}
	}
}

// walksOwnRows: a list in which a user of 20,000 conversations has nothing looks at those, and at nothing else that the office has.
func (p *practice) walksOwnRows(t *testing.T, conn *pgx.Conn, tables string) {
	t.Helper()
	for _, list := range []chat.List{chat.Important, chat.Unread, chat.Archived} {
		db := &explaining{conn: conn}
		q := chat.RowQuery{Office: p.office.ID, User: p.staff[0].ID, List: list, Limit: 50}
		if rows, err := query.NewReader(db, query.Postgres()).Rows(t.Context(), q); err != nil || len(rows) > 0 {
			t.Fatalf("%s: %d rows: %v", list, len(rows), err)
		}
		for sql, plan := range db.plans {
			if pages := pagesIn(plan); pages > 5*20_000 || strings.Contains(strings.Join(plan, "\n"), "on conversations c") && !strings.Contains(strings.Join(plan, "\n"), "(id = p.conversation_id)") {
				t.Errorf("%s, tables %s: touches %d pages:\n%s\n%s", list, tables, pages, sql, strings.Join(plan, "\n"))
			}
		}
	}
}

func (p *practice) readInFewPages(t *testing.T, conn *pgx.Conn, tables string) {
	t.Helper()
	db := &explaining{conn: conn}
	if err := p.readEverything(t.Context(), query.NewReader(db, query.Postgres())); err != nil {
		t.Fatal(err)
	}
	if len(db.plans) < 20 {
		t.Fatalf("only %d queries were run", len(db.plans))
	}
	for sql, plan := range db.plans {
		if pages := pagesIn(plan); pages > 500 {
			t.Errorf("tables %s: touches %d pages:\n%s\n%s", tables, pages, sql, strings.Join(plan, "\n"))
		}
	}
}

// In an office of some hundred people whose tables have never been analysed, the planner takes all that the office has for a row or two. What is asked for
// with every letter and every sight of a conversation looks its rows up all the same.
func TestReadersOfAYoungOfficeLookRowsUp(t *testing.T) {
	t.Parallel()
	store := openAt(t, postgrestest.Database(t))
	p := newPractice(t, store, 100, 100)
	p.doEverything(t)
	p.conversations = p.conversations[:1]
	seldom := regexp.MustCompile(`FROM user_words|ORDER BY s.at DESC`) // when somebody types a name, or looks at who gets no mail
	store.OnPool(t, func(conn *pgx.Conn) {
		db := &explaining{conn: conn}
		if err := p.readEverything(t.Context(), query.NewReader(db, query.Postgres())); err != nil {
			t.Fatal(err)
		}
		for sql, plan := range db.plans {
			if !seldom.MatchString(sql) {
				checkLookUps(t, sql, strings.Join(plan, "\n"))
			}
		}
		p.findsNamed(t, conn, "of a young office", 0)
	})
}

// findsNamed: of the Message-IDs that a letter names each is looked up by itself, among all mails and letters of whom it is from.
func (p *practice) findsNamed(t *testing.T, conn *pgx.Conn, tables string, want int) {
	t.Helper()
	ids := []string{"10@mails.example", "10@letters.example"}
	for i := range 18 {
		ids = append(ids, fmt.Sprintf("%d@example.net", i))
	}
	db := &explaining{conn: conn}
	named, err := query.NewReader(db, query.Postgres()).Named(t.Context(), p.office.ID, p.staff[0].ID, ids)
	if err != nil || len(named) != want {
		t.Fatalf("tables %s: found %v: %v", tables, named, err)
	}
	for sql, plan := range db.plans {
		text := strings.Join(plan, "\n")
		if pages := pagesIn(plan); pages > 10*len(ids) || !strings.Contains(text, "mails_message_id") || !strings.Contains(text, "letters_to_teams") {
			t.Errorf("tables %s: touches %d pages:\n%s\n%s", tables, pages, sql, text)
		}
	}
}

// explaining is query.DB that keeps the plans of what it runs.
type explaining struct {
	conn  *pgx.Conn
	plans map[string][]string
}

func (e *explaining) Query(ctx context.Context, sql string, args ...any) (query.Rows, error) {
	rows, err := e.conn.Query(ctx, "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) "+sql, args...)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sql, err)
	}
	if e.plans == nil {
		e.plans = map[string][]string{}
	}
	e.plans[sql] = lines
	return e.conn.Query(ctx, sql, args...)
}

func (e *explaining) Exec(context.Context, string, ...any) (int64, error) { panic("only reads") }

// With 200,000 messages, a decision's look-ups touch a few pages each, by plans made when there were none.
func TestHotStatementsTouchFewPages(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openWith(t, url, postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	p.doEverything(t)
	fill(t, url, p)
	conn := store.WorkerConn()
	ids := func(id chat.ID) string { return fmt.Sprintf("'{%s}'::uuid[]", id) }
	office, conversation, staff := ids(p.office.ID), ids(p.conversations[0]), ids(p.staff[0].ID)
	people := []string{
		fmt.Sprintf("'{%s, %s}'::uuid[]", p.office.ID, p.office.ID), fmt.Sprintf("'{%s, NULL}'::uuid[]", p.conversations[0]),
		fmt.Sprintf("'{NULL, %s}'::uuid[]", p.staff[0].ID),
	}
	for _, c := range []struct {
		what, has string
		args      []string
	}{
		{"a conversation's lock", "FROM unnest($1::uuid[], $2::uuid[]) AS n (office_id, conversation_id) JOIN conversations", []string{office, conversation}},
		{"streams and participants", "JOIN streams AS s ON", people},
		{"users", "JOIN users AS u", people},
		{"a key that was used", "m.client_key = n.client_key", []string{staff, "'{key-77777}'"}},
		{"a key that was not", "m.client_key = n.client_key", []string{staff, "'{nothing}'"}},
		{"who wrote", "min(m.position)", []string{office, conversation, staff, "'{104857600}'"}},
	} {
		if pages := pagesOf(t, conn, c.has, c.args); pages > 40 {
			t.Errorf("%s: touches %d pages", c.what, pages)
		}
	}
}

// Looking for what is due does not read what is not: senders of mail ask each second, with the notices of a whole grace time waiting.
func TestClaimsTouchOnlyWhatIsDue(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	p := newPractice(t, store, 1, 1)
	if _, err := p.send(t.Context(), 0, 0, "first", "<p>hello</p>"); err != nil {
		t.Fatal(err)
	}
	store.OnPool(t, func(conn *pgx.Conn) {
		waiting, err := conn.Exec(t.Context(), `
			INSERT INTO notices (office_id, id, kind, conversation_id, message_id, position, recipient_id, due_at, state)
			SELECT o.office_id, gen_random_uuid(), o.kind, o.conversation_id, gen_random_uuid(), o.position + n, o.recipient_id,
				clock_timestamp() + interval '1 hour', 'due'
			FROM (SELECT * FROM notices LIMIT 1) AS o, generate_series(1, 50000) AS n`)
		if err != nil || waiting.RowsAffected() != 50_000 {
			t.Fatalf("%d notices wait: %v", waiting.RowsAffected(), err)
		}
		db := &explaining{conn: conn}
		w := query.NewWriter(db, query.Postgres())
		if claims, err := w.ClaimNotices(t.Context(), newID(), time.Now(), 10); err != nil || len(claims) > 0 {
			t.Fatalf("claimed %v: %v", claims, err)
		}
		if mails, err := w.ClaimMails(t.Context(), newID(), time.Now(), 10); err != nil || len(mails) > 0 {
			t.Fatalf("claimed %v: %v", mails, err)
		}
		for sql, plan := range db.plans {
			if pages := pagesIn(plan); pages > 20 {
				t.Errorf("touches %d pages:\n%s\n%s", pages, sql, strings.Join(plan, "\n"))
			}
		}
	})
}

// Putting a digest together reads what is kept back for its recipient, however much waits for others, or went to them in digests.
func TestDigestsTouchOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	p := newPractice(t, store, 1, 1)
	if _, err := p.send(t.Context(), 0, 0, "first", "<p>hello</p>"); err != nil {
		t.Fatal(err)
	}
	store.OnPool(t, func(conn *pgx.Conn) {
		var c chat.Claim
		var recipient, conversation [16]byte
		if err := conn.QueryRow(t.Context(), `SELECT recipient_id, conversation_id FROM notices LIMIT 1`).Scan(&recipient, &conversation); err != nil {
			t.Fatal(err)
		}
		c.Recipient, c.Conversation, c.Token = chat.ID(recipient), chat.ID(conversation), newID()
		for _, state := range []string{"due", "mailed"} {
			_, err := conn.Exec(t.Context(), `
				INSERT INTO notices (office_id, id, kind, conversation_id, message_id, position, recipient_id, due_at, state, kept_back, mail_id, settled_at)
				SELECT o.office_id, gen_random_uuid(), o.kind, gen_random_uuid(), gen_random_uuid(), o.position, gen_random_uuid(),
					clock_timestamp(), $1, true, CASE WHEN $1 = 'mailed' THEN gen_random_uuid() END, CASE WHEN $1 = 'mailed' THEN clock_timestamp() END
				FROM (SELECT * FROM notices LIMIT 1) AS o, generate_series(1, 30000) AS n`, state)
			if err != nil {
				t.Fatal(err)
			}
		}
		db := &explaining{conn: conn}
		w := query.NewWriter(db, query.Postgres())
		if _, err := w.OwedTogether(t.Context(), c, 200); err != nil {
			t.Fatal(err)
		}
		if _, err := query.NewReader(db, query.Postgres()).Digested(t.Context(), chat.Mail{ID: newID(), Recipient: c.Recipient}); err != nil {
			t.Fatal(err)
		}
		if len(db.plans) != 2 {
			t.Errorf("%d plans", len(db.plans))
		}
		for sql, plan := range db.plans {
			if pages := pagesIn(plan); pages > 30 {
				t.Errorf("touches %d pages:\n%s\n%s", pages, sql, strings.Join(plan, "\n"))
			}
		}
	})
}

// doEverything has the worker plan its statements, the ordinary ones at least.
func (p *practice) doEverything(t *testing.T) {
	t.Helper()
	sent, err := p.send(t.Context(), 0, 1, "first", "<p>hello</p>")
	if err != nil {
		t.Fatal(err)
	}
	staff := p.actor(p.staff[0])
	for what, do := range map[string]func() error{
		"send":   func() error { _, err := p.send(t.Context(), 0, 0, "second", "<p>hello</p>"); return err },
		"repeat": func() error { _, err := p.send(t.Context(), 0, 1, "first", "<p>hello</p>"); return err },
		"read": func() error {
			_, err := p.service.MarkRead(t.Context(), staff, p.conversations[0], sent.Message.Position, true)
			return err
		},
		"remove": func() error {
			return p.service.Remove(t.Context(), staff, p.conversations[0], p.contacts[0].ID, chat.ID{})
		},
	} {
		if err := do(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// readMany asks as a node does that takes over the connections of another.
func (p *practice) readMany(ctx context.Context, r chat.Reader) error {
	user := p.staff[0].ID
	seat := []chat.Seat{{Conversation: p.conversations[0], User: user}}
	place := []chat.MessagePlace{{Conversation: p.conversations[0], Position: 1 << 20}}
	return each(ctx,
		func(ctx context.Context) error { _, err := r.SessionsByToken(ctx, [][32]byte{{1}}); return err },
		func(ctx context.Context) error { _, err := r.SessionsByID(ctx, []chat.ID{newID()}); return err },
		func(ctx context.Context) error { _, err := r.UsersByID(ctx, []chat.ID{user}); return err },
		func(ctx context.Context) error { _, err := r.Streams(ctx, []chat.ID{user}); return err },
		func(ctx context.Context) error {
			_, err := r.EventsPast(ctx, []chat.Past{{User: user}}, 64)
			return err
		},
		func(ctx context.Context) error { _, err := r.SpansOf(ctx, p.office.ID, seat); return err },
		func(ctx context.Context) error { _, err := r.Participants(ctx, p.office.ID, seat); return err },
		func(ctx context.Context) error { _, err := r.MessagesAt(ctx, p.office.ID, place); return err },
		func(ctx context.Context) error { _, err := r.ReceiptsAt(ctx, p.office.ID, place); return err },
	)
}

func (p *practice) readEverything(ctx context.Context, r chat.Reader) error {
	office, user := p.office.ID, p.staff[0].ID
	page := chat.RowQuery{Office: office, User: user, BeforeAt: time.Now().Add(time.Hour), BeforeID: newID(), Limit: 50}
	for _, page.List = range []chat.List{chat.Mine, chat.NoOnes, chat.Recent} {
		if _, err := r.Rows(ctx, page); err != nil {
			return err
		}
	}
	page.List = chat.Inbox
	rows, err := r.Rows(ctx, page)
	if err != nil {
		return err
	}
	open := chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}}
	first := rows[0].Preview
	return each(ctx,
		func(ctx context.Context) error { _, err := r.Summaries(ctx, office, p.conversations); return err },
		func(ctx context.Context) error { _, err := r.Present(ctx, office, p.conversations[0], nil); return err },
		func(ctx context.Context) error {
			_, err := r.Present(ctx, office, p.conversations[0], []chat.View{chat.StaffView})
			return err
		},
		func(ctx context.Context) error { _, err := r.Spans(ctx, office, user, p.conversations); return err },
		func(ctx context.Context) error { _, err := r.Stream(ctx, user); return err },
		func(ctx context.Context) error { _, _, err := r.Events(ctx, user, 0, 100); return err },
		func(ctx context.Context) error {
			_, err := r.Messages(ctx, chat.MessageQuery{Office: office, Conversation: p.conversations[0], Access: open, Limit: 50})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Messages(ctx, chat.MessageQuery{Office: office, Conversation: p.conversations[0], Access: open, Forward: true, Limit: 50})
			return err
		},
		func(ctx context.Context) error { _, err := r.Message(ctx, office, first.ID); return err },
		func(ctx context.Context) error {
			cursors := []chat.MessagePlace{{Conversation: p.conversations[0]}}
			_, err := r.Unseen(ctx, chat.UnseenQuery{Office: office, User: user, View: chat.StaffView, Cursors: cursors, Look: 2 * chat.MaxUnseen})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Receipts(ctx, office, p.conversations[0], 0, 1<<40)
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Untold(ctx, office, p.conversations[0], user, 0, 200)
			return err
		},
		func(ctx context.Context) error { _, err := r.User(ctx, office, user); return err },
		func(ctx context.Context) error { _, err := r.OfficeByMailDomain(ctx, p.office.MailDomain); return err },
		func(ctx context.Context) error { _, err := r.ReplySeat(ctx, p.reply); return err },
		func(ctx context.Context) error { _, err := r.Aliases(ctx, office, user); return err },
		func(ctx context.Context) error { _, err := r.TrustedSigners(ctx, office, user); return err },
		func(ctx context.Context) error { _, err := r.UserByEmail(ctx, office, p.staff[0].Email); return err },
		func(ctx context.Context) error { _, err := r.Users(ctx, office, []chat.ID{user}); return err },
		func(ctx context.Context) error { _, err := r.Sessions(ctx, office, user); return err },
		func(ctx context.Context) error {
			_, err := r.Notices(ctx, office, user, p.conversations[0])
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Mails(ctx, office, user, p.conversations[0], 9)
			return err
		},
		func(ctx context.Context) error {
			_, err := r.FirstMail(ctx, office, user, p.conversations[0])
			return unless(chat.NotFound, err)
		},
		func(ctx context.Context) error {
			_, err := r.People(ctx, chat.PeopleQuery{Office: office, Views: []chat.View{chat.ContactView}, Prefix: "cl", Except: user, Limit: 20})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.People(ctx, chat.PeopleQuery{Office: office, Views: []chat.View{chat.ContactView}, AfterName: "Client", AfterID: user, Limit: 20})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.People(ctx, chat.PeopleQuery{Office: office, Among: []chat.ID{user}, Limit: 1})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.OfficeConversations(ctx, chat.OfficeQuery{Office: office, Before: p.conversations[0], Limit: 50})
			return err
		},
		func(ctx context.Context) error { return p.readMany(ctx, r) },
		func(ctx context.Context) error {
			_, err := r.NoticesOf(ctx, office, p.conversations[0], first.Position)
			return err
		},
		func(ctx context.Context) error {
			_, err := r.MailsByID(ctx, office, []chat.ID{newID(), newID()})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Answers(ctx, office, p.conversations[0], 0, 200)
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Withdrawn(ctx, chat.WithdrawnQuery{
				Office: office, Conversation: p.conversations[0], Access: chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}}, Through: 1 << 60, Since: time.Unix(0, 0),
			})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Suppression(ctx, office, "nobody@example.org")
			return unless(chat.NotFound, err)
		},
		func(ctx context.Context) error {
			_, err := r.Suppressions(ctx, office, 400)
			return err
		},
		func(ctx context.Context) error { _, err := r.Audit(ctx, office, time.Now(), 9); return err },
		func(ctx context.Context) error {
			_, err := r.Ledger(ctx, chat.LedgerQuery{Office: office, BeforeAt: time.Now(), Limit: 9})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Ledger(ctx, chat.LedgerQuery{Office: office, Correspondent: "client", Limit: 9})
			return err
		},
		func(ctx context.Context) error { // there is none, among many
			_, err := r.Ledger(ctx, chat.LedgerQuery{Office: office, Fate: "lease_lost", Limit: 9})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Ledger(ctx, chat.LedgerQuery{Office: office, Direction: chat.MailIn, Limit: 9})
			return err
		},
		func(ctx context.Context) error {
			_, err := r.Ledger(ctx, chat.LedgerQuery{Office: office, Direction: chat.MailIn, Fate: "accepted", Limit: 9})
			return err
		},
	)
}

func each(ctx context.Context, steps ...func(context.Context) error) error {
	for i, step := range steps {
		if err := step(ctx); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}

// cachedPlans are the plans that the connection has, by the SQL they are for.
func cachedPlans(t *testing.T, conn *pgx.Conn) map[string]string {
	t.Helper()
	plans := map[string]string{}
	for name, statement := range prepared(t, conn) {
		nulls := strings.TrimSuffix(strings.Repeat("NULL, ", statement.parameters), ", ")
		if nulls != "" {
			nulls = "(" + nulls + ")"
		}
		plans[statement.sql] = strings.Join(explain(t, conn, `EXPLAIN EXECUTE "`+name+`"`+nulls), "\n")
	}
	return plans
}

type statement struct {
	sql        string
	parameters int
}

// prepared are the connection's prepared statements that have plans, by name.
func prepared(t *testing.T, conn *pgx.Conn) map[string]statement {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
		SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements
		WHERE statement ~ '^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)' AND statement NOT LIKE '%pg_prepared_statements%'`, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]statement{}
	var name string
	var s statement
	if _, err := pgx.ForEachRow(rows, []any{&name, &s.sql, &s.parameters}, func() error { all[name] = s; return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func explain(t *testing.T, conn *pgx.Conn, sql string) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return lines
}

// Small tables that may be read whole: there are few offices.
var small = regexp.MustCompile(`Seq Scan on (offices|office_hosts) `)

var (
	readsWhole   = regexp.MustCompile(`Seq Scan on|Hash Join|Merge Join`)
	byOfficeOnly = regexp.MustCompile(`Index Cond: \(office_id = [^ ]*\)$`)
)

func checkLookUps(t *testing.T, sql, plan string) {
	t.Helper()
	for line := range strings.Lines(plan) {
		line = strings.TrimRight(line, "\n")
		if !small.MatchString(line) && (readsWhole.MatchString(line) || byOfficeOnly.MatchString(line)) {
			t.Errorf("%q in the plan of\n%s\n%s", strings.TrimSpace(line), sql, plan)
		}
	}
}

var buffers = regexp.MustCompile(`(?:hit|read)=(\d+)`)

// pagesOf runs the statement whose SQL holds the words, by its cached plan, and gives how many pages it touched.
func pagesOf(t *testing.T, conn *pgx.Conn, words string, args []string) int {
	t.Helper()
	for name, s := range prepared(t, conn) {
		if !strings.Contains(s.sql, words) {
			continue
		}
		return pagesIn(explain(t, conn, `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE "`+name+`"(`+strings.Join(args, ", ")+`)`))
	}
	t.Fatalf("no prepared statement holds %q", words)
	return 0
}

// pagesIn is what the topmost node of a plan has touched.
func pagesIn(plan []string) (pages int) {
	at := slices.IndexFunc(plan, func(l string) bool { return strings.Contains(l, "Buffers:") })
	if at < 0 {
		return 0 // it touched none
	}
	for _, n := range buffers.FindAllStringSubmatch(plan[at], -1) {
		count, _ := strconv.Atoi(n[1]) // digits
		pages += count
	}
	return pages
}
