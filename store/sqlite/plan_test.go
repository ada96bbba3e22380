package sqlite_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postern/store/query"
	"postern/store/sqlite"
)

// scan is a step of a plan that reads a whole table or index.
var scan = regexp.MustCompile(`^SCAN ([a-zA-Z]\w*)`)

// office is a step that reads all that an office has of something.
var office = regexp.MustCompile(`^SEARCH .*?(\w+) \(office_id=\?\)$`)

// pages are indexes in the order of what is asked for up to a limit, or of few.
var pages = map[string]bool{
	"users_name": true, "users_owners": true, "users_told_read": true, "rosters_name": true, "audit_at": true, "suppressions_at": true,
	// The tail of the search's index is kept short, and of segments there is one for thousands of messages.
	"sqlite_autoindex_search_tail_1": true, "sqlite_autoindex_search_segments_1": true,
}

// walks may be read from end to end: they are small, made by the statement itself, or in the order asked for up to a limit.
var walks = map[string]string{
	"json_each": "a parameter", "place": "a parameter", "pair": "a parameter", "CONSTANT": "a row of values", "counted": "at most a thousand", "found": "at most a page of people", "page": "at most a page of messages, or of the ledger for each direction", "looked": "at most two hundred messages", "l": "values", "k": "values",
	"together": "at most a hundred conversations", "told": "the mails that told one author of what was opened in a conversation", "walk": "a chain found", "w": "an event of it", "old": "its oldest",
	"o": "the offices of the deployment", "ledger": "USING INDEX ledger_at", "m": "USING COVERING INDEX sqlite_autoindex_messages_2", // from its end
}

// checkPlans says that every statement the test ran looks rows up.
func checkPlans(t *testing.T, store *sqlite.Store) {
	t.Helper()
	plans, err := store.Plans(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Error(err)
	}
	for text, plan := range plans {
		if strings.Contains(text, "INSERT INTO users") {
			continue // shows how it would look for the children of a user, which it does only while a foreign key is violated (OP_FkIfZero)
		}
		if strings.Contains(text, ".unread") && !strings.Contains(strings.Join(plan, "\n"), "participants_unread") {
			t.Errorf("what is unread is not found by its index, but so:\n%s\nin the plan of\n%s", strings.Join(plan, "\n"), text)
		}
		if strings.Contains(text, "b.muted = false") && !strings.Contains(strings.Join(plan, "\n"), "SEARCH b USING COVERING INDEX participants_unread") {
			t.Errorf("the badge is not counted in its index alone, but so:\n%s\nin the plan of\n%s", strings.Join(plan, "\n"), text)
		}
		if strings.Contains(text, "m.message_id = one.word") {
			for _, look := range []string{"SEARCH m USING INDEX sqlite_autoindex_mails_2 (message_id=?)", "SEARCH l USING INDEX letters_to_teams (office_id=? AND participant_id=? AND message_id=?)"} {
				if !slices.Contains(plan, look) {
					t.Errorf("not by %s, but so:\n%s\nin the plan of\n%s", look, strings.Join(plan, "\n"), text)
				}
			}
		}
		if strings.Contains(text, " <= "+query.SQLite().Now) && strings.Contains(text, "LIMIT $1") && slices.Contains(plan, "USE TEMP B-TREE FOR ORDER BY") {
			t.Errorf("all that is due is sorted to claim some of it:\n%s\nin the plan of\n%s", strings.Join(plan, "\n"), text)
		}
		for _, step := range plan {
			if found := office.FindStringSubmatch(step); found != nil && !pages[found[1]] {
				t.Errorf("%s\n%s\nin the plan of\n%s", step, strings.Join(plan, "\n"), text)
			}
			found := scan.FindStringSubmatch(step)
			if found == nil {
				continue
			}
			why, may := walks[found[1]]
			if !may || strings.HasPrefix(why, "USING") && !strings.HasSuffix(step, why) {
				t.Errorf("%s\n%s\nin the plan of\n%s", step, strings.Join(plan, "\n"), text)
			}
		}
	}
}
