package chat

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// SaveDraft keeps a draft. The same save again gives the first answer; one that is based on an older version never overwrites, and is
// never lost: it becomes a second draft.
func (s *Service) SaveDraft(ctx context.Context, a Actor, r DraftRequest) (saved DraftSaved, err error) {
	draft, err := s.drafted(a, r)
	if err != nil {
		return DraftSaved{}, err
	}
	n := Need{Office: a.Office, Actor: a.User, Uploads: r.Attachments}
	told, err := s.Store.Update(ctx, func(tx Tx) error {
		g, err := tx.Load(ctx, n)
		if err != nil {
			return err
		}
		d := drafting{tx, g.State(n), a}
		saved, err = d.save(ctx, draft, r)
		if err != nil || g.Writes().Empty() {
			return err
		}
		return tx.Write(ctx, g)
	})
	if err != nil {
		return DraftSaved{}, err
	}
	s.announce(ctx, told)
	saved.Place, _, err = s.placed(ctx, told, a.User)
	return saved, err
}

// drafted bounds and cleans a draft. It is sanitised when saved, because other devices put it on their screens, and again when it is
// sent, like all that comes from outside.
func (s *Service) drafted(a Actor, r DraftRequest) (Draft, error) {
	d := Draft{
		Office: a.Office, Author: a.User, ID: r.ID, Conversation: r.Conversation, To: unique(r.To), CC: unique(r.CC), Audience: r.Audience, Title: r.Title,
		Important: r.Important, Note: r.Note, Unsigned: r.Unsigned, Secure: r.Secure, BCC: r.BCC, SavedAt: s.now(),
	}
	switch {
	case r.ID.IsZero():
		return d, Refuse(Invalid, "Give the draft an id.").About("draft")
	case r.BasedOn < 0:
		return d, Refuse(Invalid, "A draft's versions count from 1 on.").About("based_on")
	case len(d.To)+len(d.CC) >= MaxParticipants:
		return d, Refuse(TooLarge, "A conversation has at most 500 participants.").About("to")
	case len(r.Attachments) > MaxAttachments:
		return d, Refuse(TooLarge, "A message carries at most 50 files.").About("attachments")
	case !utf8.ValidString(r.Title) || strings.ContainsRune(r.Title, 0):
		return d, Refuse(Invalid, "The title is not valid text.").About("title")
	case utf8.RuneCountInString(r.Title) > MaxTitle:
		return d, Refuse(TooLarge, "The title is too long: 200 characters at most.").About("title")
	case r.Audience != "" && r.Audience != PrivateEach && r.Audience != SharedOne:
		return d, Refuse(Invalid, "Say private or shared.").About("audience")
	case len(d.CC) > 0 && a.View != StaffView:
		return d, Refuse(Forbidden, "Only staff put people in CC.").About("cc")
	case r.Note && a.View != StaffView:
		return d, Refuse(Forbidden, "Only staff write internal notes.")
	}
	text, err := s.clean(r.HTML)
	d.HTML, d.Preview = text.html, firstCharacters(text.text, draftPreview)
	return d, err
}

func firstCharacters(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:i]
		}
		most--
	}
	return s
}

// drafting is one author's work on their drafts. Their stream is locked, so saves and sends of one author follow one another.
type drafting struct {
	tx Tx
	st *State
	a  Actor
}

func (d drafting) save(ctx context.Context, draft Draft, r DraftRequest) (DraftSaved, error) {
	actor := d.st.Actor()
	if err := mayMessage(actor); err != nil {
		return DraftSaved{}, err
	}
	draft.Files = waiting(d.st, actor, r.Attachments)
	was, err := d.find(ctx, draft.ID)
	if err != nil {
		return DraftSaved{}, err
	}
	beside, err := besides(was, draft, r.BasedOn)
	switch {
	case err != nil:
		return DraftSaved{}, err
	case !beside:
		draft, err = d.keep(ctx, was, draft)
		return d.shown(ctx, draft, nil, err)
	case draft.blank():
		return d.shown(ctx, *was, was, nil) // there is nothing to lose
	}
	draft.ID = draft.second(r.BasedOn)
	second, err := d.find(ctx, draft.ID)
	if err != nil {
		return DraftSaved{}, err
	}
	switch {
	case second == nil:
		draft, err = d.keep(ctx, nil, draft)
	case second.Gone:
		err = errDraftGone
	default:
		draft = *second // saved before, and perhaps gone on with
	}
	return d.shown(ctx, draft, was, err)
}

// find gives a draft of the author, or nil.
func (d drafting) find(ctx context.Context, id ID) (*Draft, error) {
	was, err := d.tx.Draft(ctx, d.a.Office, d.a.User, id)
	if KindOf(err) == NotFound {
		return nil, nil
	}
	return was, err
}

// besides is the rule of saving: whether a draft has to stand beside the one that is kept, or may take its place.
func besides(was *Draft, draft Draft, basedOn int64) (bool, error) {
	switch {
	case was == nil && basedOn == 0:
		return false, nil
	case was == nil || was.Gone:
		return false, errDraftGone
	case was.Conversation != draft.Conversation:
		return false, Refuse(Invalid, "A draft stays with its conversation.").About("conversation")
	}
	return was.Version != basedOn && !was.same(&draft), nil
}

// keep writes a draft that is new, or takes the place of another version. What has not changed is neither written nor told.
func (d drafting) keep(ctx context.Context, was *Draft, draft Draft) (Draft, error) {
	switch {
	case was == nil:
		if err := d.mayBegin(ctx, &draft); err != nil {
			return Draft{}, err
		}
	case was.same(&draft):
		return *was, nil
	default:
		draft.Version = was.Version
	}
	draft.Version++
	if err := d.tx.PutDraft(ctx, draft); err != nil {
		return Draft{}, err
	}
	return draft, d.tell(DraftChanged, draft)
}

// mayBegin: in a conversation that the author is or was in, and not without end.
func (d drafting) mayBegin(ctx context.Context, draft *Draft) error {
	if !draft.Conversation.IsZero() {
		if _, err := accessTo(ctx, d.tx, d.a, draft.Conversation); err != nil {
			return err
		}
	}
	all, err := d.tx.Drafts(ctx, d.a.Office, d.a.User, MaxDrafts)
	if err == nil && len(all) >= MaxDrafts {
		err = Refuse(TooLarge, "You have "+strconv.Itoa(MaxDrafts)+" drafts, as many as there can be. Send or discard some of them.")
	}
	return err
}

func (d drafting) tell(what EventType, draft Draft) error {
	return d.st.g.Apply(0, d.st.Need, Effects{Events: []Event{draftEvent(what, &draft, d.st.Actor())}})
}

func (d drafting) shown(ctx context.Context, draft Draft, beside *Draft, err error) (saved DraftSaved, _ error) {
	if err != nil {
		return DraftSaved{}, err
	}
	drafts := []Draft{draft}
	if beside != nil {
		drafts = append(drafts, *beside)
	}
	shown, err := showDrafts(ctx, d.tx, d.st.Actor(), drafts)
	if err != nil {
		return DraftSaved{}, err
	}
	if saved.Draft = shown[0]; beside != nil {
		saved.Beside = &shown[1]
	}
	return saved, nil
}

// waiting gives those of the files that are the author's own and were not sent. A draft with a file that is gone is worth keeping.
func waiting(st *State, author *User, ids []ID) (files []Attachment) {
	for _, id := range unique(ids) {
		if a := st.Upload(id); a != nil && a.Owner == author.ID && a.Message.IsZero() {
			files = append(files, *a)
		}
	}
	return files
}

// DiscardDraft drops a draft. Whoever names the version that they saw does not drop what another device has written since.
func (s *Service) DiscardDraft(ctx context.Context, a Actor, id ID, version int64) error {
	n := Need{Office: a.Office, Actor: a.User}
	return s.update(ctx, func(tx Tx) error {
		g, err := tx.Load(ctx, n)
		if err != nil {
			return err
		}
		d := drafting{tx, g.State(n), a}
		if err := d.discard(ctx, id, version, s.now()); err != nil {
			return err
		}
		return tx.Write(ctx, g)
	})
}

func (d drafting) discard(ctx context.Context, id ID, version int64, at time.Time) error {
	if err := mayMessage(d.st.Actor()); err != nil {
		return err
	}
	was, err := d.find(ctx, id)
	switch {
	case err != nil || was != nil && was.Gone:
		return err
	case was == nil:
		return errNoDraft
	case version != 0 && version != was.Version:
		return Refuse(Conflict, "This draft was changed on another device. Look at it again.").About("version")
	}
	empty := Draft{Office: was.Office, Author: was.Author, ID: was.ID, Version: was.Version + 1, Conversation: was.Conversation, SavedAt: at, Gone: true}
	if err := d.tx.PutDraft(ctx, empty); err != nil {
		return err
	}
	return d.tell(DraftGone, empty)
}
