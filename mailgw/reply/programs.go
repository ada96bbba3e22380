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
		if role, ok := byClass[bare(class)]; ok {
			return roleOn(a, role)
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
	for _, prefix := range []string{"x_", "ecx", "yiv"} {
		name = strings.TrimPrefix(name, prefix)
	}
	return name
}

var byClass = map[string]elementRole{
	"gmail_quote": isFrame, "gmail_quote_container": isFrame, // Gmail, and what learned from it
	"gmail_attr": isIntro, "gmail_signature": isSignature, "gmail_signature_prefix": isSignature,
	"moz-cite-prefix": isIntro, "moz-email-headers-table": isIntro, "moz-signature": isSignature, // Thunderbird
	"yahoo_quoted": isQuote, "yahoo-quoted-begin": isIntro,
	"protonmail_quote": isFrame, "protonmail_signature_block": isSignature,
	"tutanota_quote": isQuote, "tutanota_indented": isPlainQuote,
	"zmail_extra": isFrame, "zmail_extra_hr": noRole, // Zoho
	"iosymail": isPlainQuote, "front-blockquote": isQuote, "freshdesk_quote": isQuote, "help_scout_quote": isQuote,
	"ms-outlook-mobile-reference-message": beginsRest, "ms-outlook-mobile-signature": isSignature,
	"oxsig": isSignature, "ox_sig": isSignature, "io-ox-signature": isSignature, "io-ox-hint": noRole,
	"mailbutler_signature": isSignature, "wisestamp_app": isSignature, "signature_editor": isSignature,
	"mail-quote-collapse": isQuote, "js-mail-quote": isQuote, "mailru-blockquote": isQuote,
	"ntes-mailmaster-quote": isQuote, "netease_mail_quote": isQuote, "mobilemail-quote": isQuote,
	"quoted_reply": isQuote, "quoted-text": isQuote, "edo-reply": isQuote, "cm_quote": isQuote,
	"hmmessage-quote": isQuote, "gmx_quote": isQuote, "superhuman-quote": isQuote, "bloop_original_html": isQuote,
	"spark-quote": isQuote, "missive_quote": isQuote, "hey_quote": isQuote, "thread-quote": isQuote,
}

// byName are values of the name attribute (Spark, GMX).
var byName = map[string]elementRole{
	"messagereplysection": isFrame, "messagesignaturesection": isSignature, "quote": isQuote,
}

var byID = map[string]elementRole{
	"divrplyfwdmsg": beginsRest, "appendonsend": beginsRest, "mail-editor-reference-message-container": beginsRest, // Outlook
	"olk_src_body_section": isQuote, "reply-intro": isIntro, // Outlook for Mac, Roundcube
	"stopspelling": beginsRest, "zwchr": beginsRest, // Hotmail, Zimbra
	"isreplycontent": isQuote, "ntes-pcmac-signature": isSignature, "ntes-pcmail-signature": isSignature, // NetEase
	"_originalcontent": isQuote, "_replycontent": isQuote, "originalcontent": isQuote,
	"applemailsignature": isSignature, "signature": isSignature, "ms-outlook-mobile-signature": isSignature, "_signature": isSignature,
	"tutanota_quote": isQuote, "replybody": isQuote, "oriMsgHtmlSeperator": beginsRest, "orimsghtmlseperator": beginsRest,
	"lineBreakAtBeginningOfSignature": noRole, "aqm-original": isQuote, "aqm-signature": isSignature,
	"yahoo_quoted": isQuote, "yahoo_quoted_": isQuote, "bloop_sign": isSignature, "composer_signature": isSignature,
}

// roleByID knows ids, some of which programs end with a number of their own.
func roleByID(id string) elementRole {
	id = bare(id)
	if role, ok := byID[id]; ok {
		return role
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
		strings.Contains(style, "border-top:1") || strings.Contains(style, "border-top:medium")
}
