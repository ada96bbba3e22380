package chat

import "context"

// Account shows a client firm or household to those who look after the office's people.
func (s *Service) Account(ctx context.Context, a Actor, id ID) (account Account, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		if err := maySeePeople(ctx, rd, a); err != nil {
			return err
		}
		found, err := rd.Account(ctx, a.Office, id)
		if err == nil {
			account = *found
		}
		return err
	})
	return account, err
}

// SetAccountStrict makes all mail of conversations with people of a firm private, or lifts that; by those who look after the office's people. Mails that
// wait are looked at again before they go. The same again changes nothing.
func (s *Service) SetAccountStrict(ctx context.Context, a Actor, id ID, strict bool) (account Account, err error) {
	err = s.update(ctx, func(tx Tx) error {
		if err := maySeePeople(ctx, tx, a); err != nil {
			return err
		}
		account, err = s.strictAccount(ctx, tx, a, id, strict)
		return err
	})
	return account, err
}

// StrictAccount is SetAccountStrict for the operator, of the firm that whoever has the address is of: no actor is asked.
func (s *Service) StrictAccount(ctx context.Context, office ID, email string, strict bool) (account Account, err error) {
	err = s.update(ctx, func(tx Tx) error {
		u, err := tx.UserByEmail(ctx, office, email)
		if err != nil {
			return err
		}
		if u.Account.IsZero() {
			return Refuse(Invalid, "This person belongs to no firm or household.").About("email")
		}
		account, err = s.strictAccount(ctx, tx, Actor{Office: office}, u.Account, strict)
		return err
	})
	return account, err
}

func (s *Service) strictAccount(ctx context.Context, tx Tx, by Actor, id ID, strict bool) (Account, error) {
	found, err := tx.Account(ctx, by.Office, id)
	if err != nil {
		return Account{}, err
	}
	if found.Strict == strict {
		return *found, nil
	}
	account := *found
	account.Strict = strict
	if err := tx.PutAccount(ctx, account); err != nil {
		return Account{}, err
	}
	return account, s.note(ctx, tx, by.Office, by.User, ActAccountStrict, account.ID, onOff(strict))
}
