package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"postern/mailgw"
	"postern/mailgw/address"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
	"postern/mailgw/reply"
)

type letterCmd struct {
	Inspect inspectCmd `cmd:"" help:"Read a letter as the gateway would, and say what becomes of it."`
}

type inspectCmd struct {
	JSON        bool    `name:"json" help:"One JSON object."`
	Kind        string  `help:"What the file is: a letter, or only its body as text or HTML." enum:"eml,text,html" default:"eml"`
	Participant string  `help:"Address of the participant whose reply address it was sent to." placeholder:"ADDRESS"`
	MailFrom    *string `help:"Envelope sender; empty or <>: none (default: the address in From)." placeholder:"ADDRESS"`
	Rcpt        string  `help:"Envelope recipient." placeholder:"ADDRESS"`
	Hello       string  `name:"helo" help:"What the client calls itself in EHLO." placeholder:"NAME"`
	IP          string  `name:"ip" help:"Address of the client. With it, or --dns, SPF, DKIM and DMARC are asked for." placeholder:"ADDRESS"`
	DNS         string  `name:"dns" help:"File of records that stands in for the name servers: NAME TYPE VALUE a line; TXT, A, AAAA, MX, PTR, and NAME SERVFAIL." type:"existingfile" placeholder:"FILE"`
	File        string  `arg:"" help:"The file, or - for standard input."`
}

// inspected is what an operator is shown.
type inspected struct {
	Class       string          `json:"class"`
	From        string          `json:"from"`
	Subject     string          `json:"subject"`
	Reply       string          `json:"reply"`
	Folded      string          `json:"folded"`
	Attachments []inspectedFile `json:"attachments"`
	Fate        string          `json:"fate"`
	Reason      string          `json:"reason"`
	Auth        *inspectedAuth  `json:"auth,omitempty"`
}

// inspectedAuth is what was found out about the author. The outcomes are in the words of RFC 8601.
type inspectedAuth struct {
	From    string          `json:"from"` // domain
	SPF     string          `json:"spf"`
	DKIM    []inspectedDKIM `json:"dkim"`
	DMARC   string          `json:"dmarc"`
	Policy  string          `json:"policy,omitempty"` // of a fail
	Verdict string          `json:"verdict"`          // proven, unproven, doubtful, forged, later
	Reason  string          `json:"reason"`
}

type inspectedDKIM struct {
	Domain string `json:"domain"`
	Result string `json:"result"`
}

type inspectedFile struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Inline bool   `json:"inline"`
}

// Run prints what Postern makes of the letter.
func (c *inspectCmd) Run(ctx context.Context, io streams) error {
	raw, err := c.read(io.in)
	if err != nil {
		return err
	}
	seen, err := c.inspect(ctx, raw)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(io.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(seen)
	}
	return seen.print(io.out)
}

func (c *inspectCmd) read(in io.Reader) ([]byte, error) {
	limit := int64(letter.DefaultLimits().Bytes) + 1
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	return io.ReadAll(io.LimitReader(in, limit))
}

func (c *inspectCmd) inspect(ctx context.Context, raw []byte) (inspected, error) {
	switch c.Kind {
	case "text":
		return inspectedBody(reply.Cut(decoded(raw), "", reply.Options{})), nil
	case "html":
		return inspectedBody(reply.Cut("", decoded(raw), reply.Options{})), nil
	}
	raw = crlf(raw)
	r := mailgw.NewReader(letter.DefaultLimits()).Read(raw, letter.Envelope{NullSender: c.nullSender(), Own: c.isOwn, Answers: c.isAnswer})
	seen := inspected{
		Class: string(r.Verdict.Class), From: r.Letter.From.Address, Subject: r.Letter.Subject, Reply: r.Text, Folded: r.Folded,
		Attachments: []inspectedFile{}, Fate: string(r.Verdict.Fate), Reason: r.Verdict.Reason,
	}
	for _, f := range r.Files {
		seen.Attachments = append(seen.Attachments, inspectedFile{f.Name, f.Sniffed, f.Size, f.Kind == letter.Inline})
	}
	if r.Verdict.Class != letter.ClassHuman || r.Verdict.Fate == letter.Reject {
		return seen, nil
	}
	return seen, c.bind(ctx, raw, &r, &seen)
}

// bind says what becomes of a person's letter by who wrote it.
func (c *inspectCmd) bind(ctx context.Context, raw []byte, r *mailgw.Reading, seen *inspected) error {
	local, _, _ := strings.Cut(c.Rcpt, "@")
	if address.IsReturn(local) {
		seen.Fate, seen.Reason = string(letter.Reject), "a person's letter to an address that only takes delivery reports"
		return nil
	}
	posted := r.Verdict.Fate == letter.AcceptReply || r.Verdict.Fate == letter.AcceptWithAttachments
	if posted && c.Participant != "" && !address.Equal(r.Letter.From.Address, c.Participant) {
		posted, seen.Fate, seen.Reason = false, string(letter.Quarantine), "From is not the participant's address"
	}
	if c.IP == "" && c.DNS == "" {
		return nil
	}
	found, err := c.authenticate(ctx, raw, r.Letter)
	if err != nil {
		return err
	}
	seen.Auth = inspectedAuthOf(found)
	switch standing, why := found.Standing(); {
	case standing == auth.Later:
		seen.Fate, seen.Reason = "defer_4xx", why
	case standing == auth.Forged:
		seen.Fate, seen.Reason = string(letter.Reject), why
	case standing == auth.Doubtful && posted:
		seen.Fate, seen.Reason = string(letter.Quarantine), why
	}
	return nil
}

func (c *inspectCmd) authenticate(ctx context.Context, raw []byte, l *letter.Letter) (auth.Findings, error) {
	checker, e := auth.Checker{DNS: auth.System("")}, auth.Envelope{Hello: c.Hello, MailFrom: c.mailFrom(l)}
	if c.DNS != "" {
		file, err := os.Open(c.DNS)
		if err != nil {
			return auth.Findings{}, err
		}
		defer file.Close()
		if checker.DNS, err = auth.ReadZone(file); err != nil {
			return auth.Findings{}, fmt.Errorf("read %s: %w", c.DNS, err)
		}
	}
	if c.IP != "" {
		ip, err := netip.ParseAddr(c.IP)
		if err != nil {
			return auth.Findings{}, &settingError{"ip", fmt.Sprintf("%q is no address", c.IP)}
		}
		e.IP = ip
	}
	return checker.Check(ctx, raw, l, e), nil
}

// isOwn recognises a mail of the recipient's office that came back, as the gateway does.
func (c *inspectCmd) isOwn(l *letter.Letter) bool {
	_, domain, _ := strings.Cut(c.Rcpt, "@")
	return domain != "" && mailgw.IsOwn(l, domain)
}

// isAnswer recognises what answers a mail of the recipient's office.
func (c *inspectCmd) isAnswer(l *letter.Letter) bool {
	_, domain, _ := strings.Cut(c.Rcpt, "@")
	return domain != "" && mailgw.IsAnswer(l, domain)
}

func (c *inspectCmd) nullSender() bool { return c.MailFrom != nil && bare(*c.MailFrom) == "" }

func (c *inspectCmd) mailFrom(l *letter.Letter) string {
	if c.MailFrom != nil {
		return bare(*c.MailFrom)
	}
	return l.From.Address
}

// bare is an address without the brackets that an envelope has.
func bare(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(address), "<"), ">")
}

var verdicts = map[auth.Standing]string{
	auth.Proven: "proven", auth.Unproven: "unproven", auth.Doubtful: "doubtful", auth.Forged: "forged", auth.Later: "later",
}

func inspectedAuthOf(f auth.Findings) *inspectedAuth {
	standing, why := f.Standing()
	a := &inspectedAuth{
		From: f.From, SPF: string(f.SPF), DKIM: []inspectedDKIM{}, DMARC: string(f.DMARC), Policy: string(f.Policy),
		Verdict: verdicts[standing], Reason: why,
	}
	for _, s := range f.DKIM {
		a.DKIM = append(a.DKIM, inspectedDKIM{s.Domain, string(s.Outcome)})
	}
	return a
}

func inspectedBody(cut reply.Result) inspected {
	return inspected{
		Class: string(letter.ClassHuman), Reply: cut.Reply, Folded: cut.Folded, Attachments: []inspectedFile{},
		Fate: string(letter.AcceptReply), Reason: "a body without a letter around it",
	}
}

// decoded makes of a body's bytes what the letter's parser would: UTF-8 with LF line ends, without NUL.
func decoded(raw []byte) string {
	return strings.NewReplacer("\r\n", "\n", "\x00", "").Replace(strings.ToValidUTF8(string(raw), "\uFFFD"))
}

// crlf gives the letter the line ends that it would have over SMTP.
func crlf(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/32)
	for i, b := range raw {
		switch {
		case b == '\n' && (i == 0 || raw[i-1] != '\r'), b == '\r' && (i+1 == len(raw) || raw[i+1] != '\n'):
			out = append(out, '\r', '\n')
		default:
			out = append(out, b)
		}
	}
	return out
}

func (s inspected) print(out io.Writer) error {
	_, err := fmt.Fprintf(out, "class:   %s\nfate:    %s (%s)\nfrom:    %q\nsubject: %q\nfiles:   %d\nauth:    %s\n\n--- reply\n%s\n--- folded\n%s\n",
		s.Class, s.Fate, s.Reason, s.From, s.Subject, len(s.Attachments), s.authLine(), s.Reply, s.Folded)
	return err
}

func (s inspected) authLine() string {
	if s.Auth == nil {
		return "not asked for"
	}
	line := s.Auth.Verdict + " (" + s.Auth.Reason + "): spf=" + s.Auth.SPF
	for _, d := range s.Auth.DKIM {
		line += " dkim=" + d.Result + " (" + d.Domain + ")"
	}
	return line + " dmarc=" + s.Auth.DMARC
}
