package chat

import "context"

// Profile is what users set for themselves; nil leaves as it is.
type Profile struct {
	BCC    *bool      // receive a blind copy of the mail that goes out for one's messages (F9)
	Mail   *MailTimes // when mail may go to them (F26); setting it takes back that they unsubscribed
	Strict *bool      // the mail to them says only that a message waits (F25)
}

// SetProfile changes the actor's own profile.
func (s *Service) SetProfile(ctx context.Context, a Actor, p Profile) (Me, error) {
	err := s.update(ctx, func(tx Tx) error {
		if p.BCC != nil {
			if err := tx.SetBCC(ctx, a.Office, a.User, *p.BCC); err != nil {
				return err
			}
		}
		if p.Mail != nil {
			if err := s.setMailTimes(ctx, tx, a, *p.Mail); err != nil {
				return err
			}
		}
		if p.Strict == nil {
			return nil
		}
		u, err := tx.User(ctx, a.Office, a.User)
		if err != nil || u.Strict == *p.Strict {
			return err
		}
		return s.setStrict(ctx, tx, a.User, u, *p.Strict)
	})
	if err != nil {
		return Me{}, err
	}
	return s.Me(ctx, a)
}

// setStrict sets what a user's mail may say.
func (s *Service) setStrict(ctx context.Context, tx Tx, by ID, u *User, strict bool) error {
	if err := tx.SetStrict(ctx, u.Office, u.ID, strict); err != nil {
		return err
	}
	return s.note(ctx, tx, u.Office, by, ActUserStrict, u.ID, onOff(strict))
}
