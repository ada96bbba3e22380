package chat

import (
	"context"
	"slices"
	"time"
)

// Greeting is what a connection begins with, all of one snapshot.
type Greeting struct {
	Stream  Stream
	At      time.Time
	Resumes bool    // the client's `since` can be continued
	Next    []Shown // then: the first events after it, if any; see [Following]
}

// Greet says where the actor's stream stands, and whether a client that has worked in everything up to since can go on from there:
// not from another epoch, not from the future, not from before what is kept. Unsigned: the session has ended meanwhile.
// Where many ask at once, they are answered by one look.
func (s *Service) Greet(ctx context.Context, a Actor, since *Place) (Greeting, error) {
	at := s.now()
	c, err := s.catching.ask(ctx, catching{office: a.Office, user: a.User, session: a.Session, greet: true, since: since, limit: greeted})
	return Greeting{Stream: c.Stream, At: at, Resumes: c.resumes, Next: c.Events}, err
}

// greeted is how many events come with a greeting.
const greeted = 64

// Shown is an event of one's own stream, as things stand now. Skipped: today's rights show it no longer.
type Shown struct {
	StreamEvent
	Skipped bool
	Body    Body
}

// Following is a stretch of a stream.
type Following struct {
	Events []Shown // ascending, without gaps from After+1 on
	Stream Stream  // where the stream stands in the same snapshot
	Gap    bool    // what follows After is no longer kept: the client must reload
}

// Follow gives what came after a number in the user's own stream, at most limit events, as things stand today. It may be fewer while
// many ask at once: they are answered by one look.
func (s *Service) Follow(ctx context.Context, office, user ID, after int64, limit int) (Following, error) {
	c, err := s.catching.ask(ctx, catching{office: office, user: user, after: after, limit: limit})
	return c.Following, err
}

func (s *Summary) active(user ID) bool {
	for _, m := range s.Members {
		if m.User == user {
			return m.Active
		}
	}
	return false
}

// Heads gives the heads of many users' streams at once, for the hub's comparison.
func (s *Service) Heads(ctx context.Context, users []ID) (map[ID]Place, error) {
	return s.Store.Heads(ctx, users)
}

// Company is who may see a passing sign, and of whom it tells.
type Company struct {
	Person Person
	Others []ID
}

// SignTo says who may see that the actor is typing or viewing: the others in the conversation now, staff alone for a note.
func (s *Service) SignTo(ctx context.Context, a Actor, conversation ID, to Audience) (c Company, err error) {
	if to == ForStaff && a.View != StaffView {
		return Company{}, Refuse(Forbidden, "Only staff write internal notes.")
	}
	var views []View // of everybody
	if to == ForStaff {
		views = []View{StaffView}
	}
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		present, err := rd.Present(ctx, a.Office, conversation, views)
		if err != nil {
			return err
		}
		own := slices.Index(present, a.User)
		if own < 0 {
			return errNoConversation
		}
		c = Company{Person: u.Person(), Others: slices.Delete(present, own, own+1)}
		return nil
	})
	return c, err
}
