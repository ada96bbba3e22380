package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"postern/chat"
	"postern/store/blob"
	"postern/store/query"
)

// BrokenError says where the record of a conversation is not what its hashes say it was.
type BrokenError struct {
	Conversation chat.ID
	Position     chat.Position // the first entry that does not fit; zero: entries are missing at the end
}

// Error names the place.
func (e *BrokenError) Error() string {
	if e.Position == 0 {
		return fmt.Sprintf("the record of the conversation %v lacks its last entries", e.Conversation)
	}
	return fmt.Sprintf("the record of the conversation %v is broken at entry %d", e.Conversation, e.Position)
}

const (
	conversationPage = 500
	messagePage      = 200
)

// VerifyRecords follows the chain of hashes of every conversation, or of the newest few, and says how many it followed. The error is a
// [*BrokenError], or several, at most ten, joined.
func VerifyRecords(ctx context.Context, source Source, newest int) (verified int64, err error) {
	v := verifier{ctx, source, query.NewReader(source, source.Dialect())}
	after := chat.Conversation{}
	var broken []error
	for newest <= 0 || verified < int64(newest) {
		page, err := v.conversations(after, newest)
		if err != nil || len(page) == 0 {
			return verified, errors.Join(append(broken, err)...)
		}
		for i := range page {
			err := v.conversation(&page[i])
			if _, ok := errors.AsType[*BrokenError](err); err != nil && !ok {
				return verified, err
			} else if ok {
				broken = append(broken, err)
			}
			if verified++; len(broken) == 10 {
				return verified, errors.Join(broken...)
			}
		}
		after = page[len(page)-1]
		if newest > 0 {
			break
		}
	}
	return verified, errors.Join(broken...)
}

type verifier struct {
	ctx    context.Context
	source Source
	reader *query.Reader
}

// conversations gives a page of all, or the newest: ids are made of the time.
func (v verifier) conversations(after chat.Conversation, newest int) ([]chat.Conversation, error) {
	if newest > 0 {
		return query.All(v.ctx, v.source, "conversations", query.ScanConversation, `
			SELECT `+query.ConversationColumns+` FROM conversations AS c ORDER BY c.id DESC LIMIT $1`, newest)
	}
	return query.All(v.ctx, v.source, "conversations", query.ScanConversation, `
		SELECT `+query.ConversationColumns+` FROM conversations AS c
		WHERE (c.office_id, c.id) > ($1, $2) ORDER BY c.office_id, c.id LIMIT $3`, after.Office, after.ID, conversationPage)
}

func (v verifier) conversation(c *chat.Conversation) error {
	everything := chat.Access{View: chat.StaffView, Spans: []chat.Span{{Through: math.MaxInt64}}}
	var chain chat.Chain
	last := chat.Position(0)
	for {
		page, err := v.reader.Messages(v.ctx, chat.MessageQuery{
			Office: c.Office, Conversation: c.ID, Access: everything, Forward: true, After: last, Limit: messagePage, Undone: true,
		})
		if err != nil {
			return fmt.Errorf("read the record of the conversation %v: %w", c.ID, err)
		}
		for i := range page {
			if !chain.Follows(&page[i]) {
				return &BrokenError{c.ID, page[i].Position}
			}
			last = page[i].Position
		}
		if len(page) < messagePage {
			break
		}
	}
	if chain.Hash != c.Hash {
		return &BrokenError{Conversation: c.ID}
	}
	return nil
}

// VerifyFiles reads every file that the record names, and says how many there are, and which are missing or have other bytes.
func VerifyFiles(ctx context.Context, source Source, files Files) (verified int64, missing, damaged []string, err error) {
	named, err := namesOf(ctx, source)
	if err != nil {
		return 0, nil, nil, err
	}
	defer named.close()
	for len(missing)+len(damaged) <= maxLost {
		n, ok, err := named.next()
		if err != nil || !ok {
			return verified, missing, damaged, err
		}
		whole, err := verifyFile(ctx, files, n)
		switch {
		case errors.Is(err, blob.ErrNotFound):
			missing = append(missing, n.String())
		case err != nil:
			return verified, missing, damaged, fmt.Errorf("read the file %v: %w", n, err)
		case !whole:
			damaged = append(damaged, n.String())
		}
		verified++
	}
	return verified, missing, damaged, nil
}

func verifyFile(ctx context.Context, files Files, n name) (whole bool, err error) {
	content, size, err := files.Open(ctx, n.office, n.hash)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return copyFile(ctx, io.Discard, content, size, n)
}
