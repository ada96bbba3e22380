package chat

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// DeliveryState is how word of a message stands with one recipient.
type DeliveryState string

// The states of a delivery (F27).
const (
	DeliveryQueued     DeliveryState = "queued"     // owed, or not yet handed to the relay
	DeliveryUnneeded   DeliveryState = "unneeded"   // read in time, left, or no longer allowed
	DeliverySuppressed DeliveryState = "suppressed" // the address is
	DeliveryAccepted   DeliveryState = "accepted"   // by the relay
	DeliveryDelayed    DeliveryState = "delayed"    // the relay put it off, or a report says so
	DeliveryDelivered  DeliveryState = "delivered"  // a report says so
	DeliveryBounced    DeliveryState = "bounced"    // refused for good, or a report says that it will not arrive
	DeliveryComplained DeliveryState = "complained" // its recipient called it unwanted
)

// WaitsFor is what a queued mail waits for because its recipient chose so ([MailTimes]).
type WaitsFor string

// What a mail may wait for.
const (
	WaitsForDigest     WaitsFor = "digest"
	WaitsForQuietHours WaitsFor = "quiet_hours" // to end
)

// Delivery is what became of word of a message for one recipient: staff alone are shown it.
type Delivery struct {
	Recipient   Person
	State       DeliveryState
	At          time.Time  // since when; zero: not told
	WaitsFor    WaitsFor   // while it is queued; empty: nothing that its recipient chose
	WaitsUntil  time.Time  // when that comes, and nothing else of what they chose: staff would see when the mail goes
	Mails       []MailSent // oldest first; all but the last were sent again
	SeenAt      time.Time  // zero: not seen
	RepliedAt   time.Time  // first answer by mail after it; zero: none
	Reply       ID         // that answer
	Suppression ID         // of the address, as things stand now; zero: none
	Retry       bool       // the last mail failed, and may be sent again
}

// MailSent is a mail that tells of a message.
type MailSent struct {
	Mail     ID
	State    DeliveryState
	MadeAt   time.Time
	At       time.Time // of the state
	Attempts int
	QueueID  string // of the relay
	Reason   string // of a state that is no good news
}

// MailReport is what came back for a mail that the relay had taken.
type MailReport string

// The reports, each stronger than those before it: a mail that is said to be delayed after it failed has failed.
const (
	ReportDelayed    MailReport = "delayed"
	ReportDelivered  MailReport = "delivered"
	ReportFailed     MailReport = "failed"
	ReportComplained MailReport = "complained"
)

var reports = []MailReport{"", ReportDelayed, ReportDelivered, ReportFailed, ReportComplained}

// tells says whether the report tells more than what was known.
func (r MailReport) tells(known MailReport) bool {
	return slices.Index(reports, r) > slices.Index(reports, known)
}

// Failed says that the mail will not arrive.
func (m *Mail) Failed() bool { return m.Report == ReportFailed || m.State == MailFailed }

// sent is the mail as staff are shown it.
func (m *Mail) sent() MailSent {
	s := MailSent{Mail: m.ID, MadeAt: m.CreatedAt, At: m.SettledAt, Attempts: m.Attempts, QueueID: m.QueueID, Reason: m.Reason}
	s.State = map[MailState]DeliveryState{
		MailSending: DeliveryQueued, MailWaiting: DeliveryDelayed, MailAccepted: DeliveryAccepted, MailFailed: DeliveryBounced, MailDropped: DeliveryUnneeded,
	}[m.State]
	if m.State == MailWaiting && m.Attempts == 0 || m.SettledAt.IsZero() {
		s.State, s.At = DeliveryQueued, m.CreatedAt
	}
	if reported := (map[MailReport]DeliveryState{
		ReportDelayed: DeliveryDelayed, ReportDelivered: DeliveryDelivered, ReportFailed: DeliveryBounced, ReportComplained: DeliveryComplained,
	}[m.Report]); reported != "" {
		s.State, s.At, s.Reason = reported, m.ReportedAt, m.ReportReason
	}
	return s
}

// Deliveries tells staff of a conversation what became of word of a message, by the names of its recipients. Who was owed none (they had it on the screen,
// have muted the conversation, or wrote it) is not in it. Contacts are told that there is no such message.
func (s *Service) Deliveries(ctx context.Context, a Actor, conversation, message ID) (list []Delivery, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		m, err := visibleIn(ctx, rd, a, conversation, message)
		if err != nil {
			return err
		}
		if a.View != StaffView {
			return errNoMessage
		}
		list, err = deliveries(ctx, rd, m)
		return err
	})
	return list, err
}

func deliveries(ctx context.Context, rd Reader, m *Message) ([]Delivery, error) {
	notices, err := rd.NoticesOf(ctx, m.Office, m.Conversation, m.Position)
	if err != nil || len(notices) == 0 {
		return nil, err
	}
	d, err := delivering(ctx, rd, m, notices)
	if err != nil {
		return nil, err
	}
	list := make([]Delivery, 0, len(notices))
	for _, n := range notices {
		one, err := d.of(ctx, rd, n)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b Delivery) int {
		return cmp.Or(strings.Compare(a.Recipient.Name, b.Recipient.Name), compareIDs(a.Recipient.ID, b.Recipient.ID))
	})
	return list, nil
}

// knownOfMessage is what is looked up once for all recipients of a message.
type knownOfMessage struct {
	people   map[ID]*User
	mails    map[ID]*Mail
	receipts []ReceiptShown
	answers  []Answer
	at       Position
}

func delivering(ctx context.Context, rd Reader, m *Message, notices []Noticed) (*knownOfMessage, error) {
	var users, mails []ID
	for _, n := range notices {
		users = append(users, n.Recipient)
		if !n.Mail.IsZero() {
			mails = append(mails, n.Mail)
		}
	}
	k := &knownOfMessage{mails: map[ID]*Mail{}, at: m.Position}
	var err error
	if k.people, err = rd.Users(ctx, m.Office, users); err != nil {
		return nil, err
	}
	if err := k.loadMails(ctx, rd, m.Office, mails); err != nil {
		return nil, err
	}
	if k.receipts, err = rd.Receipts(ctx, m.Office, m.Conversation, m.Position-1, m.Position+1); err != nil {
		return nil, err
	}
	k.answers, err = rd.Answers(ctx, m.Office, m.Conversation, m.Position, mostAnswers)
	return k, err
}

const (
	mostAnswers  = 200 // letters looked at after a message
	mostAttempts = 20  // mails shown of one recipient; retries are asked for by people
)

// loadMails gives the mails, and those that they are another attempt of.
func (k *knownOfMessage) loadMails(ctx context.Context, rd Reader, office ID, ids []ID) error {
	for range mostAttempts {
		if len(ids) == 0 {
			return nil
		}
		found, err := rd.MailsByID(ctx, office, ids)
		if err != nil {
			return err
		}
		ids = nil
		for _, m := range found {
			k.mails[m.ID] = &m
			if !m.Again.IsZero() && k.mails[m.Again] == nil {
				ids = append(ids, m.Again)
			}
		}
	}
	return nil
}

// of puts together what is known of one recipient.
func (k *knownOfMessage) of(ctx context.Context, rd Reader, n Noticed) (Delivery, error) {
	d := Delivery{State: DeliveryQueued, At: n.SettledAt}
	u := k.people[n.Recipient]
	if u != nil {
		d.Recipient = u.Person()
	}
	for m := k.mails[n.Mail]; m != nil && len(d.Mails) < mostAttempts; m = k.mails[m.Again] {
		d.Mails = append(d.Mails, m.sent())
	}
	slices.Reverse(d.Mails)
	switch n.Became {
	case NoticeDropped:
		d.State = DeliveryUnneeded
	case NoticeSuppressed:
		d.State = DeliverySuppressed
	case NoticeMailed:
		if last := len(d.Mails) - 1; last >= 0 {
			d.State, d.At = d.Mails[last].State, d.Mails[last].At
			d.Retry = k.mails[n.Mail].Failed()
		}
	}
	k.heard(&d, n)
	if u != nil && n.Became == NoticeDue {
		return d, d.keptBack(ctx, rd, u, n.Notice)
	}
	if u == nil || d.State != DeliverySuppressed && d.State != DeliveryBounced && d.State != DeliveryComplained {
		return d, nil
	}
	found, err := suppressionOf(ctx, rd, u.Office, u.Email)
	if found != nil {
		d.Suppression, d.Retry = found.ID, false
	}
	return d, err
}

// keptBack says what a notice waits for, if that is for its recipient to choose. The oldest of a conversation stands for those behind it.
func (d *Delivery) keptBack(ctx context.Context, rd Reader, u *User, n Notice) error {
	if u.Mail.none() {
		return nil
	}
	owed, err := rd.Notices(ctx, n.Office, n.Recipient, n.Conversation)
	if err != nil || len(owed) == 0 || !owed[0].KeptBack {
		return err
	}
	d.WaitsFor, d.WaitsUntil = WaitsForQuietHours, owed[0].DueAt
	if u.Mail.Digest != 0 && digested(owed[0]) {
		d.WaitsFor = WaitsForDigest
	}
	return nil
}

// heard puts in what came from the recipient: that they saw it, and an answer by mail.
func (k *knownOfMessage) heard(d *Delivery, n Noticed) {
	for _, r := range k.receipts {
		if r.Receipt.Reader == n.Recipient && r.After < k.at && k.at <= r.Through && d.SeenAt.IsZero() {
			d.SeenAt = r.At
		}
	}
	for _, a := range k.answers {
		if a.Author == n.Recipient && d.Reply.IsZero() && !n.Mail.IsZero() {
			d.Reply, d.RepliedAt = a.Message, a.At
		}
	}
}

// mailChanged tells the staff of a conversation that the fate of a mail changed. What it is now they ask for.
func mailChanged(st *State, recipient ID, through Position) Effects {
	if st.Thread == nil {
		return Effects{}
	}
	staff, _ := st.audience(ForStaff)
	if len(staff) == 0 {
		return Effects{}
	}
	return Effects{Events: []Event{{
		Type: MailChanged, Conversation: st.Thread.Conversation.ID, Position: through, Subject: recipient, Staff: staff,
		Body: Body{Mail: &MailMark{Conversation: st.Thread.Conversation.ID, Recipient: recipient, Through: through}},
	}}}
}
