package letter

import "strings"

// unflow joins the lines of format=flowed (RFC 3676): a line that ends in a space
// goes on in the next one of the same quote depth. With delSp that space was added
// for the purpose and goes. The signature separator "-- " is never joined. Quoted
// lines come out with their marks and a space after them.
func unflow(text string, delSp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	depth, open := 0, false // of the paragraph being joined
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		quotes, content := unquote(line)
		if open && (quotes != depth || content == "-- ") {
			out.WriteByte('\n')
			open = false
		}
		if !open && quotes > 0 {
			out.WriteString(line[:quotes])
			out.WriteByte(' ')
		}
		depth = quotes
		open = strings.HasSuffix(content, " ") && content != "-- "
		if open && delSp {
			content = content[:len(content)-1]
		}
		out.WriteString(content)
		if !open {
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// unquote counts quote marks and removes the space that stuffing put before the
// rest (RFC 3676 sections 4.4 and 4.5).
func unquote(line string) (depth int, content string) {
	for depth < len(line) && line[depth] == '>' {
		depth++
	}
	return depth, strings.TrimPrefix(line[depth:], " ")
}
