package mailgw

import (
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"strings"
	"time"
)

const (
	maxRecipients = 100 // RFC 5321, section 4.5.3.1.8
	maxRefused    = 20  // recipients refused before the connection is closed: no harvesting of addresses
	maxMistakes   = 10  // commands that are none before it is
	maxIdles      = 100 // commands without a letter before it is: pools of connections send some
	maxHelloName  = 255 // of a client's name for itself, in bytes
)

// run serves the client until one of the two goes. A defect of ours ends this connection, and no other.
func (s *session) run() {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error().Str("what", fmt.Sprint(p)).Bytes("stack", debug.Stack()).Msg("smtp panic")
			s.say(errGone)
		}
		s.reset()
		s.server.writeSums(time.Now())
		_ = s.wire.Close() // whoever is gone does not hear the last of it
	}()
	if s.wire.spokeFirst(s.server.Pause) {
		s.say(errSpokeFirst)
		return
	}
	protocol := "ESMTP"
	if s.door.lmtp {
		protocol = "LMTP"
	}
	s.say(&response{code: 220, text: s.server.Hello + " " + protocol + " Postern"})
	for !s.wire.over {
		line, err := s.wire.command()
		if err != nil {
			s.farewell(err)
			return
		}
		s.obey(line)
	}
}

// farewell says why the client is not listened to any more, where it is.
func (s *session) farewell(err error) {
	said, ours := errors.AsType[*response](err)
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case ours:
		s.say(said)
	case s.wire.isGoing():
		s.say(errDraining)
	case ok && timeout.Timeout():
		s.say(errIdle)
	}
}

func (s *session) say(r *response) { s.wire.say(r) }

// mistake answers a command that is none, or comes where it may not. Whoever makes many is no mail server.
func (s *session) mistake(r *response) {
	s.say(r)
	if s.mistakes++; s.mistakes >= maxMistakes {
		s.say(errClumsy)
		s.wire.hangUp()
	}
}

// idle answers a command that brings no letter nearer.
func (s *session) idle(r *response) {
	s.say(r)
	if s.idles++; s.idles >= maxIdles {
		s.say(errIdler)
		s.wire.hangUp()
	}
}

// obey does what a line says.
func (s *session) obey(line string) {
	c, ok := readCommand(line)
	if !ok {
		s.mistake(errSyntax)
		return
	}
	switch c.verb {
	case "EHLO", "HELO", "LHLO":
		s.greet(c)
	case "MAIL":
		s.mail(c.args)
	case "RCPT":
		s.rcpt(c.args)
	case "DATA":
		s.data(c.args)
	case "BDAT":
		s.chunk(c.args)
	case "RSET":
		s.reset()
		s.idle(okDone)
	case "NOOP":
		s.idle(okDone)
	case "VRFY":
		s.idle(okVerify)
	case "HELP":
		s.idle(okHelp)
	case "STARTTLS":
		s.startTLS(c.args)
	case "QUIT":
		s.say(okBye)
		s.wire.hangUp()
	case "AUTH", "EXPN", "ETRN", "ATRN", "TURN", "SEND", "SOML", "SAML":
		s.mistake(errNot)
	default:
		s.mistake(errUnknown)
	}
}

// greet hears who the client says it is, and says what is on offer. Twice is a RSET (RFC 5321, section 4.1.4).
func (s *session) greet(c command) {
	name, _, _ := strings.Cut(c.args, " ")
	switch {
	case c.verb == "LHLO" && !s.door.lmtp:
		s.mistake(errNoLHLO)
		return
	case c.verb != "LHLO" && s.door.lmtp:
		s.mistake(errLHLO)
		return
	case name == "" || len(name) > maxHelloName:
		s.mistake(errSyntax)
		return
	}
	s.reset()
	s.hello = name
	if c.verb == "HELO" {
		s.idle(&response{code: 250, text: s.server.Hello})
		return
	}
	for _, offer := range s.offers() {
		s.wire.more(250, offer)
	}
	s.idle(&response{code: 250, text: "HELP"})
}

func (s *session) offers() []string {
	offers := []string{
		s.server.Hello, "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", "CHUNKING",
		fmt.Sprintf("SIZE %d", s.server.MaxLetter), fmt.Sprintf("LIMITS RCPTMAX=%d", maxRecipients),
	}
	if s.server.TLS != nil && !s.wire.isSecure() {
		offers = append(offers, "STARTTLS")
	}
	return offers
}

// startTLS begins TLS (RFC 3207). What was said before is forgotten, and what was sent behind the command ends the connection: somebody
// in between may have put it there.
func (s *session) startTLS(args string) {
	switch {
	case s.server.TLS == nil:
		s.mistake(errNot)
		return
	case s.wire.isSecure():
		s.mistake(errSecure)
		return
	case args != "":
		s.mistake(errValue)
		return
	case s.wire.ahead():
		s.say(errPlain)
		s.wire.hangUp()
		return
	}
	s.reset()
	s.hello = ""
	s.idle(okTLS)
	if err := s.wire.secure(s.server.ctx, s.server.TLS); err != nil {
		s.log.Debug().Err(err).Msg("no tls with client")
		s.wire.abort()
		s.wire.hangUp()
	}
}

// maySend says whether a letter may come, and tells the client when not.
func (s *session) maySend() bool {
	refused := s.mayChunk()
	if refused != nil {
		s.mistake(refused)
	}
	return refused == nil
}
