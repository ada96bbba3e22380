package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// letter is an answer by mail that was taken.
type letter struct{ room *room }

// answerByMail has the room's writer answer to the mails that come, as their mail server does: the same letter again until it is
// taken, or refused for good.
func (t *talk) answerByMail(o *room) {
	for n := 0; t.goesOn(2 * time.Second); n++ {
		to := t.st.sink.replyTo(place{o.writer.email, o.title})
		if to == "" {
			continue
		}
		words := fmt.Sprintf("letter-%d-%d-%d", t.number, o.number, n)
		raw := compose(o.writer, to, o.title, words)
		for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
			err := t.post(o.writer.email, to, raw)
			if err == nil {
				t.taken(words, o)
				break
			}
			if answer, ok := errors.AsType[*smtp.SMTPError](err); ok && answer.Code/100 == 5 {
				t.refuse(words, answer)
				break
			}
			if t.ctx.Err() != nil {
				t.never(fmt.Errorf("%s was never taken: %w", words, err))
				return
			}
			t.failedLetter(err)
			pause(t.ctx, rand.N(wait))
		}
	}
}

func compose(from *person, to, title, words string) []byte {
	return []byte(strings.Join([]string{
		"From: " + from.name + " <" + from.email + ">", "To: <" + to + ">", "Subject: Re: " + title, "Message-ID: <" + words + "@chaos.example>",
		"Date: " + time.Now().Format(time.RFC1123Z), "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "",
		"This is what " + words + " says.", "", "> what was written before", "",
	}, "\r\n"))
}

const letterTime = 30 * time.Second

func (t *talk) post(from, to string, raw []byte) error {
	ctx, cancel := context.WithTimeout(t.ctx, letterTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.st.d.SMTP)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	client := smtp.NewClient(conn)
	defer client.Close()
	return client.SendMail(from, []string{to}, strings.NewReader(string(raw)))
}

func (r *round) taken(words string, o *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.letters[words] = letter{o}
}

func (r *round) refuse(words string, answer *smtp.SMTPError) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused = append(r.refused, fmt.Sprintf("%s: %d %s", words, answer.Code, answer.Message))
}

// failedLetter: a mail server that is told to come later is nothing that a person sees.
func (r *round) failedLetter(err error) { r.st.say("round %d: letter: %v", r.number, err) }
