package mailgw

import (
	"fmt"

	"postern/chat"
	"postern/mailgw/reply"
)

// Composer makes the bytes of mails. It implements chat.Composer, and sees only what the mail may say.
type Composer struct{ Addresses Addresses }

// marker stands above what we quote in a mail that can be answered: whatever is below it in an answer was not written by the person.
var marker = reply.MarkerLine("Please write your answer above this line")

// Notice tells a recipient that messages wait. In privacy mode it says that and nothing else, in every header and part, whatever else it is handed.
func (c Composer) Notice(f chat.NoticeFacts) (chat.Composed, error) {
	d := draft{
		office: f.Office, to: f.To, messageID: f.MessageID, references: f.PreviousIDs, at: f.At,
		from: c.Addresses.Return(f.Office.ID, f.Mail), replyTo: f.ReplyLocal,
	}
	d.thread = threadIndex(d.firstID(), f.Began, f.At, len(f.PreviousIDs) > 0)
	link := f.Office.URL + "/c/" + f.Conversation.String()
	if f.Content == nil || !chat.LetsOut(f.Mode).Body {
		p := privateWord{oneLine(f.Office.Name), link, f.Copy, f.Opened}
		d.subject, d.text, d.html = p.subject(), p.text(), p.html()
		return d.compose()
	}
	v := viewOf(&f, link)
	d.subject, d.important, d.text, d.html = f.Content.Subject, f.Content.Important, v.text(), v.html()
	if f.Content.Answers != "" { // after Thread-Index, which stays what it is in privacy mode
		d.references = append([]string{f.Content.Answers}, d.references...)
	}
	if chat.LetsOut(f.Mode).Files {
		d.files = f.Content.Enclosed
	}
	return d.compose()
}

// Link carries the link of an invitation or of a new password.
func (c Composer) Link(f chat.LinkFacts) (chat.Composed, error) {
	d := draft{
		office: f.Office, to: f.To, at: f.At,
		messageID: f.Mail.String() + "@" + f.Office.MailDomain, from: c.Addresses.Return(f.Office.ID, f.Mail),
	}
	office, link := oneLine(f.Office.Name), f.Office.URL+"/link#"+f.Token
	switch f.Kind {
	case chat.InviteLink:
		d.subject = "Your invitation to " + office
		d.text = office + " invites you to write to each other in a protected place.\n\nChoose your password here, within seven days:\n" + link + "\n"
	case chat.ResetLink:
		d.subject = "Choose a new password"
		d.text = "Somebody, probably you, asked for a new password at " + office + ".\n\nChoose it here, within an hour:\n" + link +
			"\n\nIf it was not you, there is nothing to do: the old one stays.\n"
	default:
		return chat.Composed{}, fmt.Errorf("a link of kind %q goes by no mail", f.Kind)
	}
	return d.compose()
}
