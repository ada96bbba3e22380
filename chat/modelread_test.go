package chat

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
)

// modelReader is what can be asked of the model. Methods that no use case of this package needs are left out.
type modelReader struct {
	Reader
	*records
}

func find[K comparable, V any](m map[K]V, key K, office func(V) bool) (*V, error) {
	if v, ok := m[key]; ok && office(v) {
		return &v, nil
	}
	return nil, Refuse(NotFound, "There is no such thing.")
}

// only finds the one value that is asked for.
func only[K comparable, V any](m map[K]V, is func(V) bool) (*V, error) {
	for _, v := range m {
		if is(v) {
			return &v, nil
		}
	}
	return nil, Refuse(NotFound, "There is no such thing.")
}

func (r *modelReader) Office(_ context.Context, id ID) (*Office, error) {
	return find(r.offices, id, func(Office) bool { return true })
}

func (r *modelReader) OfficeByHost(ctx context.Context, host string) (*Office, error) {
	return r.Office(ctx, r.hosts[host])
}

func (r *modelReader) OfficeByMailDomain(_ context.Context, domain string) (*Office, error) {
	return only(r.offices, func(o Office) bool { return o.MailDomain == domain })
}

func (r *modelReader) User(_ context.Context, office, id ID) (*User, error) {
	return find(r.users, id, func(u User) bool { return u.Office == office })
}

func (r *modelReader) UserByEmail(_ context.Context, office ID, email string) (*User, error) {
	return only(r.users, func(u User) bool { return u.Office == office && strings.EqualFold(u.Email, email) })
}

func (r *modelReader) Users(ctx context.Context, office ID, ids []ID) (map[ID]*User, error) {
	found := map[ID]*User{}
	for _, id := range ids {
		if u, err := r.User(ctx, office, id); err == nil {
			found[id] = u
		}
	}
	return found, nil
}

func (r *modelReader) People(_ context.Context, q PeopleQuery) (list []Listed, err error) {
	for _, u := range r.users {
		if q.Among != nil {
			if u.Office == q.Office && slices.Contains(q.Among, u.ID) {
				list = append(list, Listed{User: u, AccountName: r.accounts[u.Account].Name})
			}
			continue
		}
		if q.AfterName != "" && cmp.Or(strings.Compare(u.Name, q.AfterName), compareIDs(u.ID, q.AfterID)) <= 0 {
			continue
		}
		if u.Office == q.Office && u.Active != q.Deactivated && u.ID != q.Except && slices.Contains(q.Views, u.View()) && begins(u, q) {
			list = append(list, Listed{User: u, AccountName: r.accounts[u.Account].Name})
		}
	}
	slices.SortFunc(list, func(a, b Listed) int { return cmp.Or(strings.Compare(a.Name, b.Name), compareIDs(a.ID, b.ID)) })
	return list[:min(len(list), q.Limit)], nil
}

func begins(u User, q PeopleQuery) bool {
	words := strings.Fields(u.Name)
	if !q.NamesOnly {
		words = append(words, u.Email)
	}
	return slices.ContainsFunc(words, func(word string) bool {
		return strings.HasPrefix(strings.ToLower(word), strings.ToLower(q.Prefix))
	})
}

func (r *modelReader) Owners(_ context.Context, office ID) (list []User, err error) {
	for _, u := range r.users {
		if u.Office == office && u.Role == Owner && u.Active {
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b User) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), compareIDs(a.ID, b.ID)) })
	return list, nil
}

func (r *modelReader) SoleStaff(_ context.Context, office, user ID, limit int) (list []ID, err error) {
	for id, t := range r.threads {
		p := t.Participants[user]
		if p == nil || !p.Active || t.Conversation.Office != office {
			continue
		}
		staff, contacts := 0, 0
		for other, p := range t.Participants {
			switch u := r.users[other]; {
			case !p.Active || other == user:
			case u.View() == ContactView:
				contacts++
			case u.Active && u.MayMessage:
				staff++
			}
		}
		if staff == 0 && contacts > 0 {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, compareIDs)
	return list[:min(len(list), limit)], nil
}

func (r *modelReader) Assigned(_ context.Context, office, user ID, limit int) (list []ID, err error) {
	for id, t := range r.threads {
		if p := t.Participants[user]; p != nil && p.Active && t.Conversation.Office == office && t.Conversation.Assignee == user {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, compareIDs)
	return list[:min(len(list), limit)], nil
}

func (r *modelReader) Account(_ context.Context, office, id ID) (*Account, error) {
	return find(r.accounts, id, func(a Account) bool { return a.Office == office })
}

func (r *modelReader) Session(_ context.Context, hash [32]byte) (*Session, error) {
	return only(r.sessions, func(s Session) bool { return s.TokenHash == hash })
}

func (r *modelReader) Sessions(_ context.Context, office, user ID) (list []Session, err error) {
	for _, s := range r.sessions {
		if s.Office == office && s.User == user && s.EndedAt.IsZero() {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b Session) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), compareIDs(b.ID, a.ID)) })
	return list, nil
}

func (r *modelReader) Link(_ context.Context, hash [32]byte) (*Link, error) {
	return only(r.links, func(l Link) bool { return l.TokenHash == hash })
}

func (r *modelReader) Stream(_ context.Context, user ID) (Stream, error) {
	s, ok := r.streams[user]
	if !ok {
		return Stream{}, Refuse(NotFound, "There is no such user.")
	}
	s.Badge = r.badge(user)
	return s, nil
}

func (r *modelReader) Events(_ context.Context, user ID, after int64, limit int) ([]StreamEvent, int64, error) {
	all, oldest := r.events[user], r.streams[user].Number+1
	if len(all) > 0 {
		oldest = all[0].Number
	}
	first := slices.IndexFunc(all, func(e StreamEvent) bool { return e.Number > after })
	if first < 0 {
		return nil, oldest, nil
	}
	return slices.Clone(all[first:min(first+limit, len(all))]), oldest, nil
}

func (r *modelReader) Summaries(_ context.Context, office ID, ids []ID) (map[ID]*Summary, error) {
	sums := map[ID]*Summary{}
	for _, id := range ids {
		t := r.threads[id]
		if t == nil || t.Conversation.Office != office {
			continue
		}
		sum := &Summary{Conversation: t.Conversation}
		for _, user := range t.Order {
			u := r.users[user]
			sum.Members = append(sum.Members, Member{Participant: *t.Participants[user], Person: u.Person()})
		}
		sums[id] = sum
	}
	return sums, nil
}

func (r *modelReader) Present(_ context.Context, office, id ID, views []View) (present []ID, err error) {
	t := r.threads[id]
	if t == nil || t.Conversation.Office != office {
		return nil, nil
	}
	for user, p := range t.Participants {
		u := r.users[user]
		if p.Active && (views == nil || slices.Contains(views, u.View())) {
			present = append(present, user)
		}
	}
	slices.SortFunc(present, compareIDs)
	return present, nil
}

func (r *modelReader) Spans(_ context.Context, office, user ID, ids []ID) (map[ID][]Span, error) {
	spans := map[ID][]Span{}
	for _, id := range ids {
		if t := r.threads[id]; t != nil && t.Conversation.Office == office && len(t.Spans[user]) > 0 {
			spans[id] = slices.Clone(t.Spans[user])
		}
	}
	return spans, nil
}

func (r *modelReader) Rows(_ context.Context, q RowQuery) (list []Seating, err error) {
	for id, t := range r.threads {
		p := t.Participants[q.User]
		if p == nil || t.Conversation.Office != q.Office || !inList(q, id, t, p) {
			continue
		}
		list = append(list, Seating{Participant: *p, Preview: r.at(MessagePlace{id, p.Newest})})
	}
	slices.SortFunc(list, func(a, b Seating) int { return compareKeys(b, a.ActiveAt.UnixMicro(), a.Conversation) })
	return list[:min(len(list), q.Limit)], nil
}

// compareKeys orders a row against a place in the list.
func compareKeys(s Seating, at int64, id ID) int {
	return cmp.Or(cmp.Compare(s.ActiveAt.UnixMicro(), at), bytes.Compare(s.Conversation[:], id[:]))
}

func (r *modelReader) OfficeConversations(_ context.Context, q OfficeQuery) (list []ID, err error) {
	for id, t := range r.threads {
		if t.Conversation.Office == q.Office && (q.Person.IsZero() || t.Participants[q.Person] != nil) && (q.Before.IsZero() || compareIDs(id, q.Before) < 0) {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, func(a, b ID) int { return compareIDs(b, a) })
	return list[:min(len(list), q.Limit)], nil
}

func inList(q RowQuery, id ID, t *Thread, p *Participant) bool {
	if !q.Conversation.IsZero() {
		return id == q.Conversation
	}
	if !q.BeforeAt.IsZero() && compareKeys(Seating{Participant: *p}, q.BeforeAt.UnixMicro(), q.BeforeID) >= 0 {
		return false
	}
	c := &t.Conversation
	if !q.Unanswered.IsZero() && (!p.Active || c.UnansweredSince.IsZero() || c.UnansweredSince.After(q.Unanswered)) {
		return false
	}
	if p.Deleted != (q.List == Deleted) && q.List != Inbox && q.List != Unread {
		return false
	}
	switch q.List {
	case Deleted:
		return true
	case Mine:
		return p.Active && c.Assignee == q.User && c.State != Done
	case NoOnes:
		return p.Active && c.Assignee.IsZero() && c.State != Done
	case Inbox:
		return !p.Archived && !p.Beneath
	case Unread:
		return p.Unread() && !p.Archived && !p.Beneath
	case Important:
		return p.Active && t.Conversation.Important
	case Recent:
		return !p.Beneath
	}
	return p.Archived && !p.Beneath
}

func (r *modelReader) Unseen(_ context.Context, q UnseenQuery) (map[ID]int, error) {
	counts := map[ID]int{}
	for _, cursor := range q.Cursors {
		looked := 0
		for _, m := range r.messages[cursor.Conversation] {
			if m.Position <= cursor.Position || !m.Audience.Includes(q.View) || looked == q.Look {
				continue
			}
			if looked++; m.newTo(q.User, q.View) {
				counts[cursor.Conversation]++
			}
		}
	}
	return counts, nil
}

func (r *modelReader) at(place MessagePlace) *Message {
	list := r.messages[place.Conversation]
	i, ok := slices.BinarySearchFunc(list, place.Position, func(m Message, p Position) int { return cmp.Compare(m.Position, p) })
	if !ok {
		return nil
	}
	m := list[i]
	return &m
}

func (r *modelReader) Messages(_ context.Context, q MessageQuery) (list []Message, err error) {
	for _, m := range r.messages[q.Conversation] {
		in := m.Position > q.After
		if !q.Forward {
			in = q.Before == 0 || m.Position < q.Before
		}
		if in && (q.Undone || m.Withdrawn != Undone) && m.Office == q.Office && q.Access.Sees(m.Position, m.Audience) {
			list = append(list, m)
		}
	}
	if q.Forward {
		return list[:min(len(list), q.Limit)], nil
	}
	return list[max(0, len(list)-q.Limit):], nil
}

func (r *modelReader) Withdrawn(_ context.Context, q WithdrawnQuery) (bool, error) {
	return slices.ContainsFunc(r.messages[q.Conversation], func(m Message) bool {
		return m.Withdrawn != "" && m.Position <= q.Through && m.WithdrawnAt.After(q.Since) && m.Office == q.Office && q.Access.Sees(m.Position, m.Audience)
	}), nil
}

func (r *modelReader) MessagesAt(_ context.Context, office ID, places []MessagePlace) (map[MessagePlace]*Message, error) {
	found := map[MessagePlace]*Message{}
	for _, place := range places {
		if m := r.at(place); m != nil && m.Office == office {
			found[place] = m
		}
	}
	return found, nil
}

func (r *modelReader) Message(_ context.Context, office, id ID) (*Message, error) {
	for _, list := range r.messages {
		for _, m := range list {
			if m.ID == id && m.Office == office {
				return &m, nil
			}
		}
	}
	return nil, Refuse(NotFound, "There is no such message.")
}

func (r *modelReader) Receipts(_ context.Context, office, id ID, after, through Position) (list []ReceiptShown, err error) {
	for _, rc := range r.receipts[id] {
		if u := r.users[rc.Reader]; u.Office == office && rc.Through > after && rc.After < through {
			list = append(list, ReceiptShown{Receipt: rc, Reader: u.Person()})
		}
	}
	slices.SortStableFunc(list, func(a, b ReceiptShown) int {
		return cmp.Or(a.At.Compare(b.At), compareIDs(a.Receipt.Reader, b.Receipt.Reader), cmp.Compare(a.After, b.After))
	})
	return list, nil
}

func (r *modelReader) Attachment(_ context.Context, office, id ID) (*Attachment, error) {
	return find(r.attachments, id, func(a Attachment) bool { return a.Office == office })
}

func (r *modelReader) Template(_ context.Context, office, id ID) (*Template, error) {
	return find(r.templates, id, func(t Template) bool { return t.Office == office })
}

func (r *modelReader) Templates(_ context.Context, office, owner ID) (list []Template, err error) {
	for _, t := range r.templates {
		if t.Office == office && (t.Owner.IsZero() || t.Owner == owner) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b Template) int { return cmp.Or(strings.Compare(a.Title, b.Title), compareIDs(a.ID, b.ID)) })
	return list, nil
}

func (r *modelReader) Signature(_ context.Context, office ID, hash [32]byte) (*Signature, error) {
	return find(r.signatures, hash, func(s Signature) bool { return s.Office == office })
}

func (r *modelReader) Draft(_ context.Context, office, author, id ID) (*Draft, error) {
	d, err := find(r.drafts, draftKey{author, id}, func(d Draft) bool { return d.Office == office })
	if err == nil {
		d.Files = r.unsent(d.Files)
	}
	return d, err
}

// unsent gives files as they are now, but for those that were sent.
func (r *modelReader) unsent(files []Attachment) (list []Attachment) {
	for _, f := range files {
		if f = r.attachments[f.ID]; f.Message.IsZero() {
			list = append(list, f)
		}
	}
	return list
}

func (r *modelReader) Drafts(_ context.Context, office, author ID, limit int) (list []Draft, err error) {
	for _, d := range r.drafts {
		if d.Office == office && d.Author == author && !d.Gone {
			d.HTML, d.Files = "", r.unsent(d.Files)
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b Draft) int { return cmp.Or(b.SavedAt.Compare(a.SavedAt), compareIDs(b.ID, a.ID)) })
	return list[:min(len(list), limit)], nil
}

func (r *modelReader) Copies(_ context.Context, office, conversation ID) (list []CopyMade, err error) {
	for _, t := range r.threads {
		if t.Conversation.Office != office || t.Conversation.CopyOf != conversation || t.Conversation.Newest == 0 {
			continue
		}
		made := CopyMade{Conversation: t.Conversation.ID}
		var opened Position
		for id, p := range t.Participants {
			if u := r.users[id]; u.View() == ContactView {
				made.Contact, made.Active, opened = u.Person(), p.Active, p.Opened
			}
		}
		for _, m := range r.messages[made.Conversation] {
			made.Answered = made.Answered || m.Author.ID == made.Contact.ID && m.Kind == Written && m.Withdrawn != Undone
		}
		for _, c := range r.copied {
			if c.Conversation == made.Conversation {
				made.Messages, made.Read = append(made.Messages, c), opened >= c.Position
			}
		}
		list = append(list, made)
	}
	slices.SortFunc(list, func(a, b CopyMade) int {
		return cmp.Or(strings.Compare(a.Contact.Name, b.Contact.Name), compareIDs(a.Contact.ID, b.Contact.ID))
	})
	return list, nil
}

func (r *modelReader) Rosters(_ context.Context, office ID, ids []ID) (list []Roster, err error) {
	for _, roster := range r.rosters {
		if roster.Office != office || ids != nil && !slices.Contains(ids, roster.ID) {
			continue
		}
		roster.Members = slices.DeleteFunc(slices.Clone(roster.Members), func(id ID) bool {
			u := r.users[id]
			return mayMessage(&u) != nil
		})
		slices.SortFunc(roster.Members, func(a, b ID) int { return cmp.Or(strings.Compare(r.users[a].Name, r.users[b].Name), compareIDs(a, b)) })
		list = append(list, roster)
	}
	slices.SortFunc(list, func(a, b Roster) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func (r *modelReader) RosterAt(_ context.Context, office ID, address string) (*Roster, error) {
	return only(r.rosters, func(o Roster) bool { return address != "" && o.Office == office && o.Address == address })
}

func (r *modelReader) ReplySeat(ctx context.Context, reply int64) (*ReplySeat, error) {
	a, err := only(r.addresses, func(a ReplyAddress) bool { return a.Reply == reply })
	if err != nil {
		return nil, err
	}
	sums, err := r.Summaries(ctx, a.Office, []ID{a.Conversation})
	if err != nil {
		return nil, err
	}
	sum, seat := sums[a.Conversation], &ReplySeat{Office: r.offices[a.Office], Address: *a, User: r.users[a.User]}
	seat.ConversationStrict = sum.Conversation.Strict
	for _, m := range sum.Members {
		seat.Active = seat.Active || m.Active && m.User == a.User
		seat.AccountStrict = seat.AccountStrict || m.Active && r.accounts[r.users[m.User].Account].Strict
	}
	for _, alias := range r.aliases {
		seat.Trusted = seat.Trusted || alias.User == a.User
	}
	for _, s := range r.signers {
		seat.Trusted = seat.Trusted || s.User == a.User
	}
	return seat, nil
}

func (r *modelReader) Aliases(_ context.Context, office, user ID) (list []Alias, err error) {
	for _, a := range r.aliases {
		if a.Office == office && a.User == user {
			list = append(list, a)
		}
	}
	return list, nil
}

func (r *modelReader) Alias(_ context.Context, office ID, address string) (*Alias, error) {
	for _, a := range r.aliases {
		if a.Office == office && a.Address == address {
			return &a, nil
		}
	}
	return nil, Refuse(NotFound, "There is no such alias.")
}

func (r *modelReader) TrustedSigners(_ context.Context, office, user ID) (list []TrustedSigner, err error) {
	for _, s := range r.signers {
		if s.Office == office && s.User == user {
			list = append(list, s)
		}
	}
	return list, nil
}

func (r *modelReader) Letter(_ context.Context, office, id ID) (*Letter, error) {
	return find(r.letters, id, func(l Letter) bool { return l.Office == office })
}

func (r *modelReader) LetterContent(ctx context.Context, office, id ID) ([]byte, error) {
	l, err := r.Letter(ctx, office, id)
	if err != nil {
		return nil, err
	}
	return l.Content, nil
}

func (r *modelReader) Named(_ context.Context, office, user ID, messageIDs []string) (list []Named, err error) {
	for _, m := range r.mails {
		if m.Office == office && m.Recipient == user && !m.Conversation.IsZero() && slices.Contains(messageIDs, m.MessageID) {
			list = append(list, Named{m.MessageID, m.Kind, m.Conversation, m.Newest})
		}
	}
	for _, l := range r.letters {
		id := strings.TrimSuffix(strings.TrimPrefix(l.MessageID, "<"), ">")
		if l.Office == office && l.Participant == user && l.Reply == 0 && l.Fate == LetterPosted && slices.Contains(messageIDs, id) {
			list = append(list, Named{MessageID: id, Conversation: l.Conversation})
		}
	}
	slices.SortFunc(list, func(a, b Named) int {
		return cmp.Or(strings.Compare(a.MessageID, b.MessageID), compareIDs(a.Conversation, b.Conversation))
	})
	return list, nil
}

func (r *modelReader) Mail(_ context.Context, office, id ID) (*Mail, error) {
	return find(r.mails, id, func(m Mail) bool { return m.Office == office })
}

func (r *modelReader) Mails(_ context.Context, office, recipient, conversation ID, limit int) (list []Mail, err error) {
	for _, m := range r.mails {
		if m.Office == office && m.Recipient == recipient && (conversation.IsZero() || m.Conversation == conversation) {
			m.Raw, m.Enclosed = nil, nil
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b Mail) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), compareIDs(b.ID, a.ID)) })
	return list[:min(len(list), limit)], nil
}

func (r *modelReader) ToldRead(_ context.Context, office ID) (list []User, err error) {
	for _, u := range r.users {
		if u.Office == office && !u.ToldRead.IsZero() {
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b User) int { return cmp.Or(strings.Compare(a.Name, b.Name), compareIDs(a.ID, b.ID)) })
	return list, nil
}

func (r *modelReader) Untold(_ context.Context, office, conversation, author ID, from Position, limit int) (list []Position, err error) {
	for _, m := range r.messages[conversation] {
		told := func(mail Mail) bool {
			return mail.Kind == ReadMail && mail.Recipient == author && mail.Conversation == conversation && mail.Quoted <= m.Position && m.Position <= mail.Newest
		}
		if m.Office == office && m.Author.ID == author && m.Position >= from && m.Audience == ForAll && m.Kind == Written && m.Withdrawn == "" &&
			!slices.ContainsFunc(slices.Collect(maps.Values(r.mails)), told) && len(list) < limit {
			list = append(list, m.Position)
		}
	}
	return list, nil
}

func (r *modelReader) FirstMail(ctx context.Context, office, recipient, conversation ID) (*Mail, error) {
	all, err := r.Mails(ctx, office, recipient, conversation, len(r.mails))
	all = slices.DeleteFunc(all, func(m Mail) bool { return m.State == MailDropped || m.State == MailFailed })
	if len(all) == 0 {
		return nil, cmp.Or(err, error(errNoMail))
	}
	return &all[len(all)-1], err
}

func (r *modelReader) Notices(_ context.Context, office, recipient, conversation ID) (list []Notice, err error) {
	for _, n := range r.due(recipient, conversation) {
		if n.Office == office {
			list = append(list, n.Notice)
		}
	}
	return list, nil
}

// due gives what the recipient is owed in the conversation, oldest first.
func (r *modelReader) due(recipient, conversation ID) (list []owedNotice) {
	for _, n := range r.notices {
		if n.Recipient == recipient && n.Conversation == conversation && n.state == NoticeDue {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b owedNotice) int { return cmp.Or(cmp.Compare(a.Position, b.Position), compareIDs(a.ID, b.ID)) })
	return list
}

func (r *modelReader) InUse(_ context.Context, c Content) (bool, error) {
	for _, a := range r.attachments {
		if a.Office == c.Office && a.Hash == c.Hash {
			return true, nil
		}
	}
	for _, l := range r.letters {
		if l.Office == c.Office && l.Raw == c.Hash {
			return true, nil
		}
	}
	return false, nil
}

// Candidates gives all that the user's conversations hold: what fits is for the service to say.
func (r *modelReader) Candidates(_ context.Context, q CandidateQuery) iter.Seq2[Candidate, error] {
	var list []Candidate
	for id, t := range r.threads {
		if t.Conversation.Office != q.Office || t.Participants[q.User] == nil || !q.Conversation.IsZero() && id != q.Conversation {
			continue
		}
		for _, m := range r.messages[id] {
			c := Candidate{m.At, id, m.Position}
			if !m.At.Before(q.From) && (q.To.IsZero() || m.At.Before(q.To)) && (q.Before.IsZero() || q.Before.Compare(c) < 0) {
				list = append(list, c)
			}
		}
	}
	slices.SortFunc(list, Candidate.Compare)
	return func(yield func(Candidate, error) bool) {
		for _, c := range list {
			if !yield(c, nil) {
				return
			}
		}
	}
}
