package auth

import (
	"strings"

	"postern/mailgw/address"
	"postern/mailgw/letter"
)

// believe takes a relay's word for the letter: the topmost Authentication-Results, when it is signed by the name that the relay goes by. Any other
// came with the letter. It is the relay's to remove fields in its own name that others wrote (RFC 8601, section 5).
func (f *Findings) believe(h letter.Header, name string) bool {
	if name == "" {
		return false
	}
	id, results := parseResults(h.Get("Authentication-Results"))
	if !strings.EqualFold(id, name) {
		return false
	}
	f.Relay = name
	for _, r := range results {
		switch r.method {
		case "spf": // some add one of HELO
			if f.SPFDomain != "" && r.first("smtp.mailfrom") == "" {
				continue
			}
			f.SPF, f.SPFDomain = r.outcome, domainOf(r.first("smtp.mailfrom", "smtp.helo"))
		case "dkim":
			domain := domainOf(r.first("header.d", "header.i"))
			if domain != "" && len(f.DKIM) < maxSignatures {
				f.DKIM = append(f.DKIM, Signature{Domain: domain, Outcome: r.outcome})
			}
		case "dmarc":
			if domain := domainOf(r.first("header.from")); domain == f.From && domain != "" && f.DMARC == None {
				f.DMARC = r.outcome
			}
		}
	}
	return true
}

// domainOf is the domain of an address, or of itself.
func domainOf(value string) string {
	domain, err := address.Domain(value[strings.LastIndexByte(value, '@')+1:])
	if err != nil {
		return ""
	}
	return domain
}

// result is one method's result.
type result struct {
	method     string
	outcome    Outcome
	properties map[string]string // by ptype.property, lower case
}

// first is the first of the properties that is there.
func (r *result) first(names ...string) string {
	for _, name := range names {
		if value := r.properties[name]; value != "" {
			return value
		}
	}
	return ""
}

// maxResults bounds what is read of one field.
const maxResults = 50

// parseResults reads an Authentication-Results value (RFC 8601, section 2.2). What stands in a comment or in quotes is never structure: relays
// write there what the sender said.
func parseResults(value string) (id string, results []result) {
	pieces := splitResults(value)
	if len(pieces) == 0 || len(pieces[0]) == 0 {
		return "", nil
	}
	id = pieces[0][0] // a version may follow
	if strings.Contains(id, "=") {
		return "", nil
	}
	for _, words := range pieces[1:] {
		if r, ok := readResult(words); ok && len(results) < maxResults {
			results = append(results, r)
		}
	}
	return id, results
}

func readResult(words []string) (r result, ok bool) {
	r.properties = map[string]string{}
	for i, w := range words {
		name, value, found := strings.Cut(w, "=")
		name = strings.ToLower(name)
		switch {
		case !found:
			continue
		case i == 0:
			method, _, _ := strings.Cut(name, "/")
			r.method, r.outcome, ok = method, outcome(value), true
		case r.properties[name] == "":
			r.properties[name] = value
		}
	}
	return r, ok
}

func outcome(value string) Outcome {
	switch o := Outcome(strings.ToLower(value)); o {
	case Neutral, Pass, Fail, SoftFail, TempError, PermError:
		return o
	case "hardfail":
		return Fail
	}
	return None
}

// splitResults gives the words between semicolons, without comments and quotes; blanks around '=' do not part words.
func splitResults(value string) (pieces [][]string) {
	var words []string
	var word strings.Builder
	joined := false // the last thing was '=': what comes belongs to it
	end := func() {
		if word.Len() > 0 && !joined {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for i := 0; i < len(value); {
		switch c := value[i]; {
		case c == '(':
			i = skipComment(value, i)
		case c == '"':
			var text string
			text, i = quoted(value, i)
			word.WriteString(strings.ReplaceAll(text, "=", "")) // never a name
			joined = false
		case c == ';':
			joined = false
			end()
			pieces, words = append(pieces, words), nil
			i++
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			if i = skipBlank(value, i); i < len(value) && value[i] != '=' {
				end()
			}
		default:
			word.WriteByte(c)
			joined = c == '='
			i++
		}
	}
	joined = false
	end()
	return append(pieces, words)
}

func skipBlank(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
		i++
	}
	return i
}

// skipComment gives the place after a comment, which may hold others; one that has no end goes to the end.
func skipComment(s string, i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func quoted(s string, i int) (text string, next int) {
	var b strings.Builder
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), i + 1
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), len(s)
}
