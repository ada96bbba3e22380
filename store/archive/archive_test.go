package archive_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/chat"
	"postern/store/archive"
)

// TestRoundTrip takes a practice from each kind of database to each, and compares every row.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, from := range kinds {
		for _, to := range kinds {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				old := newPlace(t, from).open()
				conv := old.live()
				first, m := old.backup()
				if !m.Whole() || m.Files != 4 || m.Tables["letters"].Rows != 2 || m.Tables["mails"].Rows != 1 {
					t.Fatalf("the backup has %+v", m)
				}
				next := newPlace(t, to)
				how := next.restoring()
				how.KeepSessions, how.ResendMail = true, true
				did := next.restore(first, how)
				if did.Files != 4 || did.Conversations != 2 || did.Mails != 1 || did.Notices == 0 {
					t.Errorf("restored %+v", did)
				}
				second, _ := next.backup()
				before, after := rows(t, first), rows(t, second)
				for _, changed := range []string{"streams", "audit", "notices", "mails"} { // as a restore has to
					if len(before[changed]) == 0 {
						t.Errorf("no rows of %s", changed)
					}
					delete(before, changed)
					delete(after, changed)
				}
				if diff := cmp.Diff(before, after); diff != "" {
					t.Error(diff)
				}
				goesOn(t, next, old, conv)
			})
		}
	}
}

// goesOn works with what was restored as if nothing had happened.
func goesOn(t *testing.T, p *place, old *practice, conv chat.ID) {
	t.Helper()
	now := p.open()
	page, err := now.service.Messages(t.Context(), old.client, chat.PageRequest{Conversation: conv, Limit: 100})
	p.must(err)
	var files []string
	for _, m := range page.Messages {
		for _, a := range m.Attachments {
			_, content, err := now.service.Download(t.Context(), old.client, a.ID)
			p.must(err)
			b, err := io.ReadAll(content)
			p.must(errors.Join(err, content.Close()))
			files = append(files, fmt.Sprint(a.Name, len(b)))
		}
	}
	if want := []string{"a.txt5", "b.txt400000", "empty0", "c.txt5"}; !slices.Equal(files, want) {
		t.Errorf("files are %q, want %q", files, want)
	}
	sent, err := now.service.Send(t.Context(), old.staff, chat.SendRequest{Conversation: conv, Key: "after", HTML: "after"})
	p.must(err)
	repeated, err := now.service.Send(t.Context(), old.staff, chat.SendRequest{Conversation: conv, Key: "5", HTML: "<p>\t5 é\u202e</p>\n"})
	if p.must(err); repeated.Message.Position >= sent.Message.Position {
		t.Error("the key of a message from before the backup is forgotten")
	}
	mails, err := now.service.ClaimMails(t.Context(), 10)
	if p.must(err); len(mails) != 1 || string(mails[0].Raw) != "\x00\xff\r\n" {
		t.Errorf("%d mails are to be sent again", len(mails))
	}
	source := p.source()
	n, err := archive.VerifyRecords(t.Context(), source, 0)
	if p.must(errors.Join(err, source.Sound(t.Context(), true), source.Close())); n != 2 {
		t.Errorf("%d records verified", n)
	}
}

// rows are the lines of each table of a backup, sorted: a table has no order.
func rows(t *testing.T, backup []byte) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, e := range entriesOf(t, backup) {
		if table, ok := strings.CutPrefix(e.name, "tables/"); ok {
			table, _, _ = strings.Cut(table, "/")
			found[table] = append(found[table], strings.Split(strings.TrimSuffix(string(e.content), "\n"), "\n")...)
		}
	}
	for _, lines := range found {
		slices.Sort(lines)
	}
	return found
}

type entry struct {
	name    string
	at      int // of the content, in the backup
	content []byte
}

func entriesOf(t *testing.T, backup []byte) (list []entry) {
	t.Helper()
	counted := bytes.NewReader(backup)
	for in := tar.NewReader(counted); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		at := len(backup) - counted.Len()
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, entry{header.Name, at, content})
	}
}

// TestRestoreBeginsAnew is what becomes of what was under way, without flags.
func TestRestoreBeginsAnew(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, kind).open()
			p.live()
			greeting, err := p.service.Greet(t.Context(), p.staff, nil)
			p.must(err)
			backup, _ := p.backup()
			p.close()
			how := p.restoring()
			if _, err := how.Restore(t.Context(), bytes.NewReader(backup)); !errors.Is(err, archive.ErrNotEmpty) {
				t.Fatalf("into a database that is not empty: %v", err)
			}
			how.Replace = true
			if did := p.restore(backup, how); did.Sessions != 2 || did.Notices == 0 || did.Mails != 1 {
				t.Errorf("restored %+v", did)
			}
			now := p.open()
			epochs := map[int64]bool{greeting.Stream.Epoch: true}
			nobody := p.staff
			nobody.Session = chat.ID{}
			again, err := now.service.Greet(t.Context(), nobody, &greeting.Stream.Place)
			if p.must(err); again.Resumes || epochs[again.Stream.Epoch] || again.Stream.Number != greeting.Stream.Number {
				t.Errorf("a client of before goes on: %+v, was %+v", again, greeting)
			}
			if _, err := now.service.Greet(t.Context(), p.staff, nil); err == nil {
				t.Error("a session of before goes on")
			}
			claims, err := now.service.ClaimNotices(t.Context(), 10)
			p.must(err)
			mails, err := now.service.ClaimMails(t.Context(), 10)
			if p.must(err); len(claims)+len(mails) != 0 {
				t.Errorf("%d notices and %d mails are sent again", len(claims), len(mails))
			}
			now.close()
			how.Now = time.Now()
			p.restore(backup, how)
			third, err := p.open().service.Greet(t.Context(), nobody, nil)
			if p.must(err); third.Stream.Epoch <= again.Stream.Epoch {
				t.Errorf("the same backup restored twice has the epochs %d and %d", again.Stream.Epoch, third.Stream.Epoch)
			}
		})
	}
}

// TestBackupUnderWrites has what was acknowledged before it, and of what came during it nothing torn: the record of each conversation
// is whole (a restore verifies that), and cursors, heads and notices are those of the same moment.
func TestBackupUnderWrites(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, kind).open()
			p.people()
			convs := []chat.ID{p.start("A"), p.start("B"), p.start("C"), p.start("D")}
			var mu sync.Mutex
			acknowledged := 0
			enough := make(chan struct{})
			stop := make(chan struct{})
			var writers sync.WaitGroup
			for w, conv := range convs {
				writers.Go(func() {
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default:
						}
						if _, err := p.service.Send(t.Context(), p.staff, chat.SendRequest{Conversation: conv, Key: fmt.Sprint(w, n), HTML: "x"}); err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						if acknowledged++; acknowledged == 200 {
							close(enough)
						}
						mu.Unlock()
					}
				})
			}
			<-enough
			mu.Lock()
			before := acknowledged
			mu.Unlock()
			backup, m := p.backup()
			close(stop)
			writers.Wait()
			if got := m.Tables["messages"].Rows; got < int64(before+len(convs)) {
				t.Errorf("%d of %d messages are in the backup", got, before)
			}
			next := newPlace(t, "sqlite")
			next.restore(backup, next.restoring())
			checkMoment(t, next, m.Tables["messages"].Rows)
		})
	}
}

// checkMoment holds counts that grow in the same transaction against each other.
func checkMoment(t *testing.T, p *place, messages int64) {
	t.Helper()
	source := p.source()
	defer source.Close()
	for what, sql := range map[string]string{
		"heads of conversations": `SELECT sum(last) / 1048576 FROM conversations`,
		"cursors of the client":  `SELECT sum(newest) / 1048576 FROM participants WHERE ordinal = 1`,
		"notices of the client":  `SELECT count(*) FROM notices`,
	} {
		found, err := source.Query(t.Context(), sql)
		p.must(err)
		var n int64
		for found.Next() {
			p.must(found.Scan(&n))
		}
		if p.must(found.Err()); n != messages {
			t.Errorf("%s are at %d, with %d messages", what, n, messages)
		}
	}
}

// TestTablesAreAll fails when a migration adds a table that nobody has thought of here.
func TestTablesAreAll(t *testing.T) {
	t.Parallel()
	for kind, sql := range map[string]string{
		"postgres": `SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'`,
		"sqlite":   `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
	} {
		p := newPlace(t, kind)
		p.open().close()
		source := p.source()
		found, err := source.Query(t.Context(), sql)
		p.must(err)
		var has []string
		for found.Next() {
			var name string
			p.must(found.Scan(&name))
			has = append(has, name)
		}
		p.must(errors.Join(found.Err(), source.Close()))
		want := slices.Concat(archive.Tables(), archive.Left(), []string{"goose_db_version"})
		slices.Sort(has)
		slices.Sort(want)
		if diff := cmp.Diff(want, has); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

// TestDatabaseAlone leaves the files to others, and says which are not there.
func TestDatabaseAlone(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "sqlite").open()
	p.live()
	var out bytes.Buffer
	m, err := archive.Backup(t.Context(), &out, p.source(), nil, known(t), time.Now())
	if p.must(err); m.Files != 0 || !m.Whole() {
		t.Errorf("the backup has %+v", m)
	}
	there := newPlace(t, "sqlite")
	how := there.restoring()
	how.Files = p.files
	if did := there.restore(out.Bytes(), how); len(did.Missing) != 0 {
		t.Errorf("missing %q", did.Missing)
	}
	elsewhere := newPlace(t, "sqlite")
	if did := elsewhere.restore(out.Bytes(), elsewhere.restoring()); len(did.Missing) != 4 {
		t.Errorf("missing %q", did.Missing)
	}
}
