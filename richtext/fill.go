package richtext

import (
	"fmt"
	"html"
)

// Markup is HTML that stands in a program, or was made of it by [Fill]: never what anybody wrote, unless it was sanitised.
type Markup string

// Fill puts values where the markup has %s: a string as text, which can be no markup, [Markup] as it is. It goes between tags and into attributes in
// double quotes, not into scripts, styles or addresses that somebody chose. (html/template knows those, but calls methods by their names: with it in a
// program the linker keeps every method of everything, a quarter of the binary.)
func Fill(markup Markup, values ...any) Markup {
	shown := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case Markup:
			shown[i] = string(v)
		default:
			shown[i] = html.EscapeString(fmt.Sprint(v))
		}
	}
	return Markup(fmt.Sprintf(string(markup), shown...))
}
