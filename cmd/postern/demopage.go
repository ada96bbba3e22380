package main

import (
	"net/http"

	"postern/richtext"
)

const demoFrame richtext.Markup = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>%[1]s - Postern demo</title><link rel="stylesheet" href="/demo/style.css"></head>
<body><header><strong>Postern demo</strong> <a href="/demo">People</a> <a href="/demo/mailbox">Mailbox</a></header><main><h1>%[1]s</h1>
%[2]s
</main></body></html>
`

func showDemo(w http.ResponseWriter, title string, content richtext.Markup) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(richtext.Fill(demoFrame, title, content))) // whoever hung up does not read it
}

func demoPeoplePage(office string, people []*demoPerson) richtext.Markup {
	var rows richtext.Markup
	for _, p := range people {
		rows += richtext.Fill(`<tr><td>%[1]s</td><td>%[2]s</td><td>%[3]s</td>
<td><form method="post" action="/demo/sign-in"><input type="hidden" name="email" value="%[3]s"><button>Sign in as %[1]s</button></form></td></tr>
`, p.Name, p.Role, p.Email)
	}
	return richtext.Fill(`<p>Everybody of %s. Open each person in a window of their own (a private window, or another browser), and watch messages arrive.</p>
<table><thead><tr><th>Name</th><th>Role</th><th>Address</th><th></th></tr></thead><tbody>
%s</tbody></table>`, office, rows)
}

func demoMailboxPage(mails []demoMail) richtext.Markup {
	rows := richtext.Markup(`<tr><td colspan="3">No mail yet.</td></tr>`)
	if len(mails) > 0 {
		rows = ""
	}
	for _, m := range mails {
		rows += richtext.Fill(`<tr><td>%s</td><td><a href="/demo/mailbox/%s">%s</a></td><td>%s</td></tr>
`, m.To, m.ID, m.Subject, m.At.Format("15:04:05"))
	}
	return richtext.Fill(`<p>Every mail that went out, newest first. Mail goes only to somebody who did not read in Postern within a few seconds.</p>
<table><thead><tr><th>To</th><th>Subject</th><th>Sent</th></tr></thead><tbody>
%s</tbody></table>`, rows)
}

func demoMailPage(m *demoMail) richtext.Markup {
	var answered, form richtext.Markup
	if m.Answered != "" {
		answered = richtext.Fill(`<p role="status"><strong>Your answer was %s.</strong></p>`, m.Answered)
	}
	if m.ReplyTo != "" {
		form = richtext.Fill(`<form method="post" action="/demo/mailbox/%[1]s">
<label for="text">Answer as %[2]s (goes to %[3]s through the SMTP port)</label>
<textarea id="text" name="text" rows="6" required></textarea><button>Send answer</button></form>`, m.ID, m.To, m.ReplyTo)
	}
	return richtext.Fill(`<p>From %s to %s, %s</p>
<pre>%s</pre>
%s%s`, m.From, m.To, m.At.Format("2 January 15:04:05"), m.Text, answered, form)
}
