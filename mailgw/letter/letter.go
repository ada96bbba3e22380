package letter

import (
	"strings"
	"time"
)

// Letter is an email received, as far as it can be read. All strings but those of
// Header are valid UTF-8 without NUL.
type Letter struct {
	Header Header // raw: values are not decoded

	From        Mailbox // zero when FromErr is not nil
	FromErr     error   // one of ErrFrom...
	Sender      []Mailbox
	ReplyTo     []Mailbox
	To          []Mailbox
	Cc          []Mailbox
	DeliveredTo []string

	Subject    string
	MessageID  string    // with brackets; "" when missing or unusable
	InReplyTo  []string  // with brackets
	References []string  // oldest first
	Date       time.Time // zero when missing or unreadable

	Received      int
	AutoSubmitted string   // keyword in lower case (RFC 3834 section 5), "" when missing
	Precedence    string   // lower case
	ListID        string   // what stands in brackets (RFC 2919)
	Suppress      []string // X-Auto-Response-Suppress, lower case
	ReturnPath    string   // address without brackets; "" also for the null sender
	NullReturn    bool     // a Return-Path of "<>" is there

	Text  string // the whole body as text, LF line ends; "" when it is not to be had
	HTML  string // the whole body as HTML, not sanitised; "" when it is not to be had
	Parts []*Part

	Notes    []Note
	Exceeded []Limit // what ended the reading, or should end the letter
}

// Read reads a letter. raw must not change as long as the letter is in use.
func Read(raw []byte, limits Limits) *Letter {
	l := &Letter{}
	var n notes
	defer func() { l.Notes = n }()
	if len(raw) > limits.Bytes {
		l.Exceeded = append(l.Exceeded, LimitBytes)
		raw = raw[:limits.Bytes]
	}
	header := headerReader{raw: raw, root: true, maxBytes: limits.HeaderBytes, maxFields: limits.HeaderFields, notes: &n}
	header.read()
	if header.exceeded != "" {
		l.Exceeded = append(l.Exceeded, header.exceeded)
		return l
	}
	l.Header = header.fields
	if len(l.Header) == 0 {
		n.add(NoteNoHeader)
	}
	root := newNode(l.Header, nil, &n)
	w := walker{raw: raw, limits: limits, notes: &n}
	w.walk(root, header.pos)
	l.Exceeded = append(l.Exceeded, w.exceeded...)
	charset := firstCharset(root)
	l.readHeader(limits, charset, &n)
	l.readBody(root, limits, charset, &n)
	return l
}

// firstCharset is the best guess for undeclared bytes in headers: what the letter's
// first text declares.
func firstCharset(n *node) string {
	for n.isMultipart() && len(n.children) > 0 {
		n = n.children[0]
	}
	return n.media.params["charset"]
}

func (l *Letter) readHeader(limits Limits, charset string, n *notes) {
	h := l.Header
	for i := range h {
		if !isASCII([]byte(h[i].Value)) {
			n.add(NoteHeader8Bit)
			break
		}
	}
	l.From, l.FromErr = h.author(charset, n)
	l.Sender = h.mailboxes("Sender", limits.Addresses, charset, n)
	l.ReplyTo = h.mailboxes("Reply-To", limits.Addresses, charset, n)
	l.To = h.mailboxes("To", limits.Addresses, charset, n)
	l.Cc = h.mailboxes("Cc", limits.Addresses, charset, n)
	for _, value := range append(h.All("Delivered-To"), h.All("Envelope-To")...) {
		if len(l.DeliveredTo) < limits.Addresses {
			l.DeliveredTo = append(l.DeliveredTo, decodeText(strings.Trim(value, "<> "), charset))
		}
	}
	l.Subject = decodeText(h.Get("Subject"), charset)
	l.MessageID = messageID(h.Get("Message-ID"), n)
	l.InReplyTo = messageIDs(h.Get("In-Reply-To"), limits.References)
	l.References = messageIDs(strings.Join(h.All("References"), " "), limits.References)
	l.Date = date(h.Get("Date"))
	l.readSigns()
	if l.Received = h.Count("Received"); l.Received > limits.Hops {
		l.Exceeded = append(l.Exceeded, LimitHops)
	}
}

// readSigns reads the fields by which programs know each other.
func (l *Letter) readSigns() {
	h := l.Header
	l.AutoSubmitted = keyword(h.Get("Auto-Submitted"))
	l.Precedence = keyword(h.Get("Precedence"))
	for _, word := range strings.FieldsFunc(h.Get("X-Auto-Response-Suppress"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		l.Suppress = append(l.Suppress, toUTF8([]byte(strings.ToLower(word)), ""))
	}
	id := decodeText(h.Get("List-Id"), "")
	if open := strings.LastIndexByte(id, '<'); open >= 0 {
		id = id[open+1:]
	}
	l.ListID = strings.Trim(id, "<> ")
	if h.Has("Return-Path") {
		path := strings.Join(strings.Fields(h.Get("Return-Path")), "")
		l.NullReturn = path == "<>"
		l.ReturnPath = decodeText(strings.Trim(path, "<>"), "")
	}
}

// keyword is the first word of a field in lower case, without comments and
// parameters.
func keyword(value string) string {
	if strings.HasPrefix(value, "(") {
		comment := lexer{s: value}
		comment.comment()
		value = strings.TrimLeft(value[comment.pos:], " \t")
	}
	end := strings.IndexAny(value, " \t;,(")
	if end >= 0 {
		value = value[:end]
	}
	return toUTF8([]byte(strings.ToLower(value)), "")
}

func (l *Letter) readBody(root *node, limits Limits, charset string, n *notes) {
	a := assembler{limits: limits, notes: n, fallback: charset, budget: limits.TextBytes}
	r := a.render(root)
	l.Exceeded = append(l.Exceeded, a.exceeded...)
	if l.Text, l.HTML, l.Parts = r.text, r.html, a.parts; !r.hasText && !r.hasHTML {
		l.HTML = a.spare
	}
	shown := cids(l.HTML)
	number := 0
	for _, p := range l.Parts {
		if p.Kind == Body {
			continue
		}
		if p.isInline(shown) {
			p.Kind = Inline
		}
		number++
		p.measure(number)
		if p.Damaged {
			n.add(NoteDamaged)
		}
	}
}

// Files returns attachments and inlines, in the order sent.
func (l *Letter) Files() []*Part {
	var files []*Part
	for _, p := range l.Parts {
		if p.Kind != Body {
			files = append(files, p)
		}
	}
	return files
}
