package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store"
)

// TestTheOperatorReadsTheLedger: of one office or of all, narrowed down, as a table or as JSON; what strangers said is quoted.
func TestTheOperatorReadsTheLedger(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	transactions(t, data)
	for _, c := range []struct {
		args  []string
		lines int
		code  int
		says  string
	}{
		{nil, 3, 0, `"\x1b[2J@evil.example"`},
		{[]string{"--office", "Practice"}, 2, 0, ""},
		{[]string{"--office", "Nobody's"}, 0, exitUsage, "office list"},
		{[]string{"--address", "ANNA@"}, 1, 0, ""},
		{[]string{"--direction", "out", "--fate", "failed"}, 1, 0, "5.1.1"},
		{[]string{"--limit", "1"}, 1, 0, ""},
		{[]string{"--since", "2100-01-01"}, 0, 0, ""},
		{[]string{"--until", "2100-01-01T00:00:00Z", "--json"}, 3, 0, ""},
		{[]string{"--since", "monday"}, 0, exitUsage, "2026-11-23"},
		{[]string{"--limit", "0"}, 0, exitUsage, "limit"},
		{[]string{"--fate", "lost"}, 0, exitUsage, "fate"},
	} {
		code, out, said := postern(t, data, "", append([]string{"mail", "log"}, c.args...)...)
		if code != c.code || strings.Count(out, "\n") != c.lines || !strings.Contains(out+said, c.says) {
			t.Errorf("%q: exit code %d, %q, %q", c.args, code, out, said)
		}
	}
	_, out, _ := postern(t, data, "", "mail", "log", "--json", "--fate", "failed")
	var one logged
	if err := json.Unmarshal([]byte(out), &one); err != nil || one.To != "anna@client.example" || one.Code != 550 || one.Office == "" {
		t.Errorf("%q is %+v, %v", out, one, err)
	}
}

// transactions puts one of another's, one out and one in into the ledger.
func transactions(t *testing.T, data string) {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(data, "postern.db"), store.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Update(t.Context(), func(tx chat.Tx) error {
		offices, err := tx.Offices(t.Context())
		if err != nil {
			return err
		}
		for _, row := range []chat.LedgerRow{
			{Direction: chat.MailIn, EnvelopeFrom: "\x1b[2J@evil.example", Code: 550, Fate: "refused"},
			{Office: offices[0].ID, Direction: chat.MailOut, EnvelopeTo: "anna@client.example", Code: 550, Fate: "failed", Reason: "5.1.1 no such user"},
			{Office: offices[0].ID, Direction: chat.MailIn, EnvelopeFrom: "bert@client.example", Code: 250, Fate: "posted"},
		} {
			row.ID, row.At = newID(), offices[0].CreatedAt
			if err := tx.AddLedger(t.Context(), row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
