package chat

import (
	"context"
	"slices"
)

// What makes mail stricter than the office (F25): a conversation, an account of a contact in it, and what a person asks of the mail to them. Each is
// as of now, whenever a mail is made and whenever an answer comes back.

// Because says what makes the mail of a conversation private.
type Because string

// The causes, the first that holds.
const (
	OfficePrivate      Because = "office"
	ConversationStrict Because = "conversation"
	AccountStrict      Because = "account" // of a contact in it; to a contact, their own
	PeopleStrict       Because = "people"  // everybody whom mail of it would go to asks for it; to staff
)

// modeFor is the effective mode of the user's mail of a conversation.
func modeFor(ctx context.Context, rd Reader, office *Office, u *User, sum *Summary) (Mode, error) {
	people, err := present(ctx, rd, u.Office, sum)
	if err != nil {
		return Privacy, err
	}
	strict, err := accountStrict(ctx, rd, people)
	return EffectiveMode(office.Mode, strict || u.Strict, sum.Conversation.Strict), err
}

// ownMode is the effective mode of what goes out to the user, whatever conversation it is about.
func ownMode(ctx context.Context, rd Reader, office *Office, u *User) (Mode, error) {
	strict, err := accountStrict(ctx, rd, []*User{u})
	return EffectiveMode(office.Mode, strict || u.Strict, false), err
}

// modeOf is the mode of the mail for what the actor writes in a conversation: privacy where it is so for each of the others. What others ask for, and
// their accounts, is told to staff alone: to a contact mail may say less than this promises.
func modeOf(ctx context.Context, rd Reader, a Actor, sum *Summary) (Mode, Because, error) {
	office, err := rd.Office(ctx, a.Office)
	switch {
	case err != nil:
		return Privacy, "", err
	case office.Mode != Convenience:
		return Privacy, OfficePrivate, nil
	case sum.Conversation.Strict:
		return Privacy, ConversationStrict, nil
	}
	people, err := present(ctx, rd, a.Office, sum)
	if err != nil {
		return Privacy, "", err
	}
	if a.View != StaffView {
		people = slices.DeleteFunc(people, func(u *User) bool { return u.ID != a.User })
	}
	strict, err := accountStrict(ctx, rd, people)
	switch {
	case err != nil:
		return Privacy, "", err
	case strict:
		return Privacy, AccountStrict, nil
	case othersStrict(people, a.User):
		return Privacy, PeopleStrict, nil
	}
	return office.Mode, "", nil
}

// othersStrict says whether there are others, and each of them wants private mail.
func othersStrict(people []*User, self ID) bool {
	others := slices.DeleteFunc(slices.Clone(people), func(u *User) bool { return u.ID == self })
	return len(others) > 0 && !slices.ContainsFunc(others, func(u *User) bool { return !u.Strict })
}

// accountStrict says whether an account of any of the people wants privacy.
func accountStrict(ctx context.Context, rd Reader, people []*User) (bool, error) {
	seen := map[ID]bool{}
	for _, p := range people {
		if p.Account.IsZero() || seen[p.Account] {
			continue
		}
		seen[p.Account] = true
		account, err := rd.Account(ctx, p.Office, p.Account)
		if err != nil || account.Strict {
			return err == nil, err
		}
	}
	return false, nil
}

// present gives who is in the conversation now.
func present(ctx context.Context, rd Reader, office ID, sum *Summary) (list []*User, err error) {
	var ids []ID
	for _, m := range sum.Members {
		if m.Active {
			ids = append(ids, m.User)
		}
	}
	people, err := rd.Users(ctx, office, ids)
	for _, id := range ids {
		if u := people[id]; u != nil {
			list = append(list, u)
		}
	}
	return list, err
}
