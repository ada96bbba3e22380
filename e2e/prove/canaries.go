package main

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A canary is a word that says by itself what it is: the stem, the letter of its kind, a number, and a q. So it is known wherever it turns up, also before
// whoever wrote it has noted it down.
const stem = "qzcanary"

type kind byte

const (
	title     kind = 't'
	body      kind = 'b'
	person    kind = 'n' // a name or address; its number is the person's
	firm      kind = 'a' // an account
	fileName  kind = 'f'
	fileText  kind = 'c'
	signed    kind = 's'
	template  kind = 'm'
	noted     kind = 'o'
	lettered  kind = 'l' // in a letter
	desked    kind = 'd' // in a letter to postmaster
	retitled  kind = 'r'
	identity  kind = 'i' // an id, no word
	anyNumber      = -1
)

func canary(k kind, number int) string { return fmt.Sprintf("%s%c%dq", stem, k, number) }

// finding is a canary that was found.
type finding struct {
	kind   kind
	number int
}

func (f finding) String() string { return canary(f.kind, f.number) }

var canaries = regexp.MustCompile(stem + `([a-z])(\d*)`)

// find looks for canaries in every disguise that a text has for them, and for ids that were made of late.
func find(text string) (words map[finding]bool, ids map[string]bool) {
	words, ids = map[finding]bool{}, map[string]bool{}
	for _, view := range views(text) {
		for _, m := range canaries.FindAllStringSubmatch(strings.ToLower(view), -1) {
			number, err := strconv.Atoi(m[2])
			if err != nil {
				number = anyNumber // cut off in the middle
			}
			words[finding{kind(m[1][0]), number}] = true
		}
		for i := range len(view) - 15 {
			if recent(view[i : i+16]) {
				ids[hex.EncodeToString([]byte(view[i:i+16]))] = true
			}
		}
	}
	return words, ids
}

// recent says whether these are the bytes of a UUIDv7 (RFC 9562, section 5.7) of this time.
func recent(b string) bool {
	now := time.Now().UnixMilli()
	return b[6]>>4 == 7 && b[8]>>6 == 2 && b[0] == byte(now>>40) && b[1] == byte(now>>32)
}

// views are a text, and what it is in every encoding within, twice over.
func views(text string) []string {
	all := []string{text}
	for begin, round := 0, 0; round < 2; round++ {
		end := len(all)
		for _, one := range all[begin:end] {
			all = append(all, unwrapped(one)...)
		}
		begin = end
	}
	return all
}

var (
	percent  = regexp.MustCompile(`(?:%|=)[0-9A-Fa-f]{2}`) // of URLs and RFC 2231, of quoted-printable
	hexRun   = regexp.MustCompile(`(?:[0-9A-Fa-f]{2}-?){8,}`)
	base64s  = regexp.MustCompile(`[A-Za-z0-9+/_-]{16,}`)
	base32s  = regexp.MustCompile(`[A-Za-z2-7]{16,}`)
	asStd    = strings.NewReplacer("-", "+", "_", "/")
	softLine = strings.NewReplacer("=\r\n", "", "=\n", "")
	folded   = regexp.MustCompile(`\r?\n[ \t]*`)
)

// unwrapped are the texts that may be within one, where it has any.
func unwrapped(text string) (list []string) {
	add := func(s string) {
		if s != text && len(s) >= len(stem) {
			list = append(list, s)
		}
	}
	add(percent.ReplaceAllStringFunc(softLine.Replace(text), func(code string) string {
		b, _ := hex.DecodeString(code[1:]) // matched as two hex digits
		return string(b)
	}))
	add(html.UnescapeString(text))
	add(folded.ReplaceAllString(text, ""))
	for _, run := range hexRun.FindAllString(text, -1) {
		b, _ := hex.DecodeString(strings.ReplaceAll(run, "-", "")) // pairs
		add(string(b))
	}
	for _, run := range base64s.FindAllString(text, -1) { // what it holds may begin anywhere
		for from := range 4 {
			part := asStd.Replace(run[from:])
			if len(part)%4 == 1 {
				part = part[:len(part)-1]
			}
			b, _ := base64.RawStdEncoding.DecodeString(part)
			add(string(b))
		}
	}
	for _, run := range base32s.FindAllString(text, -1) {
		for from := range 8 {
			part := strings.ToUpper(run[from:])
			if rest := len(part) % 8; rest == 1 || rest == 3 || rest == 6 {
				part = part[:len(part)-1]
			}
			b, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(part)
			add(string(b))
		}
	}
	return list
}

// discreet is a mailbox that has mails read as they come. It knows no mail whole, so that there may be many.
type discreet struct {
	mu    sync.Mutex
	mails int
	sent  map[string]int             // how many, by subject
	ids   map[string]map[string]bool // what may be an id, with the addresses that were sent it
	leaks int
	first error
}

// take reads a mail that must say nothing.
func (d *discreet) take(from, to string, raw []byte) error {
	m, err := parseMail(raw)
	words, ids := find(from + "\n" + to + "\n" + m.decoded)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mails++
	d.sent[m.subject]++
	if err != nil {
		d.leak(fmt.Errorf("a mail to %s cannot be read: %w", to, err))
	}
	for f := range words {
		if !mayHave(f, to, m.subject) {
			d.leak(fmt.Errorf("%s is in a mail to %s:\n%s", f, to, raw))
		}
	}
	for id := range ids {
		if d.ids[id] == nil {
			d.ids[id] = map[string]bool{}
		}
		d.ids[id][to] = true
	}
	return nil
}

// mayHave is what may stand in a mail: its recipient's own name and address, and a letter to postmaster in the mail that forwards it.
func mayHave(f finding, to, subject string) bool {
	switch f.kind {
	case person:
		return strings.HasPrefix(to, f.String()+"@")
	case desked:
		return forwarded(subject)
	}
	return false
}

// privacySubjects are all that there are, of mails in privacy mode.
var privacySubjects = []string{"A message waits for you", digestSubject, "Your message was announced by mail", "A message of yours was opened", "Your invitation to Office", "Choose a new password"}

// sorts fails unless there were mails of every sort, and of no other.
func (d *discreet) sorts() (err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, subject := range privacySubjects {
		if d.sent[subject] == 0 {
			err = errors.Join(err, fmt.Errorf("no mail has the subject %q", subject))
		}
	}
	for subject := range d.sent {
		if !slices.Contains(privacySubjects, subject) && !forwarded(subject) {
			err = errors.Join(err, fmt.Errorf("a mail has the subject %q", subject))
		}
	}
	return err
}

// forwarded says whether it is the subject of a letter to postmaster on its way to the owner.
func forwarded(subject string) bool {
	return strings.HasPrefix(subject, "To postmaster: ") || strings.HasPrefix(subject, "To abuse: ")
}

// leak is called with the lock held.
func (d *discreet) leak(err error) {
	d.leaks++
	if d.first == nil {
		d.first = err
	}
}

func (d *discreet) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mails
}

// silent holds a text against all canaries, line by line, since logs are long: nothing may be in it but what the exception lets through.
func (d *discreet) silent(where, text string, except func(finding) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for line := range strings.Lines(text) {
		words, _ := find(line)
		for f := range words {
			if !except(f) {
				d.leak(fmt.Errorf("%s is in %s: %s", f, where, line))
			}
		}
	}
}

// compare holds the ids that mails had against those that none may have.
func (d *discreet) compare(secret map[string]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, what := range secret {
		for to := range d.ids[strings.ReplaceAll(id, "-", "")] {
			d.leak(fmt.Errorf("the id of %s is in a mail to %s", what, to))
		}
	}
}

// secrets are the ids that no mail may have, each with what it is of, and how many canaries were let loose.
type secrets struct {
	mu    sync.Mutex
	ids   map[string]string
	words int
}

func (s *secrets) add(what, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[id] = what
}

// canary makes one.
func (s *secrets) canary(k kind, number int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words++
	return canary(k, number)
}

func (s *secrets) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.words + len(s.ids)
}
