package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
)

// sentMail is a mail in the folder: the envelope, the header decoded, and everything that it says in any part.
type sentMail struct {
	path    string
	id      string // Message-ID
	subject string // decoded
	to      string
	from    string // its return path
	replyTo string
	raw     []byte
	decoded string // raw, and every header and part decoded
	said    string // its text, without the earlier messages that are folded under
}

// mails reads all mails sent so far.
func (s *stage) mails() ([]sentMail, error) {
	paths, err := filepath.Glob(filepath.Join(s.d.MailDir, "*.eml"))
	if err != nil {
		return nil, err
	}
	var list []sentMail
	for _, path := range paths {
		m, err := readMail(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		list = append(list, m)
	}
	return list, nil
}

// awaitMails waits until so many mails were sent.
func (s *stage) awaitMails(ctx context.Context, enough int) error {
	return until(ctx, "the mails to be sent", func() (bool, error) {
		paths, err := filepath.Glob(filepath.Join(s.d.MailDir, "*.eml"))
		return len(paths) >= enough, errors.Join(err, fmt.Errorf("%d of %d mails", len(paths), enough))
	})
}

func readMail(path string) (sentMail, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return sentMail{}, err
	}
	sent, err := parseMail(raw)
	sent.path = path
	return sent, err
}

func parseMail(raw []byte) (sentMail, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return sentMail{}, err
	}
	sent := sentMail{raw: raw, id: m.Header.Get("Message-ID"), to: m.Header.Get("X-Envelope-To"), from: m.Header.Get("X-Envelope-From")}
	if reply, err := mail.ParseAddress(m.Header.Get("Reply-To")); err == nil {
		sent.replyTo = reply.Address
	}
	var b strings.Builder
	b.Write(raw)
	words := new(mime.WordDecoder)
	for name, values := range m.Header {
		for _, value := range values {
			text, err := words.DecodeHeader(value)
			if err != nil {
				return sentMail{}, err
			}
			b.WriteString("\n" + name + ": " + text)
			if name == "Subject" {
				sent.subject = text
			}
		}
	}
	start := b.Len()
	err = decodePart(&b, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	sent.decoded = b.String()
	sent.said, _, _ = strings.Cut(sent.decoded[start:], "\nEarlier in this conversation:")
	return sent, err
}

// decodePart writes out whatever a part says, in whatever encoding.
func decodePart(b *strings.Builder, contentType, encoding string, body io.Reader) error {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("content type %q: %w", contentType, err)
	}
	b.WriteString("\n" + fmt.Sprint(params) + "\n")
	if strings.HasPrefix(media, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			for _, values := range part.Header {
				for _, value := range values { // RFC 2231
					_, params, _ := mime.ParseMediaType(value)
					b.WriteString("\n" + fmt.Sprint(value, params))
				}
			}
			if err := decodePart(b, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "", "7bit", "8bit":
	default:
		return fmt.Errorf("transfer encoding %q is not read here", encoding)
	}
	text, err := io.ReadAll(body)
	b.Write(text)
	return err
}

// replyAddress waits for a mail to the address and gives its reply address.
func (s *stage) replyAddress(ctx context.Context, email string) (string, error) {
	m, err := s.mailOf(ctx, email, "", 1)
	return m.replyTo, err
}

// mailOf waits for the nth mail to somebody that holds the word, and can be answered.
func (s *stage) mailOf(ctx context.Context, to, word string, nth int) (found sentMail, err error) {
	err = until(ctx, "a mail to "+to+" "+word, func() (bool, error) {
		all, err := s.mails()
		n := 0
		for _, one := range all {
			if one.to == to && one.replyTo != "" && strings.Contains(one.said, word) && n < nth {
				found = one
				n++
			}
		}
		return n >= nth, err
	})
	return found, err
}
