package main

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"iter"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
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
	now := time.Now().UnixMilli()
	for _, view := range views(text) {
		for _, m := range canaries.FindAllStringSubmatch(lower(view), -1) {
			number, err := strconv.Atoi(m[2])
			if err != nil {
				number = anyNumber // cut off in the middle
			}
			words[finding{kind(m[1][0]), number}] = true
		}
		for id := range recent(view, now) {
			ids[hex.EncodeToString([]byte(id))] = true
		}
	}
	return words, ids
}

// lower has ASCII in lower case, and leaves every other byte: it may be of no text.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// recent are the bytes within a text that may be UUIDv7s (RFC 9562, section 5.7) of this time, to some 50 days.
func recent(view string, now int64) iter.Seq[string] {
	begin := string([]byte{byte(now >> 40), byte(now >> 32)})
	return func(yield func(string) bool) {
		for at := 0; ; at++ {
			next := strings.Index(view[at:], begin)
			if at += next; next < 0 || len(view)-at < 16 {
				return
			}
			if b := view[at : at+16]; b[6]>>4 == 7 && b[8]>>6 == 2 && !yield(b) {
				return
			}
		}
	}
}

// views are a text, and what it is in every encoding within, twice over; each once.
func views(text string) []string {
	all, known := []string{text}, map[string]bool{text: true}
	for begin, round := 0, 0; round < 2; round++ {
		end := len(all)
		for _, one := range all[begin:end] {
			for view := range unwrapped(one) {
				if len(view) >= len(stem) && !known[view] {
					all, known[view] = append(all, view), true
				}
			}
		}
		begin = end
	}
	return all
}

var (
	percent  = regexp.MustCompile(`(?:%|=)[0-9A-Fa-f]{2}`) // of URLs and RFC 2231, of quoted-printable
	folded   = regexp.MustCompile(`\r?\n[ \t]*`)
	asStd    = strings.NewReplacer("-", "+", "_", "/")
	softLine = strings.NewReplacer("=\r\n", "", "=\n", "")
)

// unwrapped are the texts that may be within one, or the text itself.
func unwrapped(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if strings.ContainsAny(text, "%=") && !yield(unquoted(text)) {
			return
		}
		if !yield(html.UnescapeString(text)) {
			return
		}
		if strings.Contains(text, "\n") && !yield(folded.ReplaceAllString(text, "")) {
			return
		}
		for _, e := range encodings {
			for run := range runs(text, e.digits) {
				for from := range e.phases { // what it holds may begin anywhere
					if !yield(e.decode(run, from)) {
						return
					}
				}
			}
		}
	}
}

func unquoted(text string) string {
	return percent.ReplaceAllStringFunc(softLine.Replace(text), func(code string) string {
		b, _ := hex.DecodeString(code[1:]) // matched as two hex digits
		return string(b)
	})
}

// runs are the longest parts of a text, of 16 bytes or more, that have nothing but such digits.
func runs(text string, digits *[256]bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		begin := 0
		for at := 0; at <= len(text); at++ {
			if at < len(text) && digits[text[at]] {
				continue
			}
			if at-begin >= 16 && !yield(text[begin:at]) {
				return
			}
			begin = at + 1
		}
	}
}

// encodings are those in which bytes are written as digits: which, how many of them there are until the bits fall the same again, and what they stand for.
var encodings = []struct {
	digits *[256]bool
	phases int
	decode func(run string, from int) string
}{
	{among("0123456789abcdefABCDEF-"), 2, fromHex},
	{among("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"), 4, fromBase64},
	{among("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567"), 8, fromBase32},
}

func among(bytes string) *[256]bool {
	var set [256]bool
	for _, b := range []byte(bytes) {
		set[b] = true
	}
	return &set
}

func fromHex(run string, from int) string {
	run = strings.ReplaceAll(run, "-", "")
	run = run[min(from, len(run)):]
	b, _ := hex.DecodeString(run[:len(run)&^1])
	return string(b)
}

func fromBase64(run string, from int) string {
	run = run[from:]
	if len(run)%4 == 1 {
		run = run[:len(run)-1]
	}
	b, _ := base64.RawStdEncoding.DecodeString(asStd.Replace(run))
	return string(b)
}

func fromBase32(run string, from int) string {
	run = run[from:]
	if rest := len(run) % 8; rest == 1 || rest == 3 || rest == 6 {
		run = run[:len(run)-1]
	}
	b, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(run))
	return string(b)
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

// silent holds a text against all canaries, line by line, and many lines at once, since logs are long: nothing may be in it but what the exception lets through.
func (d *discreet) silent(where, text string, except func(finding) bool) {
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for lines := range slices.Chunk(slices.Collect(strings.Lines(text)), 1000) {
		all.Go(func() error {
			for _, line := range lines {
				d.silentLine(where, line, except)
			}
			return nil
		})
	}
	_ = all.Wait() // none fails
}

func (d *discreet) silentLine(where, line string, except func(finding) bool) {
	words, _ := find(line)
	d.mu.Lock()
	defer d.mu.Unlock()
	for f := range words {
		if !except(f) {
			d.leak(fmt.Errorf("%s is in %s: %s", f, where, line))
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
