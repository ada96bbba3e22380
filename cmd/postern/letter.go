package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"postern/mailgw"
	"postern/mailgw/address"
	"postern/mailgw/letter"
	"postern/mailgw/reply"
)

type letterCmd struct {
	Inspect inspectCmd `cmd:"" help:"Read a letter as the gateway would, and say what becomes of it."`
}

type inspectCmd struct {
	JSON        bool   `name:"json" help:"One JSON object."`
	Kind        string `help:"What the file is: a letter, or only its body as text or HTML." enum:"eml,text,html" default:"eml"`
	Participant string `help:"Address of the participant whose reply address it was sent to." placeholder:"ADDRESS"`
	File        string `arg:"" help:"The file, or - for standard input."`
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
}

type inspectedFile struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Inline bool   `json:"inline"`
}

// Run prints what Postern makes of the letter.
func (c *inspectCmd) Run(io streams) error {
	raw, err := c.read(io.in)
	if err != nil {
		return err
	}
	seen := c.inspect(raw)
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

func (c *inspectCmd) inspect(raw []byte) inspected {
	switch c.Kind {
	case "text":
		return inspectedBody(reply.Cut(decoded(raw), "", reply.Options{}))
	case "html":
		return inspectedBody(reply.Cut("", decoded(raw), reply.Options{}))
	}
	r := mailgw.NewReader(letter.DefaultLimits()).Read(crlf(raw), letter.Envelope{})
	seen := inspected{
		Class: string(r.Verdict.Class), From: r.Letter.From.Address, Subject: r.Letter.Subject, Reply: r.Text, Folded: r.Folded,
		Attachments: []inspectedFile{}, Fate: string(r.Verdict.Fate), Reason: r.Verdict.Reason,
	}
	for _, f := range r.Files {
		seen.Attachments = append(seen.Attachments, inspectedFile{f.Name, f.Sniffed, f.Size, f.Kind == letter.Inline})
	}
	posted := r.Verdict.Fate == letter.AcceptReply || r.Verdict.Fate == letter.AcceptWithAttachments
	if posted && c.Participant != "" && !address.Equal(r.Letter.From.Address, c.Participant) {
		seen.Fate, seen.Reason = string(letter.Quarantine), "From is not the participant's address"
	}
	return seen
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
	_, err := fmt.Fprintf(out, "class:   %s\nfate:    %s (%s)\nfrom:    %q\nsubject: %q\nfiles:   %d\n\n--- reply\n%s\n--- folded\n%s\n",
		s.Class, s.Fate, s.Reason, s.From, s.Subject, len(s.Attachments), s.Reply, s.Folded)
	return err
}
