package chat

import "context"

// Indexing is done in steps that hold up nobody for long: on SQLite everybody else waits for each.
const (
	sealFrom   = 4608 // entries in a tail: a segment, and some that are left
	refillStep = 512
)

// Index does a step of what is to be done to the search's index, in whatever office, and says how many entries it was about; zero: nothing is to be done.
// Any number of nodes may do it at once. What was written can be found before; this makes it cheap.
func (s *Service) Index(ctx context.Context) (entries int, err error) {
	var messages []Message
	var searchable []Searchable
	var tails []ID
	err = s.Store.View(ctx, func(rd Reader) error {
		if messages, err = rd.Refill(ctx, refillStep); err != nil {
			return err
		}
		if searchable, err = searchableAgain(ctx, rd, messages); err != nil {
			return err
		}
		tails, err = rd.Tails(ctx, sealFrom)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, office := range tails {
		n, err := s.seal(ctx, office)
		if entries += n; err != nil {
			return entries, err
		}
	}
	if len(messages) == 0 {
		return entries, nil
	}
	_, err = s.Store.Update(ctx, func(tx Tx) error {
		first, err := tx.Refilled(ctx, messages[len(messages)-1].ID)
		if err != nil || !first {
			return err // what another node put there may be sealed by now
		}
		return tx.AddSearchable(ctx, searchable)
	})
	return entries + len(messages), err
}

func (s *Service) seal(ctx context.Context, office ID) (entries int, err error) {
	segment := s.NewID()
	_, err = s.Store.Update(ctx, func(tx Tx) error {
		entries, err = tx.Seal(ctx, office, segment)
		return err
	})
	return entries, err
}

// searchableAgain gives what messages are found by, when that is lost: what is about them is as it is today.
func searchableAgain(ctx context.Context, rd Reader, messages []Message) (list []Searchable, err error) {
	conversations := map[ID][]ID{} // by office
	for i := range messages {
		m := &messages[i]
		conversations[m.Office] = append(conversations[m.Office], m.Conversation)
	}
	sums := map[ID]*Summary{}
	for office, ids := range conversations {
		err := collect(sums, ids, func(ids []ID) (map[ID]*Summary, error) { return rd.Summaries(ctx, office, ids) })
		if err != nil {
			return nil, err
		}
	}
	for i := range messages {
		m := &messages[i]
		sum := sums[m.Conversation]
		if sum == nil || !(matcher{}).fitsFilters(m) {
			continue
		}
		list = append(list, searchableOf(m, textWords(m.Text), sum.Conversation.Title, sum.contacts()))
	}
	return list, nil
}

func (s *Summary) contacts() (names []string) {
	for i := range s.Members {
		if m := &s.Members[i]; m.Person.View == ContactView && len(names) < maxAboutNames {
			names = append(names, m.Person.Name)
		}
	}
	return names
}
