package mailgw

import "postern/richtext"

const (
	digestPage richtext.Markup = `<!doctype html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:16px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5">
<p dir="auto">Messages wait for you at %s.</p>
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="max-width:640px">
%s</table>
%s<p style="color:#6b7280;font-size:12px">%s<br>%s <a href="%s">Unsubscribe</a></p>
</body></html>
`
	digestRow richtext.Markup = `<tr><td dir="auto" style="padding:12px 0;border-top:1px solid #d1d5db">
<a href="%s"><strong>%s</strong></a>
<div style="color:#6b7280">%s</div>
%s</td></tr>
`
	digestWords richtext.Markup = "<div dir=\"auto\"><strong>%s</strong>: %s</div>\n"
)

func (v *digestView) html() string {
	var parts, more richtext.Markup
	for _, p := range v.Parts {
		var lines richtext.Markup
		for _, l := range p.Lines {
			lines += richtext.Fill(digestWords, l.Author, l.Text)
		}
		parts += richtext.Fill(digestRow, p.Link, p.Title, p.Waits, lines)
	}
	if v.More {
		more = richtext.Fill(`<p><a href="%s">%s</a></p>`+"\n", v.Link, digestMore)
	}
	return string(richtext.Fill(digestPage, v.Office, parts, more, digestAnswer, digestEnd, v.Unsubscribe))
}
