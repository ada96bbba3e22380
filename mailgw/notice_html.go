package mailgw

import (
	"html"
	"strings"

	"postern/richtext"
)

// What mail programs show. Outlook lays out with Word: tables, and styles on each cell. Gmail takes the head with its styles away where it likes, so that nothing may
// depend on it; and whoever shows mails in dark colours changes those that are named. So there are no colours but where there must be: text, ground and links are the program's own.
const (
	font  = "font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5"
	wraps = ";overflow-wrap:anywhere;word-break:break-word"
	plain = "padding:12px 0;" + font + wraps
	quiet = "color:#6b7280;font-size:13px"
	rule  = "border-top:1px solid #9ca3af;"

	lineBreak = "<br>"
)

const (
	mailPage richtext.Markup = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){.quiet{color:#a8b0bd!important}}</style></head>
<body lang="en" style="margin:0;padding:16px;` + font + `">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" lang="en" width="100%%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px">
%s</table>
<!--[if mso]></td></tr></table><![endif]-->
</body></html>
`
	mailButton richtext.Markup = `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td bgcolor="#1d4ed8" style="border-radius:6px;padding:9px 18px;background-color:#1d4ed8;` + font + `">
<a href="%s" style="color:#ffffff;font-weight:bold;text-decoration:none">%s</a></td></tr></table>
`
	noticeHead richtext.Markup = `<tr><td class="quiet" style="` + plain + `;` + quiet + `">%s</td></tr>
<tr><td dir="%s" align="%s" style="padding:0 0 12px;` + font + wraps + `;font-size:18px;font-weight:bold">%s</td></tr>
%s`
	noticeImportant richtext.Markup = `<tr><td style="padding:0 0 12px;` + font + `"><strong>` + important + `</strong></td></tr>
`
	noticeOpened richtext.Markup = `<tr><td style="padding:0 0 12px;` + font + wraps + `"><strong><bdi>%s</bdi></strong></td></tr>
`
	noticeMessage richtext.Markup = `<tr><td dir="%s" align="%s" style="` + rule + plain + `%s">
<p style="margin:0 0 8px"><strong><bdi>%s</bdi>%s</strong></p>
<div lang="">%s</div>
%s</td></tr>
`
	noticeRest      richtext.Markup = "<p style=\"margin:0 0 12px\"><em>%s</em></p>\n"
	noticeSignature richtext.Markup = "<div class=\"quiet\" lang=\"\" style=\"" + quiet + "\">%s</div>\n"
	noticeLink      richtext.Markup = "<p style=\"margin:0 0 8px\"><a href=\"%s\"><bdi>%s</bdi></a></p>\n"
	noticeEnclosed  richtext.Markup = "<p style=\"margin:0 0 8px\"><strong><bdi>%s</bdi></strong> " + attached + "</p>\n"
	noticeFoot      richtext.Markup = `<tr><td style="` + rule + plain + `">
%s<p class="quiet" style="margin:0 0 12px;` + quiet + `">%s</p>
%s%s</td></tr>
`
	noticeWarning richtext.Markup = "<p class=\"quiet\" style=\"margin:12px 0 0;" + quiet + "\">%s</p>\n"

	// Gmail folds what has this class; others fold details, or show all of it under its heading.
	noticeEarlier richtext.Markup = `<tr><td style="` + rule + plain + `"><div class="gmail_quote"><details>
<summary class="quiet" style="` + quiet + `">` + before + `</summary>
%s</details></div></td></tr>
`
	noticeBefore richtext.Markup = `<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0"><tr><td dir="%s" align="%s" class="quiet" style="` + plain + `;` + quiet + `">
<strong>%s</strong>` + lineBreak + `<span lang="">%s</span></td></tr></table>
`
)

func page(rows richtext.Markup) string { return string(richtext.Fill(mailPage, rows)) }

func button(link, says string) richtext.Markup { return richtext.Fill(mailButton, link, says) }

func (v *noticeView) html() string {
	var level, more, warning, earlier richtext.Markup
	if v.Important {
		level = noticeImportant
	}
	way := direction(v.Title)
	rows := richtext.Fill(noticeHead, v.Marker, way, way.side(), v.Title, level)
	if v.Opened != "" {
		rows += richtext.Fill(noticeOpened, v.Opened)
	}
	for i := range v.Messages {
		rows += v.Messages[i].markup()
	}
	if v.More != "" {
		more = richtext.Fill(`<p style="margin:0 0 12px">%s</p>`, v.More)
	}
	if text := v.warning(); text != "" {
		warning = richtext.Fill(noticeWarning, text)
	}
	rows += richtext.Fill(noticeFoot, more, v.Office, button(v.Link, readAndAnswer), warning)
	for _, m := range v.Earlier {
		way := direction(m.Text)
		earlier += richtext.Fill(noticeBefore, way, way.side(), m.By, linesOf(m.Text))
	}
	if earlier != "" {
		rows += richtext.Fill(noticeEarlier, earlier)
	}
	return page(rows)
}

func (m *messageView) markup() richtext.Markup {
	way := direction(m.Text)
	body := linesOf(m.Text)
	if m.HTML != "" {
		body = inlined(m.HTML, way)
	}
	var below richtext.Markup
	if m.Cut {
		below += richtext.Fill(noticeRest, restWaits)
	}
	if m.Signature.HTML != "" {
		below += richtext.Fill(noticeSignature, inlined(m.Signature.HTML, direction(m.Signature.Text)))
	}
	for _, f := range m.Files {
		if f.URL == "" {
			below += richtext.Fill(noticeEnclosed, f.Name)
		} else {
			below += richtext.Fill(noticeLink, f.URL, f.Name)
		}
	}
	if m.MoreFiles > 0 {
		below += richtext.Fill(noticeRest, m.moreFiles())
	}
	var edge richtext.Markup
	if m.Note {
		edge = richtext.Markup(";border-" + way.start() + ":4px solid #d97706;padding-" + way.start() + ":12px")
	}
	return richtext.Fill(noticeMessage, way, way.side(), edge, m.Author, noteLabel(m.Note), body, below)
}

// linesOf is text as markup.
func linesOf(text string) richtext.Markup {
	return richtext.Markup(strings.ReplaceAll(html.EscapeString(text), "\n", lineBreak))
}
