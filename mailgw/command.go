package mailgw

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// command is one line of a client's (RFC 5321, section 4.1), without its line end.
type command struct {
	verb string // upper case
	args string
}

// readCommand takes a line apart; false: it holds what no command may.
func readCommand(line string) (c command, ok bool) {
	if !utf8.ValidString(line) || strings.ContainsFunc(line, isControl) {
		return command{}, false
	}
	verb, args, _ := strings.Cut(line, " ")
	return command{strings.ToUpper(verb), strings.Trim(args, " ")}, verb != ""
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// param is a parameter of MAIL or RCPT; without a value it stands alone.
type param struct {
	name  string // upper case
	value string
	bare  bool
}

// readPath reads what follows MAIL and RCPT: `FROM:<address> parameters`. A source route is left out (RFC 5321, appendix F.2), quotes stay, as
// [address.Split] wants them. The address may be empty.
func readPath(args, keyword string) (path string, params []param, refused *response) {
	if len(args) < len(keyword) || !strings.EqualFold(args[:len(keyword)], keyword) {
		return "", nil, errSyntax
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(args[len(keyword):], " "), "<")
	if !ok {
		return "", nil, errPath
	}
	if strings.HasPrefix(rest, "@") {
		if _, rest, ok = strings.Cut(rest, ":"); !ok {
			return "", nil, errPath
		}
	}
	end := pathEnd(rest)
	if end < 0 {
		return "", nil, errPath
	}
	path, rest = rest[:end], rest[end+1:]
	if rest != "" && rest[0] != ' ' {
		return "", nil, errPath
	}
	params, refused = readParams(rest)
	return path, params, refused
}

// pathEnd finds the bracket that ends a path, which a quoted local part may hold too; -1: there is none.
func pathEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '>':
			return i
		case c == '<', c == ' ':
			return -1
		}
	}
	return -1
}

// readParams reads parameters, each of which may be there once.
func readParams(s string) (params []param, refused *response) {
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		name, value, found := strings.Cut(word, "=")
		p := param{strings.ToUpper(name), value, !found}
		if p.name == "" || found && value == "" || seen[p.name] {
			return nil, errValue
		}
		seen[p.name] = true
		params = append(params, p)
	}
	return params, nil
}

// envelope is what MAIL says of a letter that is still to come.
type envelope struct {
	size uint64 // as declared; zero: it was not
}

// readMailParams knows SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531): the latter two change nothing, since letters are taken as bytes.
func readMailParams(params []param) (e envelope, refused *response) {
	for _, p := range params {
		ok := true
		switch p.name {
		case "SIZE":
			e.size, ok = readSize(p.value)
		case "BODY":
			ok = strings.EqualFold(p.value, "7BIT") || strings.EqualFold(p.value, "8BITMIME")
		case "SMTPUTF8":
			ok = p.bare
		default:
			return e, errOption
		}
		if !ok {
			return e, errValue
		}
	}
	return e, nil
}

// readSize reads at most 20 digits, and no sign (RFC 1870, section 4). What no number holds is as much as there can be.
func readSize(s string) (uint64, bool) {
	if s == "" || len(s) > 20 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.ParseUint(s, 10, 64) // digits alone: past its range it gives the largest
	return n, true
}

// readChunk reads what follows BDAT (RFC 3030, section 2).
func readChunk(args string) (size uint64, last, ok bool) {
	number, word, more := strings.Cut(args, " ")
	size, ok = readSize(number)
	return size, more, ok && (!more || strings.EqualFold(word, "LAST"))
}
