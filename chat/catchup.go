package chat

import (
	"cmp"
	"context"
	"slices"
)

// catching asks where somebody's stream stands and what came after a number in it.
type catching struct {
	office, user ID
	after        int64
	limit        int

	greet   bool   // of a connection that begins: asked by its actor, after since
	session ID     // the actor's; zero: none is needed
	since   *Place // nil: the client begins
}

// caught is the answer.
type caught struct {
	Following
	resumes bool
}

// mostCaught bounds the events that one look loads, bodies and all, for all who ask together; everybody gets some.
const mostCaught = 1024

// catchUp answers many in a handful of queries, in one snapshot.
func (s *Service) catchUp(ctx context.Context, asked []catching) (answers []found[caught], err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		l := &lookout{rd: rd, asked: asked, answers: make([]found[caught], len(asked)), after: make([]int64, len(asked))}
		answers = l.answers
		return l.look(ctx)
	})
	return answers, err
}

// lookout is one look for many.
type lookout struct {
	rd      Reader
	asked   []catching
	answers []found[caught]
	after   []int64 // where each one's events begin; below zero: none are wanted

	users    map[ID]*User
	streams  map[ID]KeptStream
	sessions map[ID]*Session
}

func (l *lookout) look(ctx context.Context) error {
	if err := l.whoAsks(ctx); err != nil {
		return err
	}
	from := map[Past]bool{}
	limit := max(mostCaught/len(l.asked), 1)
	most := 0
	for i := range l.asked {
		l.after[i] = l.begin(i)
		if l.after[i] >= 0 {
			from[Past{l.asked[i].user, l.after[i]}] = true
			most = max(most, min(limit, l.asked[i].limit))
		}
	}
	if len(from) == 0 {
		return nil
	}
	places := make([]Past, 0, len(from))
	for p := range from {
		places = append(places, p)
	}
	events, err := l.rd.EventsPast(ctx, places, most)
	if err != nil {
		return err
	}
	return l.show(ctx, events, limit)
}

// whoAsks loads people, streams and sessions.
func (l *lookout) whoAsks(ctx context.Context) (err error) {
	var users, sessions []ID
	for _, q := range l.asked {
		users = append(users, q.user)
		if !q.session.IsZero() {
			sessions = append(sessions, q.session)
		}
	}
	users = unique(users)
	if l.users, err = l.rd.UsersByID(ctx, users); err != nil {
		return err
	}
	if l.streams, err = l.rd.Streams(ctx, users); err != nil || len(sessions) == 0 {
		return err
	}
	l.sessions, err = l.rd.SessionsByID(ctx, sessions)
	return err
}

// begin says where the events of a question begin, or below zero when it is answered, or refused, without any.
func (l *lookout) begin(i int) int64 {
	q, a := l.asked[i], &l.answers[i]
	stream, err := l.stream(q)
	if err != nil {
		a.err = err
		return -1
	}
	a.answer.Stream = stream.Stream
	after := q.after
	if q.greet {
		if q.since == nil || q.since.Epoch != stream.Epoch || q.since.Number > stream.Number || q.since.Number+1 < stream.Oldest {
			return -1
		}
		a.answer.resumes, after = true, q.since.Number
	}
	if after >= stream.Number {
		return -1
	}
	if a.answer.Gap = after+1 < stream.Oldest; a.answer.Gap {
		return -1
	}
	return after
}

// stream finds the stream of who asks, if it is theirs to see.
func (l *lookout) stream(q catching) (KeptStream, error) {
	u := l.users[q.user]
	stream, ok := l.streams[q.user]
	if u == nil || u.Office != q.office || !ok {
		return KeptStream{}, Refuse(NotFound, "There is no such user.")
	}
	if !q.greet {
		return stream, nil
	}
	if err := mayMessage(u); err != nil {
		return KeptStream{}, err
	}
	if session := l.sessions[q.session]; !q.session.IsZero() &&
		(session == nil || session.User != q.user || session.Office != q.office || !session.EndedAt.IsZero()) {
		return KeptStream{}, errNoSession // it ended after it was asked for
	}
	return stream, nil
}

// show gives everybody their stretch, as things stand now. Events are loaded once for all who ask for the same.
func (l *lookout) show(ctx context.Context, events []StreamEvent, limit int) error {
	byUser := map[ID][]StreamEvent{}
	for _, ev := range events {
		byUser[ev.User] = append(byUser[ev.User], ev)
	}
	stretches := make([][]StreamEvent, len(l.asked))
	wanted := map[ID][]StreamEvent{}
	for i, q := range l.asked {
		if l.after[i] < 0 {
			continue
		}
		own := byUser[q.user]
		first, _ := slices.BinarySearchFunc(own, l.after[i]+1, func(ev StreamEvent, n int64) int { return cmp.Compare(ev.Number, n) })
		own = own[first:]
		stretches[i] = own[:min(len(own), q.limit, limit)]
		wanted[q.office] = append(wanted[q.office], stretches[i]...)
	}
	showing, err := gather(ctx, l.rd, l.users, wanted)
	if err != nil {
		return err
	}
	for i, q := range l.asked {
		if l.after[i] >= 0 {
			l.answers[i].answer.Events = showing.all(l.users[q.user], stretches[i])
		}
	}
	return nil
}
