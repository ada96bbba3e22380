package chat

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// modelTx is a transaction of the model, on a clone of all that is kept.
type modelTx struct {
	modelReader
	IndexTx
	now   time.Time
	group *Group
}

func (t *modelTx) Now(context.Context) (time.Time, error) { return t.now, nil }

func (t *modelTx) Load(_ context.Context, needs ...Need) (*Group, error) {
	if t.group != nil {
		return nil, errors.New("a transaction loads once")
	}
	t.group = t.load(needs...)
	return t.group, nil
}

func (t *modelTx) Write(_ context.Context, g *Group) error {
	t.write(g, t.now)
	return nil
}

func (t *modelTx) PutOffice(_ context.Context, o Office) error { t.offices[o.ID] = o; return nil }

func (t *modelTx) PutHost(_ context.Context, office ID, host string) error {
	if _, taken := t.hosts[host]; taken {
		return Refuse(Conflict, "An office has this web host already.")
	}
	t.hosts[host] = office
	return nil
}

func (t *modelTx) PutAccount(_ context.Context, a Account) error { t.accounts[a.ID] = a; return nil }

func (t *modelTx) PutUser(_ context.Context, u User) error {
	for _, other := range t.users {
		if other.ID != u.ID && other.Office == u.Office && strings.EqualFold(other.Email, u.Email) {
			return Refuse(Conflict, "Somebody in the office has this email address already.")
		}
	}
	t.users[u.ID] = u
	if _, ok := t.streams[u.ID]; !ok {
		t.streams[u.ID] = Stream{User: u.ID, Place: Place{Epoch: 1}}
	}
	return nil
}

func (t *modelTx) HoldOffice(context.Context, ID) error { return nil }

func (t *modelTx) SetBCC(_ context.Context, _, user ID, bcc bool) error {
	u := t.users[user]
	u.BCC = bcc
	t.users[user] = u
	return nil
}

func (t *modelTx) SetStrict(_ context.Context, _, user ID, strict bool) error {
	u := t.users[user]
	u.Strict = strict
	t.users[user] = u
	return nil
}

func (t *modelTx) SetToldRead(_ context.Context, _, user ID, since time.Time) error {
	u := t.users[user]
	u.ToldRead = since
	t.users[user] = u
	return nil
}

func (t *modelTx) HoldMailTimes(_ context.Context, _, user ID) (MailTimes, error) {
	return t.users[user].Mail, nil
}

func (t *modelTx) SetMailTimes(_ context.Context, _, user ID, times MailTimes) error {
	u := t.users[user]
	u.Mail = times
	t.users[user] = u
	return nil
}

func (t *modelTx) SetActive(_ context.Context, office, user ID, active bool) (bool, error) {
	u, ok := t.users[user]
	if !ok || u.Office != office || u.Active == active {
		return false, nil
	}
	u.Active = active
	t.users[user] = u
	return true, nil
}

func (t *modelTx) SetRights(_ context.Context, _, user ID, role Role, mayMessage bool) error {
	u := t.users[user]
	u.Role, u.MayMessage = role, mayMessage
	t.users[user] = u
	return nil
}

func (t *modelTx) SetPassword(_ context.Context, _, user ID, hash string) error {
	u := t.users[user]
	u.Password = hash
	t.users[user] = u
	return nil
}

func (t *modelTx) RenewEpoch(_ context.Context, user ID) error {
	s := t.streams[user]
	s.Epoch++
	t.streams[user] = s
	return nil
}

func (t *modelTx) AddSession(_ context.Context, s Session) error { t.sessions[s.ID] = s; return nil }

func (t *modelTx) TouchSessions(_ context.Context, ids []ID, at time.Time) error {
	for _, id := range ids {
		s := t.sessions[id]
		s.SeenAt = at
		t.sessions[id] = s
	}
	return nil
}

func (t *modelTx) EndSession(_ context.Context, office, id ID, at time.Time) (bool, error) {
	s, ok := t.sessions[id]
	if !ok || s.Office != office || !s.EndedAt.IsZero() {
		return false, nil
	}
	s.EndedAt = at
	t.sessions[id] = s
	return true, nil
}

func (t *modelTx) AddLink(_ context.Context, l Link) error { t.links[l.ID] = l; return nil }

func (t *modelTx) UseLink(_ context.Context, id ID, at time.Time) (bool, error) {
	l := t.links[id]
	if !l.UsedAt.IsZero() {
		return false, nil
	}
	l.UsedAt = at
	t.links[id] = l
	return true, nil
}

func (t *modelTx) SpendLinks(_ context.Context, office, user ID, at time.Time) error {
	for id, l := range t.links {
		if l.Office == office && l.User == user && l.UsedAt.IsZero() {
			l.UsedAt = at
			t.links[id] = l
		}
	}
	return nil
}

func (t *modelTx) AddUpload(_ context.Context, a Attachment) error {
	if _, taken := t.attachments[a.ID]; taken {
		return Refuse(Conflict, "taken")
	}
	t.attachments[a.ID] = a
	return nil
}

func (t *modelTx) Scanned(_ context.Context, _, id ID, scan Scan) error {
	a := t.attachments[id]
	a.Scan = scan
	t.attachments[id] = a
	for i, m := range t.messages[a.Conversation] {
		if at := slices.IndexFunc(m.Attachments, func(f Attachment) bool { return f.ID == id }); at >= 0 {
			m.Attachments = slices.Clone(m.Attachments)
			m.Attachments[at] = a
			t.messages[a.Conversation][i] = m
		}
	}
	return nil
}

func (t *modelTx) PutTemplate(_ context.Context, one Template) error {
	t.templates[one.ID] = one
	return nil
}

func (t *modelTx) DropTemplate(_ context.Context, _, id ID) error {
	delete(t.templates, id)
	return nil
}

func (t *modelTx) Sign(_ context.Context, user ID, s Signature) error {
	t.signatures[s.Hash] = s
	u := t.users[user]
	u.Signature = s.Hash
	t.users[user] = u
	return nil
}

func (t *modelTx) PutDraft(_ context.Context, d Draft) error {
	t.drafts[draftKey{d.Author, d.ID}] = d
	return nil
}

func (t *modelTx) DropDrafts(_ context.Context, untouched, gone time.Time, limit int) (n int64, err error) {
	for key, d := range t.drafts {
		if n < int64(limit) && (d.SavedAt.Before(untouched) || d.Gone && d.SavedAt.Before(gone)) {
			delete(t.drafts, key)
			n++
		}
	}
	return n, nil
}

// inDraft says whether an upload waits in a draft.
func (t *modelTx) inDraft(id ID) bool {
	for _, d := range t.drafts {
		if slices.ContainsFunc(d.Files, func(f Attachment) bool { return f.ID == id }) {
			return true
		}
	}
	return false
}

func (t *modelTx) AddCopied(_ context.Context, list []Copied) error {
	t.copied = append(t.copied, list...)
	return nil
}

func (t *modelTx) PutRoster(_ context.Context, r Roster) (ID, error) {
	for id, old := range t.rosters {
		if old.Office == r.Office && strings.EqualFold(old.Name, r.Name) {
			r.ID, r.Address = id, old.Address
		}
	}
	t.rosters[r.ID] = r
	return r.ID, nil
}

func (t *modelTx) SetRosterAddress(_ context.Context, office, roster ID, address string) error {
	for id, other := range t.rosters {
		if address != "" && other.Office == office && other.Address == address && id != roster {
			return Refuse(Conflict, "taken")
		}
	}
	r := t.rosters[roster]
	r.Address = address
	t.rosters[roster] = r
	return nil
}

func (t *modelTx) AddAudit(_ context.Context, e AuditEntry) error {
	t.audit = append(t.audit, e)
	return nil
}

func (t *modelTx) DecideLetter(_ context.Context, l Letter) error {
	t.letters[l.ID] = l
	return nil
}

func (t *modelTx) AddAlias(_ context.Context, a Alias) error {
	t.aliases = append(t.aliases, a)
	return nil
}

func (t *modelTx) TrustSigner(_ context.Context, s TrustedSigner) error {
	t.signers = append(t.signers, s)
	return nil
}

func (t *modelTx) DropAlias(_ context.Context, office, user ID, address string) (bool, error) {
	before := len(t.aliases)
	t.aliases = slices.DeleteFunc(slices.Clone(t.aliases), func(a Alias) bool { return a.Office == office && a.User == user && a.Address == address })
	return len(t.aliases) < before, nil
}

func (t *modelTx) DropSigner(_ context.Context, office, user ID, domain string) (bool, error) {
	before := len(t.signers)
	t.signers = slices.DeleteFunc(slices.Clone(t.signers), func(s TrustedSigner) bool {
		return s.Office == office && s.User == user && s.Domain == domain
	})
	return len(t.signers) < before, nil
}

func (t *modelTx) AddLedger(_ context.Context, l LedgerRow) error {
	t.ledger = append(t.ledger, l)
	return nil
}

// ClaimNotices: the oldest notice of a seat stands for all of them, but for what is kept back for later.
func (t *modelTx) ClaimNotices(_ context.Context, token ID, until time.Time, limit int) (claims []Claim, err error) {
	oldest := map[Seat]owedNotice{}
	for _, n := range t.notices {
		seat := Seat{n.Conversation, n.Recipient}
		later := n.KeptBack && n.DueAt.After(t.now) && !n.claim.Until.After(t.now)
		if old, ok := oldest[seat]; n.state == NoticeDue && !later && (!ok || n.Position < old.Position) {
			oldest[seat] = n
		}
	}
	due := slices.DeleteFunc(slices.Collect(maps.Values(oldest)), func(n owedNotice) bool {
		return n.DueAt.After(t.now) || n.claim.Until.After(t.now)
	})
	slices.SortFunc(due, func(a, b owedNotice) int { return cmp.Or(a.DueAt.Compare(b.DueAt), compareIDs(a.ID, b.ID)) })
	for _, first := range due[:min(len(due), limit)] {
		c := Claim{Office: first.Office, Recipient: first.Recipient, Conversation: first.Conversation, Token: token, Until: until}
		claims = append(claims, c)
		for _, n := range t.due(first.Recipient, first.Conversation) {
			n.claim = c
			t.notices[n.ID] = n
		}
	}
	return claims, nil
}

func (t *modelTx) Owed(_ context.Context, c Claim) (list []Notice, err error) {
	for _, n := range t.due(c.Recipient, c.Conversation) {
		if n.claim.Token == c.Token && n.claim.Until.After(t.now) {
			list = append(list, n.Notice)
		}
	}
	return list, nil
}

func (t *modelTx) PostponeNotices(_ context.Context, c Claim, due time.Time) error {
	for _, n := range t.due(c.Recipient, c.Conversation) {
		if n.claim.Token == c.Token {
			n.claim = Claim{}
			if n.DueAt.Before(due) {
				n.DueAt = due
			}
			t.notices[n.ID] = n
		}
	}
	return nil
}

func (t *modelTx) KeepBack(_ context.Context, c Claim, due time.Time) error {
	for _, n := range t.due(c.Recipient, c.Conversation) {
		if n.claim.Token == c.Token {
			n.claim = Claim{}
			if !n.DueAt.After(due) && (!n.KeptBack || !n.DueAt.After(t.now)) {
				n.DueAt, n.KeptBack = due, true
			}
			t.notices[n.ID] = n
		}
	}
	return nil
}

func (t *modelTx) OwedTogether(ctx context.Context, c Claim, _ int) ([]Notice, error) {
	list, _ := t.Owed(ctx, c)
	together := map[ID]bool{}
	for _, n := range t.notices {
		if n.Recipient == c.Recipient && n.state == NoticeDue && n.KeptBack && !n.DueAt.After(t.now) && n.Conversation != c.Conversation {
			together[n.Conversation] = true
		}
	}
	for id := range together {
		for _, n := range t.due(c.Recipient, id) {
			list = append(list, n.Notice)
		}
	}
	slices.SortFunc(list, byPlace)
	return list, nil
}

func byPlace(a, b Notice) int {
	return cmp.Or(compareIDs(a.Conversation, b.Conversation), cmp.Compare(a.Position, b.Position), compareIDs(a.ID, b.ID))
}

func (t *modelTx) SettleTogether(ctx context.Context, ids []ID, mail ID) error {
	if err := t.SettleNotices(ctx, ids, NoticeMailed, mail); err != nil {
		return err
	}
	for _, id := range ids {
		n := t.notices[id]
		n.KeptBack = true
		t.notices[id] = n
	}
	return nil
}

func (t *modelTx) Recall(_ context.Context, office, recipient ID, after time.Duration) error {
	for id, n := range t.notices {
		if n.Office == office && n.Recipient == recipient && n.state == NoticeDue && n.KeptBack {
			n.KeptBack = false
			if latest := t.now.Add(after); n.DueAt.After(latest) {
				n.DueAt = latest
			}
			t.notices[id] = n
		}
	}
	return nil
}

func (r *modelReader) Digested(_ context.Context, m Mail) (list []Notice, err error) {
	for _, n := range r.notices {
		if n.Mail == m.ID && n.state == NoticeMailed && n.KeptBack {
			list = append(list, n.Notice)
		}
	}
	slices.SortFunc(list, byPlace)
	return list, nil
}

func (t *modelTx) SettleNotices(_ context.Context, ids []ID, to NoticeState, mail ID) error {
	for _, id := range ids {
		n := t.notices[id]
		if n.state != NoticeDue {
			return Refuse(Conflict, "Somebody else settled these notices.")
		}
		n.state, n.claim, n.settledAt = to, Claim{}, t.now
		if !mail.IsZero() {
			n.Mail = mail
		}
		t.notices[id] = n
	}
	return nil
}

func (t *modelTx) ReleaseCopies(_ context.Context, office, conversation ID, positions []Position) error {
	for id, n := range t.notices {
		if n.Office == office && n.Conversation == conversation && n.state == NoticeHeld && slices.Contains(positions, n.Position) {
			n.state, n.DueAt = NoticeDue, t.now
			t.notices[id] = n
		}
	}
	return nil
}

// AddressFor makes a number of the seat's own, instead of the random one.
func (t *modelTx) AddressFor(_ context.Context, office, conversation, user ID, _ int64) (*ReplyAddress, error) {
	seat := Seat{conversation, user}
	a, ok := t.addresses[seat]
	if !ok {
		a = ReplyAddress{Office: office, Reply: t.replyNumber(conversation, user), Generation: 1, Conversation: conversation, User: user}
		t.addresses[seat] = a
	}
	return &a, nil
}

// replyNumber is the same in every run: of conversations and copies that begin at once, a contact is in one of each at most.
func (k *records) replyNumber(conversation, user ID) int64 {
	of := conversation[:]
	if u, c := k.users[user], k.threads[conversation]; c != nil && c.Participants[user] != nil && u.View() == ContactView {
		of = fmt.Append(nil, c.Conversation.StartedAt, c.Conversation.Kind)
	}
	sum := sha256.Sum256(slices.Concat(of, user[:]))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

func (t *modelTx) MarkMailed(_ context.Context, reply int64, newest Position) error {
	for seat, a := range t.addresses {
		if a.Reply == reply {
			a.Mailed = max(a.Mailed, newest)
			t.addresses[seat] = a
		}
	}
	return nil
}

func (t *modelTx) AddMail(_ context.Context, m Mail) error { t.mails[m.ID] = m; return nil }

func (t *modelTx) ClaimMails(_ context.Context, token ID, until time.Time, limit int) (list []Mail, err error) {
	for _, m := range t.mails {
		lapsed := m.State == MailSending && !m.Until.After(t.now)
		if lapsed || m.State == MailWaiting && !m.NextTry.After(t.now) {
			if lapsed {
				m.Doubled++
			}
			m.State, m.Token, m.Until, m.Attempts = MailSending, token, until, m.Attempts+1
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b Mail) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), compareIDs(a.ID, b.ID)) })
	list = list[:min(len(list), limit)]
	for _, m := range list {
		t.mails[m.ID] = m
	}
	return list, nil
}

func (t *modelTx) FinishMail(_ context.Context, office, mail, token ID, r MailResult, wipe bool) (bool, error) {
	m, ok := t.mails[mail]
	if !ok || m.Office != office || m.State != MailSending || m.Token != token {
		return false, nil
	}
	m.State, m.QueueID, m.Reason, m.NextTry, m.Token, m.SettledAt = r.State, r.QueueID, r.Reason, r.NextTry, ID{}, t.now
	if r.Lost {
		m.Doubled++
	}
	if wipe {
		m.Raw = nil
	}
	t.mails[mail] = m
	return true, nil
}

func (t *modelTx) Due(_ context.Context, chore string, next time.Time) (bool, error) {
	if t.chores[chore].After(t.now) {
		return false, nil
	}
	t.chores[chore] = next
	return true, nil
}

func (t *modelTx) TrimStreams(_ context.Context, after ID, users int, before time.Time, each int) (last ID, trimmed int64, err error) {
	page := slices.SortedFunc(maps.Keys(t.streams), compareIDs)
	page = slices.DeleteFunc(page, func(id ID) bool { return compareIDs(id, after) <= 0 })
	for _, user := range page[:min(len(page), users)] {
		kept := slices.IndexFunc(t.events[user], func(e StreamEvent) bool { return !e.At.Before(before) })
		if kept < 0 {
			kept = len(t.events[user])
		}
		kept = min(kept, each)
		t.events[user], last, trimmed = t.events[user][kept:], user, trimmed+int64(kept)
	}
	return last, trimmed, nil
}

func (t *modelTx) DropUploads(_ context.Context, before time.Time, limit int) (dropped []Content, err error) {
	for id, a := range t.attachments {
		if a.Message.IsZero() && a.CreatedAt.Before(before) && !t.inDraft(id) && len(dropped) < limit {
			delete(t.attachments, id)
			dropped = append(dropped, Content{a.Office, a.Hash})
		}
	}
	return dropped, nil
}

func (t *modelTx) DropSessions(_ context.Context, before time.Time, limit int) (n int64, err error) {
	for id, s := range t.sessions {
		if n < int64(limit) && (s.ExpiresAt.Before(before) || !s.EndedAt.IsZero() && s.EndedAt.Before(before)) {
			delete(t.sessions, id)
			n++
		}
	}
	return n, nil
}

func (t *modelTx) DropLinks(_ context.Context, before time.Time, limit int) (n int64, err error) {
	for id, l := range t.links {
		if n < int64(limit) && (l.ExpiresAt.Before(before) || !l.UsedAt.IsZero() && l.UsedAt.Before(before)) {
			delete(t.links, id)
			n++
		}
	}
	return n, nil
}
