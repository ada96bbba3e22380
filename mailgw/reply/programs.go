package reply

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// elementRole is what a known mail program means by an element.
type elementRole uint8

const (
	noRole       elementRole = iota
	isPlainQuote             // a blockquote that no program claims
	isOwnQuote               // a quote that the person set
	isQuote                  // the mail answered
	isFrame                  // around attribution and quote, see frame
	isIntro                  // the attribution
	isSignature              // the signature
	beginsRest               // from here on all is quote
)

// roleOf knows the programs' classes, ids and names.
func roleOf(a atom.Atom, attr attributes) elementRole {
	for _, class := range strings.Fields(attr["class"]) {
		name := bare(class)
		if role, ok := byClass[name]; ok {
			return roleOn(a, role)
		}
		if isSignatureName(name) {
			return isSignature
		}
	}
	if role := roleByID(attr["id"]); role != noRole {
		return role
	}
	if role, ok := byName[strings.ToLower(attr["name"])]; ok {
		return role
	}
	if strings.HasPrefix(attr["data-smartmail"], "gmail_signature") || attr["data-signatureblock"] == "true" {
		return isSignature
	}
	if a == atom.Blockquote {
		return blockquoteRole(attr)
	}
	return noRole
}

// roleOn settles names that mean different things on different elements. Gmail's
// gmail_quote is on a div around what it adds and on the quote in there; on a
// quote that stands alone it is one that the person set.
func roleOn(a atom.Atom, role elementRole) elementRole {
	if a == atom.Blockquote && role == isFrame {
		return isOwnQuote
	}
	return role
}

func blockquoteRole(attr attributes) elementRole {
	if strings.EqualFold(attr["type"], "cite") || strings.HasPrefix(attr["cite"], "mid:") {
		return isQuote
	}
	style := strings.ReplaceAll(strings.ToLower(attr["style"]), " ", "")
	if strings.Contains(style, "border:none") || strings.Contains(style, "border:0") && !strings.Contains(style, "border-left") {
		return noRole // indented, not quoted
	}
	return isPlainQuote
}

// bare strips what programs put before the names of others when they quote them.
func bare(name string) string {
	name = strings.ToLower(name)
	for _, prefix := range []string{"x_", "ecx"} {
		name = strings.TrimPrefix(name, prefix)
	}
	const yahoo = len("ydp1a2b3c4d")
	if strings.HasPrefix(name, "ydp") && len(name) > yahoo && strings.Trim(name[3:yahoo], "0123456789abcdef") == "" {
		name = name[yahoo:]
	}
	return name
}

// isSignatureName is for the many programs that mark the signature with a name of
// their own and the word.
func isSignatureName(name string) bool {
	mark, ok := strings.CutSuffix(name, "signature")
	return ok && len(mark) > 1 && len(mark) <= 20 && strings.ContainsRune("-_", rune(mark[len(mark)-1]))
}

var byClass = map[string]elementRole{
	// Gmail, and what learned from it
	"gmail_quote": isFrame, "gmail_quote_container": isFrame, "gmail_attr": isIntro, "gmail_signature": isSignature, "gmail_signature_prefix": isSignature,
	// Thunderbird
	"moz-cite-prefix": isIntro, "moz-signature": isSignature,
	// Outlook for phones
	"ms-outlook-mobile-reference-message": beginsRest, "ms-outlook-mobile-signature": isSignature,
	// Yahoo, Proton, Tuta, Zoho, Front, Open-Xchange, NetEase, Missive, Mailbird
	"yahoo_quoted": isQuote, "protonmail_quote": isFrame, "protonmail_signature_block": isSignature, "tutanota_quote": isQuote,
	"missive_quote": isQuote, "history_container": isQuote,
	"zmail_extra": isFrame, "front-blockquote": isQuote, "io-ox-signature": isSignature, "ntes-mailmaster-quote": isQuote,
}

// byName are values of the name attribute (Spark, GMX).
var byName = map[string]elementRole{
	"messagereplysection": isFrame, "messagesignaturesection": isSignature, "quote": isQuote,
}

var byID = map[string]elementRole{
	// Outlook on the web, for Windows (new), for Mac, for phones
	"appendonsend": beginsRest, "divrplyfwdmsg": beginsRest, "mail-editor-reference-message-container": beginsRest,
	"olk_src_body_section": isQuote, "ms-outlook-mobile-signature": isSignature, "signature": isSignature,
	// Hotmail, Zimbra, Roundcube, NetEase, BlackBerry, Edison, Nine, Apple, AquaMail, Airmail
	"stopspelling": beginsRest, "zwchr": beginsRest, "reply-intro": isIntro, "isreplycontent": isQuote, "_originalcontent": isQuote,
	"edo-original": isQuote, "quoted_header": isIntro,
	"applemailsignature": isSignature, "aqm-original": isQuote, "aqm-signature": isSignature, "bloop_sign": isSignature, "yahoo_quoted": isQuote,
}

// roleByID knows ids, some of which programs end with a number of their own.
func roleByID(id string) elementRole {
	id = bare(id)
	if role, ok := byID[id]; ok {
		return role
	}
	if isSignatureName(id) {
		return isSignature
	}
	for _, prefix := range []string{"yahoo_quoted_", "bloop_sign_"} {
		if strings.HasPrefix(id, prefix) {
			return byID[prefix[:len(prefix)-1]]
		}
	}
	return noRole
}

// bordered reports whether an element draws a line above itself, as Outlook does
// above the header lines of what it quotes.
func bordered(style string) bool {
	style = strings.ReplaceAll(strings.ToLower(style), " ", "")
	return strings.Contains(style, "border-top:solid") || strings.Contains(style, "border-top-style:solid") ||
		strings.Contains(style, "border-top:1")
}

// preformatted reports whether line ends count in an element.
func preformatted(style string) bool {
	_, value, ok := strings.Cut(strings.ToLower(style), "white-space:")
	return ok && (strings.HasPrefix(strings.TrimLeft(value, " "), "pre") || strings.HasPrefix(strings.TrimLeft(value, " "), "break-spaces"))
}
