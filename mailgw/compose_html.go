package mailgw

import (
	"html/template"
	"strings"

	"postern/chat"
)

// noticePage is what a mail program shows: plain tables and few styles, since that is what all of them can do.
var noticePage = template.Must(template.New("notice").Parse(`<!doctype html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:16px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5">
<p style="color:#6b7280;font-size:12px">{{.Marker}}</p>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px">
{{range .Messages}}<tr><td dir="auto" style="padding:12px 0;border-top:1px solid #d1d5db">
<strong>{{.Author}}</strong>
<div>{{.Body}}</div>
{{range .Files}}<p><a href="{{.URL}}">{{.Name}}</a></p>{{end}}</td></tr>
{{end}}<tr><td style="padding:16px 0;border-top:1px solid #d1d5db"><a href="{{.Link}}">Read and answer</a> · {{.Office}}</td></tr>
</table></body></html>
`))

type noticeView struct {
	Marker, Link, Office string
	Messages             []messageView
}

type messageView struct {
	Author string
	Body   template.HTML // sanitised by richtext before it was stored
	Files  []fileView
}

type fileView struct{ Name, URL string }

func noticeHTML(f chat.NoticeFacts, link string) string {
	v := noticeView{Marker: Marker, Link: link, Office: f.Office.Name}
	for _, m := range f.Content.Messages {
		mv := messageView{Author: m.Author.Name, Body: template.HTML(m.HTML)} //nolint:gosec // sanitised when it was stored
		for _, a := range m.Attachments {
			mv.Files = append(mv.Files, fileView{a.Name, f.Office.URL + "/api/v1/attachments/" + a.ID.String()})
		}
		v.Messages = append(v.Messages, mv)
	}
	var b strings.Builder
	if err := noticePage.Execute(&b, v); err != nil {
		panic("mailgw: the notice template does not fit its data: " + err.Error())
	}
	return b.String()
}
