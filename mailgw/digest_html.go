package mailgw

import "postern/richtext"

const (
	digestPage richtext.Markup = `<tr><td dir="auto" style="` + plain + `">Messages wait for you at %s.</td></tr>
%s<tr><td style="` + rule + plain + `">
%s<p class="quiet" style="margin:0;` + quiet + `">%s<br>%s <a href="%s">Unsubscribe</a></p>
</td></tr>
`
	digestRow richtext.Markup = `<tr><td dir="%s" align="%s" style="` + rule + plain + `">
<a href="%s"><strong>%s</strong></a>
<div class="quiet" style="` + quiet + `">%s</div>
%s</td></tr>
`
	digestWords richtext.Markup = "<div lang=\"\" dir=\"%s\" align=\"%s\"><strong>%s</strong>: %s</div>\n"
)

func (v *digestView) html() string {
	var parts, more richtext.Markup
	for _, p := range v.Parts {
		var lines richtext.Markup
		for _, l := range p.Lines {
			way := direction(l.Text)
			lines += richtext.Fill(digestWords, way, way.side(), l.Author, l.Text)
		}
		way := direction(p.Title)
		parts += richtext.Fill(digestRow, way, way.side(), p.Link, p.Title, p.Waits, lines)
	}
	if v.More {
		more = richtext.Fill(`<p style="margin:0 0 12px"><a href="%s">%s</a></p>`+"\n", v.Link, digestMore)
	}
	return page(richtext.Fill(digestPage, v.Office, parts, more, digestAnswer, digestEnd, v.Unsubscribe))
}
