package mailgw

import (
	"errors"
	"fmt"

	"postern/chat"
)

// response is an answer of the server's (RFC 5321, section 4.2) with its enhanced code (RFC 3463). As an error it is what the client hears, whole.
type response struct {
	code   int
	status [3]int // zero: none
	text   string
}

// Error is the line as it goes over the wire.
func (r *response) Error() string {
	if r.status == [3]int{} {
		return fmt.Sprintf("%d %s", r.code, r.text)
	}
	return fmt.Sprintf("%d %s %s", r.code, r.enhanced(), r.text)
}

func (r *response) enhanced() string {
	return fmt.Sprintf("%d.%d.%d", r.status[0], r.status[1], r.status[2])
}

func respond(code, class, subject, detail int, text string) *response {
	return &response{code, [3]int{class, subject, detail}, text}
}

// The replies to commands.
var (
	okDone     = respond(250, 2, 0, 0, "OK")
	okSender   = respond(250, 2, 1, 0, "OK")
	okAddress  = respond(250, 2, 1, 5, "OK")
	okLetter   = respond(250, 2, 0, 0, "OK: stored")
	okChunk    = respond(250, 2, 0, 0, "Go on")
	okBye      = respond(221, 2, 0, 0, "Bye")
	okTLS      = respond(220, 2, 0, 0, "Begin TLS")
	okVerify   = respond(252, 2, 5, 0, "Nobody is verified here; send the letter")
	okHelp     = respond(214, 2, 0, 0, "This server takes answers to its own mails, and relays nothing (RFC 5321)")
	okGoAhead  = &response{code: 354, text: "Go ahead; end with <CR><LF>.<CR><LF>"}
	errUnknown = respond(500, 5, 5, 2, "There is no such command")
	errSyntax  = respond(501, 5, 5, 2, "That is not how the command is written (RFC 5321, section 4.1)")
	errPath    = respond(501, 5, 1, 3, "That is no address in angle brackets (RFC 5321, section 4.1.2)")
	errOption  = respond(555, 5, 5, 4, "There is no such parameter here")
	errValue   = respond(501, 5, 5, 4, "The parameter has no such value")
	errNot     = respond(502, 5, 5, 1, "Command not implemented")
	errHello   = respond(503, 5, 5, 1, "Say EHLO first")
	errNoLHLO  = respond(500, 5, 5, 1, "This is SMTP; say EHLO")
	errLHLO    = respond(500, 5, 5, 1, "This is LMTP; say LHLO")
	errNoMail  = respond(503, 5, 5, 1, "There is no sender; send MAIL first")
	errChunks  = respond(503, 5, 5, 1, "A letter comes in chunks; send the last one, or RSET")
	errSecure  = respond(503, 5, 5, 1, "TLS has begun already")
	errSpent   = respond(503, 5, 5, 1, "A chunk of this letter was refused; send RSET")
	errManyTo  = respond(452, 4, 5, 3, "A letter has at most 100 recipients; send another to the rest")
	errApart   = respond(452, 4, 5, 3, "This recipient needs a letter of its own; send it in a transaction of its own")
	errIdle    = respond(421, 4, 4, 2, "Nothing came for too long")
	errClumsy  = respond(421, 4, 7, 0, "Too many commands that are none")
	errIdler   = respond(421, 4, 7, 0, "Too many commands without a letter")
	errGone    = respond(421, 4, 3, 0, "Something went wrong here; try again later")
	errPlain   = respond(554, 5, 5, 1, "Something was sent in the clear behind STARTTLS")
	errUnproxy = respond(421, 4, 3, 5, "The PROXY header could not be read")

	errLongCommand = respond(500, 5, 5, 2, "A command has at most 2,000 bytes")
	errBareCommand = respond(500, 5, 5, 2, "Lines end in CRLF, and nowhere else (RFC 5321, section 2.3.8)")
)

// The replies of refusal.
var (
	errBusy       = respond(421, 4, 4, 5, "Too many connections; try again later")
	errDraining   = respond(421, 4, 3, 2, "This server is going down; try again at once")
	errSpokeFirst = respond(554, 5, 5, 1, "You spoke before the greeting")
	errTooMuch    = respond(421, 4, 7, 0, "Too much was sent without a letter")
	errNested     = respond(503, 5, 5, 1, "A letter is under way; send RSET first")
	errNoOne      = respond(503, 5, 5, 1, "There is no recipient")
	errAhead      = respond(554, 5, 5, 0, "Wait for the answer to DATA before you send the letter (RFC 2920, section 3.1)")
	errGuessing   = respond(421, 4, 7, 0, "Too many recipients refused")
	errTooLarge   = respond(552, 5, 3, 4, "The letter is too large; send big files through the web page")
	errBareLine   = respond(554, 5, 6, 0, "The letter has line ends other than CRLF (RFC 5321, section 2.3.8)")
	errLongLine   = respond(554, 5, 6, 0, "The letter has a line of more than 65,536 bytes (RFC 5321, section 4.5.3.1.6)")
	errCutOff     = respond(421, 4, 4, 2, "The letter did not come to its end")
	errMemory     = respond(452, 4, 3, 1, "Too many letters at once; try again later")
	errNotAll     = respond(451, 4, 3, 0, "The letter could not be taken for all recipients; try again later")
	errReports    = respond(550, 5, 7, 1, "This address only takes delivery reports. Answer to the address in Reply-To")
	errDesks      = respond(554, 5, 4, 6, "A mail that Postern made is not forwarded: two desks would send it to each other")
	errTooOften   = respond(451, 4, 7, 1, "Too many letters in a short time; try again later")
	errNoAnswer   = respond(451, 4, 4, 3, "The name servers of the sender's domain do not answer; try again later")
	errInternal   = respond(451, 4, 3, 0, "Something went wrong here; try again later")
)

// answers turns kinds of refusals into replies. A conflict is two of the same letter at the same moment: the next try finds that it was taken.
var answers = map[chat.Kind]response{
	chat.NotFound:    {550, [3]int{5, 1, 1}, ""},
	chat.Forbidden:   {550, [3]int{5, 7, 1}, ""},
	chat.Expired:     {550, [3]int{5, 7, 1}, ""},
	chat.Unsigned:    {550, [3]int{5, 7, 1}, ""},
	chat.Invalid:     {554, [3]int{5, 6, 0}, ""},
	chat.TooLarge:    {552, [3]int{5, 3, 4}, ""},
	chat.Conflict:    {451, [3]int{4, 3, 0}, ""},
	chat.TooMany:     {451, [3]int{4, 7, 1}, ""},
	chat.Unavailable: {451, [3]int{4, 3, 0}, ""},
}

// answer is the reply to an error. What is internal is never shown, and never final: the letter may come again.
func answer(err error) *response {
	if said, ok := errors.AsType[*response](err); ok {
		return said
	}
	refused, ok := errors.AsType[*chat.Error](err)
	if !ok {
		return errInternal
	}
	a, known := answers[refused.Kind]
	if !known {
		return errInternal
	}
	a.text = oneLine(refused.Sentence)
	return &a
}
