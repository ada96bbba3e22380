package chat

import "context"

var errNoDigest = Refuse(NotFound, "This link is not whole, or the mail it was in is not here any more. Sign in to choose when mail comes to you.")

// setMailTimes sets when mail goes to the actor. What was kept back is looked at anew, a grace time from now at the latest.
func (s *Service) setMailTimes(ctx context.Context, tx Tx, a Actor, t MailTimes) error {
	if err := t.check(); err != nil {
		return err
	}
	u, err := tx.User(ctx, a.Office, a.User)
	if err != nil {
		return err
	}
	office, err := tx.Office(ctx, a.Office)
	if err != nil {
		return err
	}
	if err := tx.SetMailTimes(ctx, a.Office, a.User, t); err != nil {
		return err
	}
	if err := tx.Recall(ctx, a.Office, a.User, max(office.Grace, s.UndoFor)); err != nil {
		return err
	}
	suppressed, err := suppressionOf(ctx, tx, a.Office, u.Email)
	if err != nil || suppressed == nil || suppressed.Cause != Unsubscribed {
		return err
	}
	if _, err := tx.ClearSuppression(ctx, a.Office, suppressed.ID); err != nil {
		return err
	}
	return s.note(ctx, tx, a.Office, a.User, ActSuppressionCleared, suppressed.ID, string(Unsubscribed))
}

// Unsubscribe is what the link in a digest does, to be called by a POST alone (RFC 8058, section 3.1): no notices go to the digest's address by mail any more, until its
// owner chooses anew when they are to come, or staff clear the suppression. The token is the local part of the digest's return path: whoever has it has the mail. The
// same again changes nothing.
func (s *Service) Unsubscribe(ctx context.Context, office ID, token string) error {
	ref, ok := s.Addresses.Read(office, token)
	if !ok || ref.Mail.IsZero() {
		return errNoDigest
	}
	return s.update(ctx, func(tx Tx) error {
		m, err := tx.Mail(ctx, office, ref.Mail)
		if err != nil {
			return notFoundAs(err, errNoDigest)
		}
		if m.Kind != DigestMail {
			return errNoDigest
		}
		return s.suppress(ctx, tx, m, Unsubscribed, "unsubscribed from the digest")
	})
}
