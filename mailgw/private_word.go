package mailgw

import "postern/richtext"

// privateWord is all that a mail says in privacy mode: the same of every message.
type privateWord struct {
	office, link string
	copy         bool // to the author of the message
	opened       bool // to the author of a message that was opened
}

const saysNoMore = "This mail says no more, to protect what is written there."

func (p privateWord) subject() string {
	if p.opened {
		return "A message of yours was opened"
	}
	if p.copy {
		return "Your message was announced by mail"
	}
	return "A message waits for you"
}

func (p privateWord) word() (waits, sign string) {
	if p.opened {
		return "A message of yours at " + p.office + " was opened.", "Sign in to see which"
	}
	if p.copy {
		return "Word of a message of yours at " + p.office + " went out by mail. This is your copy.", "Sign in to read it"
	}
	return "A message waits for you at " + p.office + ".", "Sign in to read it and to answer"
}

func (p privateWord) text() string {
	waits, sign := p.word()
	return waits + "\n\n" + sign + ":\n" + p.link + "\n\n" + saysNoMore + "\n"
}

const privatePage richtext.Markup = `<tr><td style="` + plain + `">
<p style="margin:0 0 16px">%s</p>
%s<p class="quiet" style="margin:16px 0 0;` + quiet + `">%s</p>
</td></tr>
`

func (p privateWord) html() string {
	waits, sign := p.word()
	return page(richtext.Fill(privatePage, waits, button(p.link, sign), saysNoMore))
}
