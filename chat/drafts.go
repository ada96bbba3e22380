package chat

import "context"

// DraftsPage is all of the actor's drafts, without their text, newest first, of one snapshot.
type DraftsPage struct {
	Drafts []DraftShown
	Stream Stream
}

// Drafts lists the actor's drafts.
func (s *Service) Drafts(ctx context.Context, a Actor) (page DraftsPage, err error) {
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		if page.Stream, err = rd.Stream(ctx, a.User); err != nil {
			return err
		}
		all, err := rd.Drafts(ctx, a.Office, a.User, MaxDrafts)
		if err != nil {
			return err
		}
		page.Drafts, err = showDrafts(ctx, rd, u, all)
		return err
	})
	return page, err
}

// DraftPage is one draft, of one snapshot.
type DraftPage struct {
	Draft  DraftShown
	Stream Stream
}

// Draft gives one draft of the actor, whole.
func (s *Service) Draft(ctx context.Context, a Actor, id ID) (page DraftPage, err error) {
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		if page.Stream, err = rd.Stream(ctx, a.User); err != nil {
			return err
		}
		d, err := rd.Draft(ctx, a.Office, a.User, id)
		if KindOf(err) == NotFound || err == nil && d.Gone {
			return errNoDraft
		}
		if err != nil {
			return err
		}
		shown, err := showDrafts(ctx, rd, u, []Draft{*d})
		if err == nil {
			page.Draft = shown[0]
		}
		return err
	})
	return page, err
}

// showDrafts names the recipients whom the author may write to. Others stay in the draft, for the day that they can be written to again,
// but a draft must not be a way to learn who an id is.
func showDrafts(ctx context.Context, rd Reader, author *User, drafts []Draft) ([]DraftShown, error) {
	var ids []ID
	for i := range drafts {
		ids = append(ids, drafts[i].To...)
	}
	people := map[ID]*User{}
	if len(ids) > 0 {
		var err error
		if people, err = rd.Users(ctx, author.Office, unique(ids)); err != nil {
			return nil, err
		}
	}
	shown := make([]DraftShown, len(drafts))
	for i, d := range drafts {
		shown[i].Draft = d
		for _, id := range d.To {
			if u := people[id]; mayWriteTo(author, u) == nil {
				shown[i].Recipients = append(shown[i].Recipients, u.Person())
			}
		}
	}
	return shown, nil
}
