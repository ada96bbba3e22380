package chat

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// How long sessions and links last.
const (
	SessionAbsolute = 30 * 24 * time.Hour
	SessionIdle     = 7 * 24 * time.Hour
	inviteLife      = 7 * 24 * time.Hour
	resetLife       = time.Hour
	touchEvery      = time.Minute
)

// SignedIn is a fresh session; Token is the cookie's secret and is told this once.
type SignedIn struct {
	Session Session
	Token   string
}

var errSignIn = Refuse(Unsigned, "The address or the password is wrong.")

// SignIn opens a session by password. Unknown address, wrong password and deactivated user are answered alike, and in the same time.
func (s *Service) SignIn(ctx context.Context, office ID, email, password, agent string) (SignedIn, error) {
	var u *User
	err := s.Store.View(ctx, func(rd Reader) (err error) {
		u, err = rd.UserByEmail(ctx, office, email)
		return err
	})
	if err != nil && KindOf(err) != NotFound {
		return SignedIn{}, err
	}
	var hash string
	if u != nil && u.Active {
		hash = u.Password
	}
	good, err := s.Passwords.Verify(ctx, hash, password)
	if err != nil {
		return SignedIn{}, err
	}
	if !good || hash == "" {
		return SignedIn{}, s.refuseSignIn(ctx, office, u)
	}
	var in SignedIn
	err = s.update(ctx, func(tx Tx) error {
		in, err = s.openSession(ctx, tx, u, agent)
		return err
	})
	return in, err
}

func (s *Service) refuseSignIn(ctx context.Context, office ID, u *User) error {
	entry := AuditEntry{Office: office, ID: s.NewID(), At: s.now(), Act: ActSignInFailed}
	if u != nil {
		entry.Object = u.ID
	}
	if err := s.update(ctx, func(tx Tx) error { return tx.AddAudit(ctx, entry) }); err != nil {
		return err
	}
	return errSignIn
}

func (s *Service) openSession(ctx context.Context, tx Tx, u *User, agent string) (SignedIn, error) {
	token, hash := newToken()
	at := s.now()
	session := Session{
		Office: u.Office, ID: s.NewID(), User: u.ID, TokenHash: hash, Agent: cutAgent(agent),
		CreatedAt: at, SeenAt: at, ExpiresAt: at.Add(SessionAbsolute),
	}
	if err := tx.AddSession(ctx, session); err != nil {
		return SignedIn{}, err
	}
	err := s.note(ctx, tx, u.Office, u.ID, ActSignedIn, session.ID, "")
	return SignedIn{session, token}, err
}

// note writes an audit entry.
func (s *Service) note(ctx context.Context, tx Tx, office, actor ID, act Act, object ID, detail string) error {
	return tx.AddAudit(ctx, AuditEntry{
		Office: office, ID: s.NewID(), At: s.now(), Actor: actor, Act: act, Object: object, Detail: detail,
	})
}

// cutAgent gives at most 200 bytes of a User-Agent, in whole characters.
func cutAgent(agent string) string {
	clean, err := cleanName(strings.ToValidUTF8(agent[:min(len(agent), 200)], ""), "agent", 200)
	if err != nil {
		return "unknown"
	}
	return clean
}

// newToken is 256 random bits as base64url, and their hash.
func newToken() (string, [32]byte) {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	token := base64.RawURLEncoding.EncodeToString(b[:])
	return token, sha256.Sum256([]byte(token))
}

// HashToken is what is kept of a token.
func HashToken(token string) [32]byte { return sha256.Sum256([]byte(token)) }

var errNoSession = Refuse(Unsigned, "Sign in first.")

// Authenticate says who holds a session's token in the office. Every request and every socket asks; where many ask at once, they are answered by
// one look, which began after each had asked.
func (s *Service) Authenticate(ctx context.Context, office ID, token string) (Actor, *User, error) {
	p, err := s.presenting.ask(ctx, HashToken(token))
	if err != nil {
		return Actor{}, nil, err
	}
	if p.session == nil || p.user == nil || p.session.Office != office {
		return Actor{}, nil, errNoSession
	}
	user := *p.user // others who asked have the same
	return Actor{Office: office, User: user.ID, Session: p.session.ID, View: user.View()}, &user, nil
}

// presented is what was found of a token: nothing, or a running session and its active user.
type presented struct {
	session *Session
	user    *User
}

// present finds who holds tokens, and notes that they were seen.
func (s *Service) present(ctx context.Context, hashes [][32]byte) ([]found[presented], error) {
	var sessions map[[32]byte]*Session
	var users map[ID]*User
	err := s.Store.View(ctx, func(rd Reader) (err error) {
		if sessions, err = rd.SessionsByToken(ctx, unique(hashes)); err != nil || len(sessions) == 0 {
			return err
		}
		var ids []ID
		for _, session := range sessions {
			ids = append(ids, session.User)
		}
		users, err = rd.UsersByID(ctx, unique(ids))
		return err
	})
	if err != nil {
		return nil, err
	}
	at := s.now()
	var seen []ID
	list := make([]found[presented], len(hashes))
	for i, hash := range hashes {
		session := sessions[hash]
		if session == nil || !session.runs(at) || !users[session.User].serves(session) {
			continue
		}
		list[i].answer = presented{session, users[session.User]}
		if at.Sub(session.SeenAt) > touchEvery {
			seen = append(seen, session.ID)
		}
	}
	return list, s.touch(ctx, unique(seen), at)
}

// serves says whether the session is one of a user's who is active.
func (u *User) serves(session *Session) bool {
	return u != nil && u.Active && u.Office == session.Office
}

func (s *Service) touch(ctx context.Context, sessions []ID, at time.Time) error {
	if len(sessions) == 0 {
		return nil
	}
	return s.update(ctx, func(tx Tx) error { return tx.TouchSessions(ctx, sessions, at) })
}

// runs says whether the session still signs anybody in.
func (s *Session) runs(at time.Time) bool {
	return s.EndedAt.IsZero() && !at.After(s.ExpiresAt) && !at.After(s.SeenAt.Add(SessionIdle))
}

// Sessions are the actor's running sessions, newest first.
func (s *Service) Sessions(ctx context.Context, a Actor) (list []Session, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		list, err = rd.Sessions(ctx, a.Office, a.User)
		return err
	})
	at := s.now()
	return slices.DeleteFunc(list, func(one Session) bool { return !one.runs(at) }), err
}

// EndSession ends one of the actor's sessions and closes its sockets, on whatever node.
func (s *Service) EndSession(ctx context.Context, a Actor, session ID) error {
	return s.update(ctx, func(tx Tx) error {
		mine, err := tx.Sessions(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if !containsSession(mine, session) {
			return Refuse(NotFound, "There is no such session.")
		}
		return s.endSessions(ctx, tx, a.Office, a.User, session)
	})
}

func containsSession(list []Session, id ID) bool {
	for _, one := range list {
		if one.ID == id {
			return true
		}
	}
	return false
}

// endSessions ends one session of the user's, or all of them when none is named, and tells the sockets of each: one that begins after them is
// not meant.
func (s *Service) endSessions(ctx context.Context, tx Tx, office, user, session ID) error {
	ids := []ID{session}
	if session.IsZero() {
		list, err := tx.Sessions(ctx, office, user)
		if err != nil {
			return err
		}
		ids = ids[:0]
		for _, one := range list {
			ids = append(ids, one.ID)
		}
	}
	var ended []Event
	for _, id := range ids {
		ended = append(ended, Event{Type: SessionEnded, Subject: id})
		if _, err := tx.EndSession(ctx, office, id, s.now()); err != nil {
			return err
		}
		if err := s.note(ctx, tx, office, user, ActSignedOut, id, ""); err != nil {
			return err
		}
	}
	return tellUser(ctx, tx, office, user, ended)
}

// tellUser tells one user what belongs to no conversation.
func tellUser(ctx context.Context, tx Tx, office, user ID, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	n := Need{Office: office, Actor: user}
	g, err := tx.Load(ctx, n)
	if err != nil {
		return err
	}
	u := g.State(n).Actor()
	if u == nil {
		return Refuse(NotFound, "There is no such user.")
	}
	for i := range events {
		events[i] = events[i].tellOne(u)
	}
	if err := g.Apply(0, n, Effects{Events: events}); err != nil {
		return err
	}
	return tx.Write(ctx, g)
}
