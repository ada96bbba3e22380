package mailgw

import (
	"context"
	"fmt"
	"slices"
	"time"

	"postern/chat"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
)

// take reads the letter once and takes it for every recipient; errs are theirs. SMTP has one answer for all of them, which must be true of each: what is
// against the letter is found before it is taken for anybody, and refused to all. What is against a recipient came since their RCPT: the sender tries again,
// is told at RCPT, and what was taken is not taken twice.
func (s *session) take(ctx context.Context, raw []byte) (errs []error) {
	errs = make([]error, len(s.to))
	r, err := s.read(ctx, raw)
	if err != nil {
		return forAll(errs, err)
	}
	if v := r.Verdict; v.Fate == letter.Reject {
		return forAll(errs, refuseBy(v))
	}
	if err = s.identify(ctx, &r, raw); err != nil {
		return forAll(errs, err)
	}
	kept, taken := map[chat.ID]chat.RawLetter{}, false
	for _, i := range inOrder(s.to, &r) {
		if errs[i] = s.judge(s.to[i], &r, raw); errs[i] == nil {
			errs[i] = s.takeFor(ctx, s.to[i], &r, raw, kept)
		}
		switch err := errs[i]; {
		case err == nil:
			taken = true
		case s.door.lmtp || len(s.to) == 1:
		case !taken && answer(err).code/100 == 5 && !againstRecipient(err):
			return forAll(errs, err)
		default:
			return forAll(errs, fmt.Errorf("%w: %w", errNotAll, err))
		}
	}
	return errs
}

// read reads the letter when it is its turn: it is work for a processor, and there are no more turns than those.
func (s *session) read(ctx context.Context, raw []byte) (r Reading, err error) {
	select {
	case s.server.turns <- struct{}{}:
	case <-ctx.Done():
		return r, fmt.Errorf("wait to read the letter: %w", ctx.Err())
	}
	defer func() { <-s.server.turns }()
	return s.server.reader.Read(raw, letter.Envelope{
		NullSender: s.from == "", Own: func(l *letter.Letter) bool { return isOwn(l, s.to) }, Answers: func(l *letter.Letter) bool { return isAnswer(l, s.to) },
	}), nil
}

func forAll(errs []error, err error) []error {
	for i := range errs {
		errs[i] = err
	}
	return errs
}

// inOrder has those first whose message the letter becomes: its files and its text can be refused, what only waits or is noted is taken whatever it holds.
func inOrder(to []recipient, r *Reading) (order []int) {
	var rest []int
	for i := range to {
		if fate, _ := r.fate(to[i].Addressee); fate == chat.LetterPosted {
			order = append(order, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(order, rest...)
}

// againstRecipient says of a refusal that it is the recipient's, and RCPT has it too.
func againstRecipient(err error) bool {
	switch chat.KindOf(err) {
	case chat.NotFound, chat.Forbidden, chat.Expired:
		return true
	}
	return false
}

// identify asks who wrote a person's letter. Return paths take none, whoever it was.
func (s *session) identify(ctx context.Context, r *Reading, raw []byte) error {
	if s.server.Senders == nil || r.comesBack() || !slices.ContainsFunc(s.to, func(to recipient) bool { return to.Return == nil }) {
		return nil
	}
	found := s.server.Senders.Check(ctx, raw, r.Letter, auth.Envelope{IP: s.client(), Hello: s.hello, MailFrom: s.from})
	r.Findings = &found
	return s.know(ctx, r)
}

// judge says whether the letter is to be had for a recipient.
func (s *session) judge(to recipient, r *Reading, raw []byte) error {
	if to.Return != nil && !r.comesBack() {
		return errReports // a person wrote there: they are told, since nobody would read it
	}
	if err := mayForward(to, r, raw); err != nil {
		return err
	}
	if err := r.forged(to); err != nil {
		return err
	}
	return s.admit(to, r, raw)
}

// forged refuses what the author's domain wants refused (F34), unless the recipient trusts who signed it.
func (r *Reading) forged(to recipient) error {
	if r.Findings == nil || r.trusted(to.Signers) {
		return nil
	}
	switch standing, why := r.Findings.Standing(); standing {
	case auth.Later:
		return errNoAnswer
	case auth.Forged:
		return respond(550, 5, 7, 1, why)
	}
	return nil
}

func refuseBy(v letter.Verdict) error {
	var e [3]int
	if _, err := fmt.Sscanf(v.Status, "%d.%d.%d", &e[0], &e[1], &e[2]); err != nil {
		return fmt.Errorf("verdict without a status: %w", err)
	}
	return respond(v.Code, e[0], e[1], e[2], v.Reason)
}

// takeFor takes the letter for one recipient. kept has the raw letter of the offices that have it.
func (s *session) takeFor(ctx context.Context, to recipient, r *Reading, raw []byte, kept map[chat.ID]chat.RawLetter) (err error) {
	hearsay := false
	if to.Return == nil && to.Team.IsZero() {
		var about *chat.Addressee
		if about, hearsay, err = s.reported(ctx, to, r); err != nil {
			return err
		}
		if about != nil {
			to.Addressee = *about
		}
	}
	if to.Desk != "" {
		return s.takeDesk(ctx, to, r, raw)
	}
	if !to.Team.IsZero() && r.Verdict.Class == letter.ClassOwn {
		s.drop(to)
		return nil
	}
	as, ok := kept[to.Office.ID]
	if !ok {
		if as, err = s.server.Service.KeepRaw(ctx, to.Office.ID, raw); err != nil {
			return fmt.Errorf("keep the letter as it came: %w", err)
		}
		kept[to.Office.ID] = as
	}
	l := s.facts(to, r, raw)
	l.RawLetter = as
	if to.Return != nil {
		err = s.takeReturn(ctx, to, r, l, hearsay)
	} else {
		err = s.takeAnswer(ctx, to, r, l)
	}
	if err != nil {
		return fmt.Errorf("take letter for office %s: %w", to.Office.ID, err)
	}
	s.log.Info().Stringer("office", to.Office.ID).Str("class", l.Class).Int64("size", l.Size).Bool("return", to.Return != nil).Msg("letter taken")
	return nil
}

// facts are what a letter's row says, whatever becomes of it.
func (s *session) facts(to recipient, r *Reading, raw []byte) chat.Letter {
	l := r.Letter
	return chat.Letter{
		Once: to.once(l, raw), MessageID: bounded(l.MessageID), From: bounded(l.From.Address), EnvelopeFrom: cut(s.from), Peer: s.peer,
		Subject: bounded(l.Subject), Class: string(r.Verdict.Class), Auth: r.auth(), Signers: r.signers(),
	}
}

func (s *session) takeAnswer(ctx context.Context, to recipient, r *Reading, l chat.Letter) (err error) {
	in := chat.LetterIn{Letter: l, EnvelopeTo: cut(to.mailbox), HTML: r.HTML}
	in.Folded = r.Folded
	if in.Fate, in.Reason = r.fate(to.Addressee); in.Fate == chat.LetterPosted {
		if in.Attachments, err = s.server.Service.TakeFiles(ctx, to.Addressee, filesIn(r.Files)); err != nil {
			return fmt.Errorf("keep files: %w", err)
		}
	}
	take := s.server.Service.TakeLetter
	if !to.Team.IsZero() {
		take, in.Answers = s.server.Service.StartByLetter, answered(r.Letter)
	}
	if _, err = take(ctx, to.Addressee, in); err == nil && !to.Team.IsZero() {
		s.server.rates.begun.take(string(l.Once[:]), time.Now())
	}
	return err
}

func filesIn(parts []*letter.Part) []chat.FileIn {
	files := make([]chat.FileIn, len(parts))
	for i, p := range parts {
		files[i] = fileIn(p)
	}
	return files
}

func fileIn(p *letter.Part) chat.FileIn {
	return chat.FileIn{Name: p.Name, Inline: p.ContentID, Content: p.Open()}
}

func (s *session) takeReturn(ctx context.Context, to recipient, r *Reading, l chat.Letter, hearsay bool) error {
	fate, reason := r.fate(chat.Addressee{})
	report, gone := r.report(to.Return.To)
	if said := r.whySaid(report); said != "" {
		reason = said
	}
	return s.server.Service.TakeReturn(ctx, to.Addressee, chat.Returned{
		Report: report, Gone: gone, Hearsay: hearsay, Automatic: fate == chat.LetterAutoReply, Reason: reason, EnvelopeTo: cut(to.mailbox), Letter: l,
	})
}
