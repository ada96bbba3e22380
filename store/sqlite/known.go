package sqlite

import (
	"context"
	"maps"

	"postern/chat"
	"postern/store/query"
)

// maxSeats bounds what the writer remembers, in participants and in people: some 20 MB.
const maxSeats = 20_000

// known is what the writer remembers of the rows that groups were about, as its last commit left them: the next group is mostly about
// the same, and reading them again is a fifth of a send. It holds while nobody else writes; who does not go through a group says what
// it changed, and after a transaction that failed nothing is known.
type known struct {
	version int64 // of the file, which moves when another connection commits
	most    int   // as maxSeats
	offices map[chat.ID]*chat.Office
	users   map[chat.ID]*chat.User
	streams map[chat.ID]*chat.Stream // with the badge as it is counted
	ends    map[chat.ID]int64        // of streams: the seqs of their last events, those of the group being written included
	threads map[chat.ID]*chat.Thread
	seats   map[chat.Seat]*chat.Participant // of threads, as the database has them, whatever decisions have done to the threads since
}

func newKnown() *known {
	return &known{
		most: maxSeats, offices: map[chat.ID]*chat.Office{}, users: map[chat.ID]*chat.User{}, streams: map[chat.ID]*chat.Stream{}, ends: map[chat.ID]int64{},
		threads: map[chat.ID]*chat.Thread{}, seats: map[chat.Seat]*chat.Participant{},
	}
}

// check forgets everything when another connection has written, or when it is too much. It is asked within the transaction, which keeps
// others out, and before the group is loaded: what a group has loaded is remembered whole, its streams with their ends.
func (k *known) check(ctx context.Context, c *conn) error {
	version, err := query.One(ctx, c, "data version", scanNumber, "PRAGMA data_version")
	if err != nil {
		return err
	}
	if *version != k.version || len(k.seats) > k.most || len(k.users) > k.most {
		k.forget()
		k.version = *version
	}
	return nil
}

func (k *known) forget() {
	clear(k.offices)
	clear(k.users)
	clear(k.streams)
	clear(k.ends)
	clear(k.threads)
	clear(k.seats)
}

// keep remembers a group as it is after its commit. The group's rows are the remembered ones from now on.
func (k *known) keep(g *chat.Group) {
	maps.Copy(k.offices, g.Offices)
	maps.Copy(k.users, g.Users)
	maps.Copy(k.streams, g.Streams)
	for id, t := range g.Threads {
		k.threads[id] = t
		for user, p := range t.Participants {
			k.seats[chat.Seat{Conversation: id, User: user}] = p
		}
	}
}

// changed forgets what an update wrote by a group of its own.
func (k *known) changed(g *chat.Group) {
	for id, t := range g.Threads {
		delete(k.threads, id)
		for user := range t.Participants {
			delete(k.seats, chat.Seat{Conversation: id, User: user})
		}
	}
	for id := range g.Streams {
		delete(k.streams, id)
		delete(k.ends, id)
	}
}
