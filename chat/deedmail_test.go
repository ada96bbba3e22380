package chat

import (
	"fmt"
	"slices"
)

// What mail brings and what becomes of it: letters and decisions on those that wait, mails that go, fail and are sent again, reports, addresses that no
// mail goes to.

func (w *world) letter(d deed) (any, error) { return w.takeLetter(d, LetterPosted) }
func (w *world) held(d deed) (any, error)   { return w.takeLetter(d, LetterQuarantined) }
func (w *world) auto(d deed) (any, error)   { return w.takeLetter(d, LetterAutoReply) }

// takeLetter brings a letter to the reply address of the one whose deed it is.
func (w *world) takeLetter(d deed, fate LetterFate) (any, error) {
	var local string
	conversation, user := w.conversation(d), w.people[d.by].ID
	if t := w.model.kept.threads[conversation]; t == nil || t.Participants[user] == nil {
		_, err := w.Addressee(w.tb.Context(), w.Addresses.Reply(ReplyAddress{Reply: int64(d.n), Generation: 1}), w.office.MailDomain, false)
		return nil, err // there is no such address
	}
	_, err := w.Store.Update(w.tb.Context(), func(tx Tx) error {
		address, err := tx.AddressFor(w.tb.Context(), w.office.ID, conversation, user, w.model.kept.replyNumber(conversation, user))
		if err == nil {
			local = w.Addresses.Reply(*address)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	to, err := w.Addressee(w.tb.Context(), local, w.office.MailDomain, fate == LetterAutoReply)
	if err != nil {
		return to, err
	}
	in := LetterIn{HTML: fmt.Sprint("letter ", d.n)}
	in.Fate, in.Once, in.Folded = fate, letterOnce(d.n), fmt.Sprint("> quote ", d.n)
	in.From, in.Signers, in.Size = fmt.Sprintf("home%d@home.example", d.by), []string{"esp.example"}, int64(len(in.HTML))
	if in.RawLetter, err = w.KeepRaw(w.tb.Context(), w.office.ID, []byte(in.HTML)); err != nil {
		return nil, err
	}
	l, err := w.TakeLetter(w.tb.Context(), to, in)
	return []any{to, l}, err
}

// letterOnce stands for the letter that a deed brought.
func letterOnce(n int) [32]byte { return [32]byte{byte(n), byte(n >> 8), 1} }

// decideHeld settles a letter that waits. What is accepted is a message to everybody, and so the letter was more than a line for staff.
func (w *world) decideHeld(d deed) (any, error) {
	line := w.made(d.ref, "", 2)
	for _, l := range w.model.kept.letters {
		if l.Once == letterOnce(d.ref) {
			line = l.Entry
		}
	}
	how := []LetterDecision{AcceptOnce, AcceptAlias, AcceptTrust, RejectHeld}[d.pick%4]
	h, _, err := w.Decide(w.tb.Context(), w.actor(d), DecideRequest{Conversation: w.conversation(d), Message: line, Decision: how, Domain: "esp.example"})
	if err == nil && how != RejectHeld {
		w.needed[d.ref], w.needed[d.n] = true, true
	}
	return h, err
}

// person is the place of a user among the people.
func (w *world) person(id ID) int {
	return slices.IndexFunc(w.people, func(u *User) bool { return u.ID == id })
}

// newestMail is the newest mail to somebody in a conversation that the relay has taken or refused, or nil.
func (w *world) newestMail(conversation, to ID) (newest *Mail) {
	for _, m := range w.model.kept.mails {
		tried := m.State == MailAccepted || m.State == MailFailed
		if tried && m.Recipient == to && m.Conversation == conversation && (newest == nil || m.CreatedAt.After(newest.CreatedAt)) {
			newest = &m
		}
	}
	return newest
}

// bounce brings back the newest mail to somebody in the conversation. The address stands.
func (w *world) bounce(d deed) (any, error) {
	return w.takeReturn(d, Returned{Report: ReportFailed, Reason: "mailbox full"})
}

// report tells of the newest mail to somebody in the conversation, once or more often.
func (w *world) report(d deed) (any, error) {
	return w.takeReturn(d, []Returned{
		{Report: ReportDelayed, Reason: "later"}, {Report: ReportDelivered}, {Automatic: true},
		{Report: ReportFailed, Reason: "no such user", Gone: true}, {Report: ReportComplained, Reason: "unwanted"},
	}[d.pick%5])
}

// reportGone is the way to report that there is no such address.
const reportGone = 3

// takeReturn takes what came to the return path of the newest mail.
func (w *world) takeReturn(d deed, r Returned) (any, error) {
	newest := w.newestMail(w.conversation(d), w.people[d.to[0]].ID)
	if newest == nil {
		return nil, Refuse(NotFound, "No mail.")
	}
	to, err := w.Addressee(w.tb.Context(), w.Addresses.Return(w.office.ID, newest.ID), w.office.MailDomain, true)
	if err != nil {
		return nil, err
	}
	r.Letter = Letter{Once: [32]byte{byte(d.n), byte(d.n >> 8), 2}}
	if err := w.TakeReturn(w.tb.Context(), to, r); err != nil {
		return nil, err
	}
	if _, told := w.failed[newest.ID]; r.Report == ReportFailed && !told {
		w.failed[newest.ID] = d.n
	}
	if r.Gone || r.Report == ReportComplained {
		w.needed[d.n] = true // no more mail comes there
	}
	return nil, nil
}

// retry sends the newest mail to somebody again. Whatever said that it had failed, it was more than a line for staff.
func (w *world) retry(d deed) (any, error) {
	m := w.newestMail(w.conversation(d), w.people[d.to[0]].ID)
	if m == nil {
		return nil, Refuse(NotFound, "No mail.")
	}
	var message ID
	for _, one := range w.model.kept.messages[m.Conversation] {
		if one.Position == m.Newest {
			message = one.ID
		}
	}
	err := w.RetryMail(w.tb.Context(), w.actor(d), m.Conversation, message, m.ID)
	if by, ok := w.failed[m.ID]; err == nil {
		w.needed[d.n] = true
		if ok {
			w.needed[by] = true
		}
	}
	return nil, err
}

// clear lets mail go to somebody's address again.
func (w *world) clear(d deed) (any, error) {
	id := w.made(d.n, "suppression", 1)
	for _, s := range w.model.kept.suppressions {
		if s.User == w.people[d.to[0]].ID {
			id = s.ID
		}
	}
	err := w.ClearSuppression(w.tb.Context(), w.actor(d), id)
	if err == nil {
		w.needed[d.n] = true
	}
	return nil, err
}

// mail lets a worker take all that is due, and what could not go before. Some mails the relay refuses, for now or for good.
func (w *world) mail(d deed) (any, error) {
	claims, err := w.ClaimNotices(w.tb.Context(), 1000)
	if err != nil {
		return nil, err
	}
	waiting, err := w.ClaimMails(w.tb.Context(), 1000)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		w.scope(d, "mail of "+c.Recipient.String()+c.Conversation.String())
		mail, err := w.PrepareMail(w.tb.Context(), c)
		if err != nil {
			return nil, err
		}
		if mail != nil {
			waiting = append(waiting, *mail)
		}
	}
	for _, m := range waiting {
		w.scope(d, "end of mail "+m.ID.String())
		if err := w.tryMail(d, m); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// tryMail tries one mail. Its recipient gets it if the relay takes it.
func (w *world) tryMail(d deed, m Mail) error {
	tried := MailResult{State: MailAccepted, Code: 250}
	switch (d.pick + w.person(m.Recipient)) % 7 {
	case 0:
		tried = MailResult{State: MailWaiting, Code: 451, Reason: "later"}
	case 1:
		tried = MailResult{State: MailFailed, Code: 552, Reason: "mailbox full"}
	}
	if one := w.mailed[string(m.Raw)]; tried.State == MailAccepted {
		w.tell(one.to, map[bool]string{true: "digest", false: "mail"}[m.Kind == DigestMail], one.says, nil)
	}
	return w.FinishMail(w.tb.Context(), m, tried)
}
