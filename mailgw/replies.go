package mailgw

import (
	"errors"
	"fmt"

	"github.com/emersion/go-smtp"

	"postern/chat"
)

// The replies of our own (RFC 5321, section 4.2; RFC 3463). go-smtp makes 451 or 554 of any other error, with its text: nothing but these and
// what [answer] makes may be returned to it.
var (
	errBusy       = refuse(421, 4, 4, 5, "Too many connections; try again later")
	errDraining   = refuse(421, 4, 3, 2, "This server is going down; try again at once")
	errSpokeFirst = refuse(554, 5, 5, 1, "You spoke before the greeting")
	errTooMuch    = refuse(421, 4, 7, 0, "Too much was sent without a letter")
	errNested     = refuse(503, 5, 5, 1, "A letter is under way; send RSET first")
	errNoOne      = refuse(503, 5, 5, 1, "There is no recipient")
	errNoChunks   = refuse(502, 5, 5, 1, "BDAT is not offered; use DATA")
	errAhead      = refuse(554, 5, 5, 0, "Wait for the answer to DATA before you send the letter (RFC 2920, section 3.1)")
	errGuessing   = refuse(421, 4, 7, 0, "Too many recipients refused")
	errNobody     = refuse(550, 5, 1, 1, "Nobody reads mail at this address. This server only takes answers to its own mails")
	errTooLarge   = refuse(552, 5, 3, 4, "The letter is too large; send big files through the web page")
	errBareLine   = refuse(554, 5, 6, 0, "The letter has line ends other than CRLF (RFC 5321, section 2.3.8)")
	errLongLine   = refuse(554, 5, 6, 0, "The letter has a line of more than 2,000 bytes (RFC 5321, section 4.5.3.1.6)")
	errCutOff     = refuse(421, 4, 4, 2, "The letter did not come to its end")
	errMemory     = refuse(452, 4, 3, 1, "Too many letters at once; try again later")
	errNotAll     = refuse(451, 4, 3, 0, "The letter could not be taken for all recipients; try again later")
	errReports    = refuse(550, 5, 7, 1, "This address only takes delivery reports. Answer to the address in Reply-To")
	errTooOften   = refuse(451, 4, 7, 1, "Too many letters in a short time; try again later")
	errNoAnswer   = refuse(451, 4, 4, 3, "The name servers of the sender's domain do not answer; try again later")
	errInternal   = refuse(451, 4, 3, 0, "Something went wrong here; try again later")
)

func refuse(code, class, subject, detail int, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: text}
}

func enhanced(e *smtp.SMTPError) string {
	return fmt.Sprintf("%d.%d.%d", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2])
}

// answers turns kinds of refusals into replies. A conflict is two of the same letter at the same moment: the next try finds that it was taken.
var answers = map[chat.Kind]struct {
	code     int
	enhanced smtp.EnhancedCode
}{
	chat.NotFound:    {550, smtp.EnhancedCode{5, 1, 1}},
	chat.Forbidden:   {550, smtp.EnhancedCode{5, 7, 1}},
	chat.Expired:     {550, smtp.EnhancedCode{5, 7, 1}},
	chat.Unsigned:    {550, smtp.EnhancedCode{5, 7, 1}},
	chat.Invalid:     {554, smtp.EnhancedCode{5, 6, 0}},
	chat.TooLarge:    {552, smtp.EnhancedCode{5, 3, 4}},
	chat.Conflict:    {451, smtp.EnhancedCode{4, 3, 0}},
	chat.TooMany:     {451, smtp.EnhancedCode{4, 7, 1}},
	chat.Unavailable: {451, smtp.EnhancedCode{4, 3, 0}},
}

// answer is the reply to an error. What is internal is never shown, and never final: the letter may come again.
func answer(err error) *smtp.SMTPError {
	if said, ok := errors.AsType[*smtp.SMTPError](err); ok {
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
	return &smtp.SMTPError{Code: a.code, EnhancedCode: a.enhanced, Message: oneLine(refused.Sentence)}
}
