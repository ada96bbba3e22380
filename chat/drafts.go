package chat

import (
	"context"
	"slices"
)

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
		ids = slices.Concat(ids, drafts[i].To, drafts[i].CC)
	}
	known, err := whomNamed(ctx, rd, author, unique(ids))
	if err != nil {
		return nil, err
	}
	shown := make([]DraftShown, len(drafts))
	for i, d := range drafts {
		shown[i] = DraftShown{Draft: d, Recipients: known.among(d.To), Besides: known.among(d.CC)}
	}
	return shown, nil
}

// named are people, teams and circles by their ids.
type named map[ID]Recipient

// whomNamed looks up those of the ids that the author may write to.
func whomNamed(ctx context.Context, rd Reader, author *User, ids []ID) (named, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	people, err := rd.Users(ctx, author.Office, ids)
	if err != nil {
		return nil, err
	}
	known := named{}
	for id, u := range people {
		if mayWriteTo(author, u) == nil {
			known[id] = Recipient{Person: u.Person()}
		}
	}
	if author.View() != StaffView || len(people) == len(ids) {
		return known, nil
	}
	rosters, err := rd.Rosters(ctx, author.Office, ids)
	for _, r := range rosters {
		known[r.ID] = Recipient{Person: Person{ID: r.ID, Name: r.Name}, Roster: r.Kind, Members: len(r.Members)}
	}
	return known, err
}

func (n named) among(ids []ID) (list []Recipient) {
	for _, id := range ids {
		if a, ok := n[id]; ok {
			list = append(list, a)
		}
	}
	return list
}
