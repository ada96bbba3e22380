// Package storetest holds every store to the one meaning of chat.Store. It tests the store and not the rules of chat: its
// decisions are small pure functions of its own.
//
// A store under test also has Queued() int, the number of decisions that wait for the transaction before
// them: that is how the suite forces decisions into one group.
package storetest

import (
	"testing"

	"postern/chat"
)

// Opener gives a test an empty store of its own and closes it when the test ends.
type Opener func(*testing.T) chat.Store

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for _, part := range []struct {
		name  string
		tests []test
	}{
		{"people", people}, {"directory", directory}, {"sessions", sessions}, {"links", links}, {"deactivation", deactivation},
		{"sends", sends}, {"groups", groups}, {"updates", updates}, {"streams", streams},
		{"access", access}, {"many", many}, {"lists", lists}, {"lists of staff", ofStaff}, {"unread", unread}, {"unseen", unseen}, {"receipts", receipts}, {"uploads", uploads}, {"searches", searches},
		{"drafts", drafts}, {"signatures", signatures}, {"templates", templates}, {"copies", copies}, {"rosters", rosters},
		{"notices", notices}, {"digests", digests}, {"mails", mails}, {"deliveries", deliveries}, {"replies", replies}, {"letters", letters}, {"trust", trust}, {"record", record}, {"tidying", tidying},
		{"snapshots", snapshots}, {"text", text}, {"refusals", refusals},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			for _, one := range part.tests {
				t.Run(one.name, func(t *testing.T) {
					t.Parallel()
					one.run(newPractice(t, open(t)))
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(*practice)
}
