package api

import (
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/hub/wire"
)

// signInRequest is an address and its password.
type signInRequest struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// signIn opens a session by password (F44).
func (d *door) signIn(w http.ResponseWriter, r *http.Request) error {
	var in signInRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if err := d.limits.maySignIn(r, in.Email); err != nil {
		return err
	}
	opened, err := d.Service.SignIn(r.Context(), visitOf(r).office.ID, in.Email, in.Password, r.UserAgent())
	if err != nil {
		return err
	}
	return d.welcome(w, r, opened)
}

// welcome gives the browser its new session in place of the one it had, and says who it is now. The session is there, and a link
// is spent: what fails from here on does not take that back, and the cookie goes out with the error.
func (d *door) welcome(w http.ResponseWriter, r *http.Request, opened chat.SignedIn) error {
	v := visitOf(r)
	if err := d.dropSession(r); err != nil {
		zerolog.Ctx(r.Context()).Warn().Err(err).Msg("former session not ended")
	}
	v.cookie(r.Host).Give(w, opened.Token, opened.Session.ExpiresAt)
	actor, user, err := d.Service.Authenticate(r.Context(), v.office.ID, opened.Token)
	if err != nil {
		return err
	}
	v.user = user.ID
	d.limits.signedIn(r, user.Email)
	me, err := d.Service.Me(r.Context(), actor)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, meOf(me, actor))
}

// dropSession ends the session that a request brought, if it brought one.
func (d *door) dropSession(r *http.Request) error {
	v := visitOf(r)
	token := v.cookie(r.Host).Token(r)
	if token == "" {
		return nil
	}
	actor, _, err := d.Service.Authenticate(r.Context(), v.office.ID, token)
	if chat.KindOf(err) == chat.Unsigned {
		return nil
	}
	if err != nil {
		return err
	}
	return d.Service.EndSession(r.Context(), actor, actor.Session)
}

// signOut ends the session and closes its sockets, on whatever node; without one there is nothing to do.
func (d *door) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := d.dropSession(r); err != nil {
		return err
	}
	visitOf(r).cookie(r.Host).Clear(w)
	return done(w)
}

// sessionBody is one of the asker's sessions.
type sessionBody struct {
	ID        string    `json:"id"`
	Agent     string    `json:"agent"` // User-Agent at sign-in
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	Current   bool      `json:"current"` // the one that asks
}

type sessionsAnswer struct {
	Sessions []sessionBody `json:"sessions"`
}

// sessions lists the asker's running sessions, newest first.
func (d *door) sessions(w http.ResponseWriter, r *http.Request) error {
	who := asker(r)
	running, err := d.Service.Sessions(r.Context(), who.Actor)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, sessionsAnswer{each(running, func(s chat.Session) sessionBody {
		return sessionBody{
			ID: s.ID.String(), Agent: s.Agent, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, Current: s.ID == who.Actor.Session,
		}
	})})
}

// endSession ends one of the asker's sessions; the own one too.
func (d *door) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "session")
	if err != nil {
		return err
	}
	who := asker(r)
	if err := d.Service.EndSession(r.Context(), who.Actor, id); err != nil {
		return err
	}
	if id == who.Actor.Session {
		visitOf(r).cookie(r.Host).Clear(w)
	}
	return done(w)
}

// meAnswer says who the asker is and where their stream stands.
type meAnswer struct {
	User    meUser     `json:"user"`
	Office  officeBody `json:"office"`
	Mode    string     `json:"mode"` // of what goes out to the asker: privacy | convenience
	May     rightsBody `json:"may"`
	UndoS   int        `json:"undo_s"` // how many seconds a send can be undone
	Badge   int        `json:"badge"`
	AsOf    string     `json:"as_of"`
	Session string     `json:"session"`

	MaxUpload int64 `json:"max_upload"` // bytes of a file
}

type meUser struct {
	wire.Person
	Email string `json:"email"`
	Role  string `json:"role"`
	BCC   bool   `json:"bcc"`

	Strict bool `json:"strict"` // the mail to them says only that a message waits
	Signed bool `json:"signed"` // has a signature

	MailTimes    mailTimes `json:"mail_times"`
	Unsubscribed bool      `json:"unsubscribed"` // no mail tells them of messages, since they unsubscribed from their digest
}

type rightsBody struct {
	Message  bool `json:"message"`
	Start    bool `json:"start"`
	Invite   bool `json:"invite"`
	Settings bool `json:"settings"`
}

func meOf(me chat.Me, a chat.Actor) meAnswer {
	return meAnswer{
		User: meUser{
			Person: wire.PersonOf(me.User.Person()), Email: me.User.Email, Role: string(me.User.Role), BCC: me.User.BCC, Strict: me.User.Strict,
			Signed: me.User.Signature != [32]byte{}, MailTimes: mailTimesOf(me.User.Mail), Unsubscribed: me.Unsubscribed,
		},
		Office:  officeOf(me.Office),
		Mode:    me.Mode.String(),
		May:     rightsBody(me.User.Rights()),
		UndoS:   int(me.Undo.Seconds()),
		Badge:   me.Stream.Badge,
		AsOf:    me.Stream.Place.String(),
		Session: a.Session.String(),

		MaxUpload: me.MaxUpload,
	}
}

// me answers who the asker is.
func (d *door) me(w http.ResponseWriter, r *http.Request) error {
	who := asker(r)
	me, err := d.Service.Me(r.Context(), who.Actor)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, meOf(me, who.Actor))
}
