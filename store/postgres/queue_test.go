package postgres_test

import (
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"postern/chat"
	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
)

// While a group is held, decisions about other conversations are taken by another worker; those about its conversation wait, in order.
func TestAHeldGroupHoldsOnlyItsConversation(t *testing.T) {
	t.Parallel()
	store := openWith(t, postgrestest.Database(t), postgres.Options{Workers: 2})
	p := newPractice(t, store, 2, 2)
	deciding, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_, err := store.Decide(t.Context(), chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: p.conversations[0]},
			Decide: func(*chat.State) (chat.Effects, error) {
				close(deciding)
				<-release
				return chat.Effects{}, nil
			},
		})
		if err != nil {
			t.Errorf("the one that holds: %v", err)
		}
	})
	<-deciding
	places := make([]chat.Position, 5)
	for i := range places {
		all.Go(func() {
			sent, err := p.send(t.Context(), 0, 0, fmt.Sprintf("waits-%d", i), "<p>waits</p>")
			if err != nil {
				t.Errorf("send to the conversation that is held: %v", err)
			}
			places[i] = sent.Message.Position
		})
		for store.Queued() <= i && t.Context().Err() == nil {
			runtime.Gosched()
		}
	}
	if _, err := p.send(t.Context(), 1, 0, "beside", "<p>beside</p>"); err != nil {
		t.Errorf("send to another conversation: %v", err)
	}
	if n := store.Queued(); n != len(places) {
		t.Errorf("%d wait for the conversation that is held", n)
	}
	close(release)
	all.Wait()
	for i := 1; i < len(places); i++ {
		if places[i] <= places[i-1] {
			t.Errorf("came out of order: %v", places)
		}
	}
}

// What a message costs is counted in statements, in two trips.
func TestASendIsFewStatements(t *testing.T) {
	t.Parallel()
	store := openWith(t, postgrestest.Database(t), postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	for i := range 2 { // what is unread the second time was so before: no badge is counted
		if _, err := p.send(t.Context(), 0, 0, strconv.Itoa(i), "<p>hello</p>"); err != nil {
			t.Fatal(err)
		}
	}
	run := func() (n int) {
		err := store.WorkerConn().QueryRow(t.Context(), `
			SELECT sum(generic_plans + custom_plans) FROM pg_prepared_statements WHERE statement !~ 'pg_prepared_statements'`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := run()
	if _, err := p.send(t.Context(), 0, 0, "counted", "<p>hello</p>"); err != nil {
		t.Fatal(err)
	}
	// BEGIN and COMMIT. Loaded: conversation, streams with participants, users, office, key. Written: conversation, cursors, message, what
	// it is found by, notices, streams, events.
	if n := run() - before; n != 2+5+7 {
		t.Errorf("a message takes %d statements", n)
	}
}
