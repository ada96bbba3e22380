package mailgw

import (
	"html/template"
	"strings"
)

// noticePage is what a mail program shows: plain tables and few styles, since that is what all of them can do.
var noticePage = template.Must(template.New("notice").Parse(`<!doctype html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:16px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5">
<p style="color:#6b7280;font-size:12px">{{.Marker}}</p>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px">
{{range .Messages}}<tr><td dir="auto" style="padding:12px 0;border-top:1px solid #d1d5db">
<strong>{{.Author}}</strong>{{.Label}}
<div>{{.Body}}</div>
{{with .Below}}<div style="color:#6b7280">{{.}}</div>
{{end}}{{range .Files}}<p>{{if .URL}}<a href="{{.URL}}">{{.Name}}</a>{{else}}{{.Name}} {{.Attached}}{{end}}</p>{{end}}</td></tr>
{{end}}<tr><td style="padding:16px 0;border-top:1px solid #d1d5db">{{with .More}}<p>{{.}}</p>{{end}}<a href="{{.Link}}">Read and answer</a> · {{.Office}}
{{with .Warning}}<p style="color:#6b7280;font-size:12px">{{.}}</p>{{end}}</td></tr>
</table></body></html>
`))

// Attached is the template's.
func (fileView) Attached() string { return attached }

// Label is the template's.
func (m messageView) Label() string { return m.label() }

// Body is the message as the template puts it in: its HTML as it was stored, or its text.
func (m messageView) Body() any {
	if m.HTML == "" {
		return m.Text
	}
	return template.HTML(m.HTML) //nolint:gosec // sanitised when it was stored
}

// Below is the signature as the template puts it in.
func (m messageView) Below() template.HTML {
	return template.HTML(m.Signature.HTML) //nolint:gosec // sanitised when it was stored
}

// Warning is the template's.
func (v *noticeView) Warning() string {
	switch {
	case v.Copy:
		return copyNotice
	case v.hasNotes():
		return noteWarning
	}
	return ""
}

func (v *noticeView) html() string {
	var b strings.Builder
	if err := noticePage.Execute(&b, v); err != nil {
		panic("mailgw: the notice template does not fit its data: " + err.Error())
	}
	return b.String()
}
