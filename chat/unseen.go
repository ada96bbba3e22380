package chat

import "context"

// MaxUnseen is how far the unseen messages of a conversation are counted: past it, a number says no more than that there are many.
const MaxUnseen = 100

// countUnseen puts to the rows that are unread how many messages make them so. It is counted from the messages each time it is asked for, within the
// actor's cursor: nothing keeps the number, so nothing can make it drift. Among very
// many of the actor's own it is too small; then, and at zero, it still says no less than that there is something.
func countUnseen(ctx context.Context, rd Reader, a Actor, rows []Row) error {
	var cursors []MessagePlace
	for i := range rows {
		if p := &rows[i].Standing; p.Active && p.NewestOther > p.LastRead {
			cursors = append(cursors, MessagePlace{p.Conversation, p.LastRead})
		}
	}
	if len(cursors) == 0 {
		return nil
	}
	counts, err := rd.Unseen(ctx, UnseenQuery{Office: a.Office, User: a.User, View: a.View, Cursors: cursors, Look: 2 * MaxUnseen})
	for i := range rows {
		rows[i].Unseen = min(counts[rows[i].Standing.Conversation], MaxUnseen)
	}
	return err
}

// newTo says whether an entry makes the conversation unread for the user: what they wrote themselves does not, nor do most grey lines and, for
// staff, what was copied there.
func (m *Message) newTo(user ID, v View) bool {
	if !m.Counts() || m.Author.ID == user || m.Withdrawn == Undone || !m.Audience.Includes(v) {
		return false
	}
	return v != StaffView || !m.copied()
}
