package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"

	"postern/chat"
	"postern/mailgw/letter"
)

//go:embed demo
var demoFiles embed.FS

// demoPages shows who there is in the demo, and the mail that went out, which can be answered as a mail program would.
type demoPages struct {
	core   *core
	office chat.Office
	people []*demoPerson
	folder string
	smtp   string
}

func newDemoPages(core *core, office chat.Office, people []*demoPerson, folder, smtpAddress string) http.Handler {
	d := &demoPages{core, office, people, folder, smtpAddress}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo", d.showPeople)
	mux.HandleFunc("POST /demo/sign-in", d.signIn)
	mux.HandleFunc("GET /demo/mailbox", d.showMailbox)
	mux.HandleFunc("GET /demo/mailbox/{mail}", d.showMail)
	mux.HandleFunc("POST /demo/mailbox/{mail}", d.answer)
	mux.HandleFunc("GET /demo/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, demoFiles, "demo/style.css")
	})
	return mux
}

func (d *demoPages) fail(w http.ResponseWriter, err error) {
	d.core.log.Error().Err(err).Msg("demo page")
	http.Error(w, "That did not work; the log says why.", http.StatusInternalServerError)
}

func (d *demoPages) showPeople(w http.ResponseWriter, _ *http.Request) {
	showDemo(w, "People", demoPeoplePage(d.office.Name, d.people))
}

// signIn makes a fresh link, since each works once, and goes there.
func (d *demoPages) signIn(w http.ResponseWriter, r *http.Request) {
	token, err := d.core.service.CreateLink(r.Context(), d.office.ID, r.FormValue("email"), chat.SignInLink, time.Hour)
	if err != nil {
		http.Error(w, "There is nobody of that address in the demo.", http.StatusNotFound)
		return
	}
	http.Redirect(w, r, "/link#"+token, http.StatusSeeOther)
}

// demoMail is a mail in the folder.
type demoMail struct {
	ID, From, To, Subject, ReplyTo, MessageID, Text string
	At                                              time.Time
	Answered                                        string
}

func (d *demoPages) showMailbox(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Refresh", "5") // mail comes when it comes
	mails, err := d.mails()
	if err != nil {
		d.fail(w, err)
		return
	}
	showDemo(w, "Mailbox", demoMailboxPage(mails))
}

// maxMails is how many of the newest mails the page shows.
const maxMails = 200

func (d *demoPages) mails() ([]demoMail, error) {
	if d.folder == "" {
		return nil, errNoFolder
	}
	names, err := filepath.Glob(filepath.Join(d.folder, "*.eml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names) // ids sort by the time they were made
	slices.Reverse(names)
	var list []demoMail
	for _, name := range names[:min(len(names), maxMails)] {
		m, err := readDemoMail(name)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func readDemoMail(path string) (demoMail, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return demoMail{}, err
	}
	l := letter.Read(raw, letter.DefaultLimits())
	m := demoMail{
		ID: strings.TrimSuffix(filepath.Base(path), ".eml"), From: l.From.Name, Subject: l.Subject, MessageID: l.MessageID, Text: l.Text, At: l.Date,
	}
	if len(l.To) > 0 {
		m.To = l.To[0].Address
	}
	if len(l.ReplyTo) > 0 {
		m.ReplyTo = l.ReplyTo[0].Address
	}
	return m, nil
}

func (d *demoPages) find(r *http.Request) (demoMail, error) {
	id, err := chat.ParseID(r.PathValue("mail"))
	if err != nil || d.folder == "" {
		return demoMail{}, os.ErrNotExist
	}
	return readDemoMail(filepath.Join(d.folder, id.String()+".eml"))
}

func (d *demoPages) showMail(w http.ResponseWriter, r *http.Request) {
	m, err := d.find(r)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	m.Answered = r.URL.Query().Get("answered")
	showDemo(w, m.Subject, demoMailPage(&m))
}

// answer writes what a mail program would, and hands it to the SMTP port.
func (d *demoPages) answer(w http.ResponseWriter, r *http.Request) {
	m, err := d.find(r)
	if err != nil || m.ReplyTo == "" {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	raw, err := composeAnswer(m, r.FormValue("text"), time.Now())
	if err != nil {
		d.fail(w, err)
		return
	}
	said := "taken"
	if err := d.send(r.Context(), m, raw); err != nil {
		said = "refused: " + err.Error()
	}
	http.Redirect(w, r, "/demo/mailbox/"+m.ID+"?answered="+url.QueryEscape(said), http.StatusSeeOther)
}

func (d *demoPages) send(ctx context.Context, m demoMail, raw []byte) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return smtp.SendMail(d.smtp, nil, m.To, []string{m.ReplyTo}, raw)
}

func composeAnswer(m demoMail, text string, at time.Time) ([]byte, error) {
	var h mail.Header
	h.SetAddressList("From", []*mail.Address{{Address: m.To}})
	h.SetAddressList("To", []*mail.Address{{Address: m.ReplyTo}})
	h.SetSubject("Re: " + m.Subject)
	h.SetDate(at)
	h.SetMsgIDList("In-Reply-To", []string{strings.Trim(m.MessageID, "<>")})
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	if err := h.GenerateMessageIDWithHostname("mail.example"); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := mail.CreateSingleInlineWriter(&b, h)
	if err != nil {
		return nil, err
	}
	body := text + "\n\nOn " + m.At.Format("2 January 2006 at 15:04") + ", " + m.From + " wrote:\n" + quote(m.Text)
	_, err = w.Write([]byte(strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n")))
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("write answer: %w", err)
	}
	return b.Bytes(), nil
}

func quote(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		b.WriteString("> " + line)
	}
	return b.String()
}
