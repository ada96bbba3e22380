package mailgw

import (
	"postern/richtext"
)

// What a mail program shows: plain tables and few styles, since that is what all of them can do.
const (
	noticePage richtext.Markup = `<!doctype html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:16px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5">
<p style="color:#6b7280;font-size:12px">%s</p>
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="max-width:640px">
%s<tr><td style="padding:16px 0;border-top:1px solid #d1d5db">%s<a href="%s">Read and answer</a> · %s
%s</td></tr>
</table></body></html>
`
	noticeMessage richtext.Markup = `<tr><td dir="auto" style="padding:12px 0;border-top:1px solid #d1d5db">
<strong>%s</strong>%s
<div>%s</div>
%s%s</td></tr>
`
	noticeSignature richtext.Markup = "<div style=\"color:#6b7280\">%s</div>\n"
	noticeWarning   richtext.Markup = `<p style="color:#6b7280;font-size:12px">%s</p>`
)

func (v *noticeView) html() string {
	var messages, more, warning richtext.Markup
	for i := range v.Messages {
		messages += v.Messages[i].markup()
	}
	if v.More != "" {
		more = richtext.Fill(`<p>%s</p>`, v.More)
	}
	if text := v.warning(); text != "" {
		warning = richtext.Fill(noticeWarning, text)
	}
	return string(richtext.Fill(noticePage, v.Marker, messages, more, v.Link, v.Office, warning))
}

func (m *messageView) markup() richtext.Markup {
	var body any = m.Text
	if m.HTML != "" {
		body = richtext.Markup(m.HTML) // sanitised when it was stored
	}
	var signature, files richtext.Markup
	if m.Signature.HTML != "" {
		signature = richtext.Fill(noticeSignature, richtext.Markup(m.Signature.HTML)) // likewise
	}
	for _, f := range m.Files {
		if f.URL == "" {
			files += richtext.Fill(`<p>%s %s</p>`, f.Name, attached)
		} else {
			files += richtext.Fill(`<p><a href="%s">%s</a></p>`, f.URL, f.Name)
		}
	}
	return richtext.Fill(noticeMessage, m.Author, m.label(), body, signature, files)
}

// warning is the last line of a mail that needs one.
func (v *noticeView) warning() string {
	switch {
	case v.Copy:
		return copyNotice
	case v.hasNotes():
		return noteWarning
	}
	return ""
}
