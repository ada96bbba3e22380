package postgres

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/chat"
)

// values are a row on its way from PostgreSQL, in its binary form: what [columns] are the other way. They are taken from left to right. NULL
// is the zero value. The first error stays, and all that is taken after it is zero.
type values struct {
	raw  [][]byte
	next int
	err  error
}

// rowsOf hands on every row, and sees to it that each is taken whole.
func rowsOf(found pgx.Rows, take func(*values)) error {
	for found.Next() {
		v := values{raw: found.RawValues()}
		take(&v)
		if v.err == nil && v.next != len(v.raw) {
			v.err = fmt.Errorf("took %d values of a row of %d", v.next, len(v.raw))
		}
		if v.err != nil {
			return v.err
		}
	}
	return found.Err()
}

// take gives a value that must be of one of the lengths, or NULL.
func (v *values) take(what string, lengths ...int) []byte {
	if v.err != nil {
		return nil
	}
	if v.next == len(v.raw) {
		v.err = fmt.Errorf("took more values than the %d of a row", len(v.raw))
		return nil
	}
	raw := v.raw[v.next]
	v.next++
	for _, length := range lengths {
		if len(raw) == length {
			return raw
		}
	}
	if raw != nil {
		v.err = fmt.Errorf("value %d is no %s: it has %d bytes", v.next, what, len(raw))
	}
	return nil
}

func (v *values) text() string {
	if v.err != nil || v.next == len(v.raw) {
		v.take("text") // says what is wrong
		return ""
	}
	v.next++
	return string(v.raw[v.next-1])
}

func (v *values) id() (id chat.ID) {
	copy(id[:], v.take("uuid", len(id)))
	return id
}

func (v *values) hash() (h [32]byte) {
	copy(h[:], v.take("hash", len(h)))
	return h
}

func (v *values) number() int64 {
	switch raw := v.take("number", 4, 8); len(raw) {
	case 4:
		return int64(int32(binary.BigEndian.Uint32(raw)))
	case 8:
		return int64(binary.BigEndian.Uint64(raw))
	}
	return 0
}

func (v *values) place() chat.Position { return chat.Position(v.number()) }

func (v *values) time() time.Time {
	raw := v.take("time", 8)
	if raw == nil {
		return time.Time{}
	}
	return time.UnixMicro(int64(binary.BigEndian.Uint64(raw)) + microsecondsTo2000).UTC()
}

func (v *values) bool() bool {
	raw := v.take("boolean", 1)
	return raw != nil && raw[0] != 0
}

// conversation takes query.ConversationColumns.
func (v *values) conversation() chat.Conversation {
	return chat.Conversation{
		Office: v.id(), ID: v.id(), Kind: chat.ConversationKind(v.text()), CopyOf: v.id(), Title: v.text(), Important: v.bool(), Strict: v.bool(),
		StartedBy: v.id(), StartedAt: v.time(), State: chat.Progress(v.text()), Assignee: v.id(), Last: v.place(), Newest: v.place(), NewestPublic: v.place(),
		ActiveAt: v.time(), ActivePublic: v.time(), Hash: v.hash(), UnansweredSince: v.time(), Copies: int(v.number()),
	}
}

// participant takes query.ParticipantColumns.
func (v *values) participant() chat.Participant {
	return chat.Participant{
		Conversation: v.id(), User: v.id(), CC: v.bool(), Active: v.bool(), JoinedAt: v.time(), LeftAt: v.time(), LeftTitle: v.text(),
		LastRead: v.place(), Opened: v.place(), NewestOther: v.place(), Newest: v.place(), ActiveAt: v.time(),
		MarkedUnread: v.bool(), Archived: v.bool(), Deleted: v.bool(), Muted: v.bool(), Beneath: v.bool(),
	}
}

// user takes query.UserColumns.
func (v *values) user() chat.User {
	return chat.User{
		Office: v.id(), ID: v.id(), Role: chat.Role(v.text()), Name: v.text(), Email: v.text(), Account: v.id(), Coordinator: v.id(),
		Active: v.bool(), MayMessage: v.bool(), BCC: v.bool(), Strict: v.bool(),
		Mail: chat.MailTimes{Zone: v.text(), QuietFrom: int(v.number()), QuietUntil: int(v.number()), Digest: uint32(v.number())}, Signature: v.hash(), ToldRead: v.time(), Password: v.text(), CreatedAt: v.time(),
	}
}

// stream takes the user, epoch, head and badge.
func (v *values) stream() chat.Stream {
	return chat.Stream{User: v.id(), Place: chat.Place{Epoch: v.number(), Number: v.number()}, Badge: int(v.number())}
}
