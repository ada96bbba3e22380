package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw"
)

// incoming counts letters by their fate.
type incoming struct {
	mailgw.Incoming
	fates *prometheus.CounterVec
}

// Incoming gives the use cases of the SMTP server with a count of letters by fate.
func (m *Metrics) Incoming(s mailgw.Incoming) mailgw.Incoming {
	return &incoming{s, m.counters("letters_total", "Recipients of letters, by what became of it: those of a letter that was taken, and refused, deferred, cut_off, abandoned, returned.", "fate")}
}

// TakeLetter counts what was taken, once more when the same letter came again.
func (i *incoming) TakeLetter(ctx context.Context, to chat.Addressee, in chat.LetterIn) (chat.Letter, error) {
	taken, err := i.Incoming.TakeLetter(ctx, to, in)
	if err == nil {
		i.fates.WithLabelValues(string(taken.Fate)).Inc()
	}
	return taken, err
}

// TakeReturn counts what came to a return path.
func (i *incoming) TakeReturn(ctx context.Context, to chat.Addressee, r chat.Returned) error {
	err := i.Incoming.TakeReturn(ctx, to, r)
	if err == nil {
		i.fates.WithLabelValues("returned").Inc()
	}
	return err
}

// LogMail counts what was not taken.
func (i *incoming) LogMail(ctx context.Context, row chat.LedgerRow) error {
	i.fates.WithLabelValues(row.Fate).Inc()
	return i.Incoming.LogMail(ctx, row)
}

// outgoing counts attempts at mails.
type outgoing struct {
	mailgw.Outgoing
	attempts *prometheus.CounterVec
	doubled  *prometheus.CounterVec
	age      prometheus.Histogram
}

// Outgoing gives the use cases of the sender with a count of attempts.
func (m *Metrics) Outgoing(s mailgw.Outgoing) mailgw.Outgoing {
	return &outgoing{
		Outgoing: s,
		attempts: m.counters("mail_attempts_total", "Attempts to hand a mail to the relay, by what came of it: accepted, waiting (to be tried again), failed.", "result"),
		doubled:  m.counters("mails_doubled_total", "Mails accepted that may have gone twice: an earlier attempt was never settled."),
		age:      m.histogram("mail_seconds", "From the making of a mail until the relay has accepted it.", []float64{.1, .2, .5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200}),
	}
}

// FinishMail counts an attempt that is settled.
func (o *outgoing) FinishMail(ctx context.Context, mail chat.Mail, r chat.MailResult) error {
	err := o.Outgoing.FinishMail(ctx, mail, r)
	if err != nil {
		return err
	}
	o.attempts.WithLabelValues(string(r.State)).Inc()
	if r.State == chat.MailAccepted {
		o.age.Observe(max(0, time.Since(mail.CreatedAt).Seconds()))
		if mail.Doubled > 0 {
			o.doubled.WithLabelValues().Inc()
		}
	}
	return nil
}

// WatchSMTP reads the SMTP server at every scrape.
func (m *Metrics) WatchSMTP(s *mailgw.Server) {
	watch(m, s.Stats,
		counter("smtp_turned_away_total", "Clients told to come later: too many connections.", func(s mailgw.ServerStats) uint64 { return s.TurnedAway }),
		counter("letters_unlisted_total", "Refusals that strangers brought about beyond what they may have of the ledger: there in sums alone.", func(s mailgw.ServerStats) uint64 { return s.Unlisted }))
	m.queues.add(func() []queue {
		s := s.Stats()
		return []queue{ofMail("smtp_connections", "connections", s.Connections), ofMail("smtp_letters", "bytes", s.Memory)}
	})
}

// WatchSender reads the sender at every scrape.
func (m *Metrics) WatchSender(s *mailgw.Sender) {
	m.queues.add(func() []queue { return []queue{ofMail("mail_attempts", "mails", s.Stats())} })
}

func ofMail(name, unit string, q mailgw.Queue) queue {
	return queue{name, unit, float64(q.Holds), float64(q.Most)}
}

// WatchBacklog asks the database what waits to go out as mail: the same on every node. A scrape that follows close on another is given what that was.
func (m *Metrics) WatchBacklog(s *chat.Service, log zerolog.Logger) {
	latest := &asked[chat.Backlog]{ask: s.Backlog, what: "backlog", log: log}
	m.registry.MustRegister(snapshot[chat.Backlog]{latest.get, []figure[chat.Backlog]{
		gauge("notices_ahead", "Notices not due yet.", func(b chat.Backlog) float64 { return float64(b.NoticesAhead) }),
		gauge("notices_due", "Notices due and not taken up.", func(b chat.Backlog) float64 { return float64(b.NoticesDue) }),
		gauge("notices_late", "Of those, due for more than a minute.", func(b chat.Backlog) float64 { return float64(b.NoticesLate) }),
		gauge("notices_oldest_seconds", "How long the oldest has been due.", func(b chat.Backlog) float64 {
			if b.OldestDue.IsZero() {
				return 0
			}
			return max(0, time.Since(b.OldestDue).Seconds())
		}),
		gauge("mails_waiting", "Mails to be tried, or tried again.", func(b chat.Backlog) float64 { return float64(b.MailsWaiting) }),
		gauge("mails_overdue", "Of those, due.", func(b chat.Backlog) float64 { return float64(b.MailsOverdue) }),
		gauge("mails_sending", "Mails that a node is handing to the relay.", func(b chat.Backlog) float64 { return float64(b.MailsSending) }),
		gauge("mails_lapsed", "Of those, by a node that did not say in time what became of them.", func(b chat.Backlog) float64 { return float64(b.LeasesExpired) }),
	}})
}
