package letter

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mailbox is a display name and an address.
type Mailbox struct {
	Name    string // decoded; anything a sender likes
	Address string // addr-spec (RFC 5322 section 3.4.1): never holds encoded-words, comments, controls
}

// Why a letter has no single author. All but ErrFromMissing and ErrFromRepeated
// leave room for a reader to tell who wrote; these two break RFC 5322 section 3.6
// and can make two servers believe two authors.
var (
	ErrFromMissing   = errors.New("no From field")
	ErrFromRepeated  = errors.New("several From fields")
	ErrFromSeveral   = errors.New("several addresses in From")
	ErrFromGroup     = errors.New("a group in From")
	ErrFromMalformed = errors.New("no address can be read from From")
)

var errMalformed = errors.New("malformed mailbox")

// author reads From, which must name exactly one mailbox in a way that every
// receiver reads alike.
func (h Header) author(fallback string, n *notes) (Mailbox, error) {
	switch h.Count("From") {
	case 0:
		return Mailbox{}, ErrFromMissing
	case 1:
	default:
		return Mailbox{}, ErrFromRepeated
	}
	list := readMailboxes(h.fromValue(n), 2, fallback)
	switch {
	case list.group:
		return Mailbox{}, ErrFromGroup
	case list.several || len(list.mailboxes) > 1:
		return Mailbox{}, ErrFromSeveral
	case list.malformed || len(list.mailboxes) == 0:
		return Mailbox{}, ErrFromMalformed
	}
	return list.mailboxes[0], nil
}

// fromValue is From without the lines folded to it that are fields of their own,
// indented by mistake.
func (h Header) fromValue(n *notes) string {
	for i := range h {
		if !strings.EqualFold(h[i].Name, "From") {
			continue
		}
		lines := strings.SplitAfter(string(h[i].Raw), "\n")
		for j, line := range lines[1:] {
			name := fieldName([]byte(strings.TrimSpace(line)))
			if isKnownField(name) {
				n.add(NoteIndentedHeader)
				text, _ := unfold([]byte(strings.Join(lines[:j+1], "")), false)
				return text[strings.IndexByte(text, ':')+1:]
			}
		}
		return h[i].Value
	}
	return ""
}

// mailboxes reads the lists of every field of that name, as far as they can be
// read, at most limit together.
func (h Header) mailboxes(name string, limit int, fallback string, n *notes) []Mailbox {
	var all []Mailbox
	for _, value := range h.All(name) {
		list := readMailboxes(value, limit-len(all), fallback)
		all = append(all, list.mailboxes...)
		if list.malformed || list.several || list.cut {
			n.add(NoteAddresses)
		}
		if list.cut {
			break
		}
	}
	return all
}

// mailboxList is what a field's text held.
type mailboxList struct {
	mailboxes []Mailbox
	group     bool // group syntax (RFC 5322 section 3.4), taken apart
	several   bool // addresses that no comma separates, left out
	malformed bool // something that is no mailbox, left out
	cut       bool // more than the limit
}

func readMailboxes(value string, limit int, fallback string) mailboxList {
	var list mailboxList
	all := tokens(value)
	for len(all) > 0 {
		end, group := chunk(all)
		piece := all[:end]
		all = all[min(end+1, len(all)):]
		list.group = list.group || group
		if group || onlyComments(piece) {
			continue
		}
		m, err := readMailbox(piece, fallback)
		switch {
		case errors.Is(err, ErrFromSeveral):
			list.several = true
		case err != nil:
			list.malformed = true
		case len(list.mailboxes) == limit:
			list.cut = true
			return list
		default:
			list.mailboxes = append(list.mailboxes, m)
		}
	}
	return list
}

// chunk finds the end of the first mailbox, or of the name that opens a group.
func chunk(all []token) (end int, group bool) {
	angle := false
	for i, t := range all {
		switch {
		case t.kind == '<':
			angle = true
		case t.kind == '>':
			angle = false
		case angle:
		case t.kind == ',' || t.kind == ';':
			return i, false
		case t.kind == ':':
			return i, true
		}
	}
	return len(all), false
}

func onlyComments(all []token) bool {
	for _, t := range all {
		if t.kind != tokenComment {
			return false
		}
	}
	return true
}

// readMailbox reads name and address, or an address with its name in a comment.
func readMailbox(all []token, fallback string) (Mailbox, error) {
	open := indexKind(all, '<')
	if open < 0 {
		return bareMailbox(all, fallback)
	}
	end := indexKind(all[open:], '>')
	if end < 0 {
		return Mailbox{}, errMalformed
	}
	end += open
	if indexKind(all[end:], '<') >= 0 {
		return Mailbox{}, ErrFromSeveral
	}
	if !onlyComments(all[end+1:]) {
		return Mailbox{}, errMalformed
	}
	address, err := addrSpec(all[open+1 : end])
	if err != nil {
		return Mailbox{}, err
	}
	name := all[:open]
	if indexKind(name, '@') >= 0 && !strings.EqualFold(join(name), address) {
		return Mailbox{}, ErrFromSeveral // an unquoted address before the address
	}
	return Mailbox{Name: phrase(name, fallback), Address: address}, nil
}

func bareMailbox(all []token, fallback string) (Mailbox, error) {
	var comment string
	spec := make([]token, 0, len(all))
	for _, t := range all {
		if t.kind == tokenComment {
			comment = t.text
			continue
		}
		spec = append(spec, t)
	}
	if lastKind(spec, '@')-indexKind(spec, '@') > 2 { // a@b c@d, not a@b@c
		return Mailbox{}, ErrFromSeveral
	}
	address, err := addrSpec(spec)
	return Mailbox{Name: decodeText(comment, fallback), Address: address}, err
}

// addrSpec takes exactly local part, '@' and domain, nothing between them.
func addrSpec(all []token) (string, error) {
	if len(all) != 3 || all[1].kind != '@' || all[1].space || all[2].space {
		return "", errMalformed
	}
	local, domain := all[0], all[2]
	if domain.kind == tokenLiteral && !isClean(domain.text) || domain.kind != tokenLiteral && !isDomain(domain) {
		return "", errMalformed
	}
	switch {
	case local.kind == tokenAtom && isClean(local.text) && !strings.Contains(local.text, "=?"):
		return local.text + "@" + domain.text, nil
	case local.kind == tokenQuoted && local.text != "" && isClean(local.text):
		return quoteLocal(local.text) + "@" + domain.text, nil
	}
	return "", errMalformed
}

// isDomain holds for dot-separated labels; what a name server would say of them is
// for those who ask it.
func isDomain(t token) bool {
	if t.kind != tokenAtom || len(t.text) > 255 || !isClean(t.text) {
		return false
	}
	for label := range strings.SplitSeq(t.text, ".") {
		if label == "" {
			return false
		}
	}
	for _, r := range t.text {
		if r < utf8.RuneSelf && r != '.' && r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// isClean: valid UTF-8 that a reader can see.
func isClean(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || r != ' ' && (unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)) {
			return false
		}
	}
	return true
}

// quoteLocal writes a local part with quotes where it needs them (RFC 5321 section
// 4.1.2).
func quoteLocal(local string) string {
	if !strings.ContainsAny(local, specials+" ") {
		return local
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"`
}

func indexKind(all []token, kind byte) int {
	for i, t := range all {
		if t.kind == kind {
			return i
		}
	}
	return -1
}

func lastKind(all []token, kind byte) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].kind == kind {
			return i
		}
	}
	return -1
}

func join(all []token) string {
	var b strings.Builder
	for _, t := range all {
		b.WriteString(t.text)
	}
	return b.String()
}
