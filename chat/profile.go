package chat

import "context"

// Profile is what users set for themselves; nil leaves as it is.
type Profile struct {
	BCC *bool // receive a blind copy of the mail that goes out for one's messages (F9)
}

// SetProfile changes the actor's own profile.
func (s *Service) SetProfile(ctx context.Context, a Actor, p Profile) (Me, error) {
	err := s.update(ctx, func(tx Tx) error {
		if p.BCC == nil {
			return nil
		}
		return tx.SetBCC(ctx, a.Office, a.User, *p.BCC)
	})
	if err != nil {
		return Me{}, err
	}
	return s.Me(ctx, a)
}
