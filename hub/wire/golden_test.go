package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/chat"
)

var update = flag.Bool("update", false, "write the golden frames and static/src/wire.ts anew; read the difference")

func id(n byte) (id chat.ID) {
	id = chat.ID{0x01, 0x9a, 0xb0, 0, 0, 0, 0x70, 0, 0x80}
	id[15] = n
	return id
}

var (
	nine   = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	jo     = chat.Person{ID: id(0x10), Name: "Jo Frei", View: chat.StaffView}
	kim    = chat.Person{ID: id(0x11), Name: "Kim Ōta", View: chat.ContactView}
	ann    = chat.Person{ID: id(0x12), Name: "Ann Li", View: chat.StaffView}
	thread = id(0x20)
)

// at is the position of a message for all, with so many entries for staff after it.
func at(message, staff int64) chat.Position { return chat.Position(message<<20 + staff) }

func written() chat.Message {
	return chat.Message{
		Conversation: thread, ID: id(0x30), Position: at(2, 0), Kind: chat.Written, Audience: chat.ForAll,
		Author: jo, Via: chat.ViaBrowser, HTML: "<p>1 &lt; 2 &amp; <strong>so on</strong></p>", Text: "1 < 2 & so on",
		Important: true, Key: "k-1", At: nine.Add(123456 * time.Microsecond),
		Attachments: []chat.Attachment{
			{ID: id(0x40), Name: "Bilanz “2026”.pdf", Type: "application/pdf", Size: 123456},
			{ID: id(0x41), Name: "logo.png", Type: "image/png", Size: 512, Inline: "logo@example"},
		},
	}
}

func noted() chat.Message {
	return chat.Message{
		Conversation: thread, ID: id(0x31), Position: at(2, 1), Kind: chat.Note, Audience: chat.ForStaff,
		Author: jo, Via: chat.ViaBrowser, HTML: "<p>careful</p>", Text: "careful", Signature: [32]byte{1}, At: nine,
	}
}

func answered() chat.Message {
	return chat.Message{
		Conversation: thread, ID: id(0x32), Position: at(3, 0), Kind: chat.Written, Audience: chat.ForAll,
		Author: kim, Via: chat.ViaLetter, HTML: "<p>yes</p>", Text: "yes", Folded: true, At: nine,
	}
}

func happened() chat.Message {
	return chat.Message{
		Conversation: thread, ID: id(0x33), Position: at(4, 0), Kind: chat.Happen, Audience: chat.ForAll,
		Via: chat.ViaSystem, Happening: chat.Joined, Subjects: []chat.Person{kim}, At: nine,
	}
}

func summary() chat.Summary {
	return chat.Summary{
		Conversation: chat.Conversation{
			ID: thread, Kind: chat.Copy, CopyOf: id(0x21), Copies: 2, Title: "Jahresabschluss", Important: true, Strict: true,
			StartedBy: jo.ID, StartedAt: nine, State: chat.Waiting, Assignee: ann.ID, UnansweredSince: nine, Last: at(4, 2), Newest: at(3, 2), NewestPublic: at(3, 0),
		},
		Members: []chat.Member{
			{Participant: chat.Participant{User: jo.ID, Active: true, CC: true}, Person: jo},
			{Participant: chat.Participant{User: kim.ID, Active: true}, Person: kim},
			{Participant: chat.Participant{User: ann.ID}, Person: ann},
		},
	}
}

func standing() chat.Participant {
	return chat.Participant{
		Conversation: thread, User: kim.ID, Active: true, LastRead: at(2, 0), Opened: at(1, 0), NewestOther: at(2, 0),
		MarkedUnread: true, Muted: true, Beneath: true,
	}
}

func receipt() *chat.ReceiptShown {
	return &chat.ReceiptShown{Receipt: chat.Receipt{
		Conversation: thread, Reader: kim.ID, After: at(1, 3), Through: at(2, 5), At: nine,
	}, Reader: kim}
}

// numbered gives an event as a view is shown it.
func numbered(t *testing.T, number int64, badge int, typ chat.EventType, view chat.View, b chat.Body) Frame {
	t.Helper()
	data, err := Data(typ, b.For(view))
	if err != nil {
		t.Fatal(err)
	}
	return Frame{Event: number, Badge: &badge, Type: string(typ), Data: data}
}

// plain gives a frame without a number.
func plain(t *testing.T, typ, key string, body any) Frame {
	t.Helper()
	data, err := Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return Frame{Type: typ, Key: key, Data: data}
}

// examples are one frame of each type, and more where views or kinds differ.
func examples(t *testing.T) map[string]any {
	m, note, answer, line, sum := written(), noted(), answered(), happened(), summary()
	row := chat.Row{Summary: sum, Standing: standing(), Newest: &m}
	empty := chat.Row{Summary: sum, Standing: standing()}
	zero := 0
	shown := func(number int64, typ chat.EventType, b chat.Body) Frame {
		return numbered(t, number, 3, typ, chat.StaffView, b)
	}
	frames := map[string]any{
		"hello":               plain(t, TypeHello, "", Hello{Epoch: 1, Number: 41, Badge: 3, At: Time(nine), Resumed: true, SpreadMS: 5000}),
		"reset":               plain(t, TypeReset, "", Reset{Epoch: 2, Number: 41}),
		"skipped":             Frame{Event: 44, Badge: &zero, Type: TypeSkipped, Data: json.RawMessage(`{"from":42}`)},
		"message.created":     shown(42, chat.MessageCreated, chat.Body{Message: &m}),
		"message.note":        shown(43, chat.MessageCreated, chat.Body{Message: &note}),
		"message.letter":      shown(44, chat.MessageCreated, chat.Body{Message: &answer}),
		"message.event":       shown(45, chat.MessageCreated, chat.Body{Message: &line}),
		"conversation.joined": shown(46, chat.ConversationJoined, chat.Body{Row: &row}),
		"conversation.empty":  shown(47, chat.ConversationJoined, chat.Body{Row: &empty}),
		"conversation.left":   shown(49, chat.ConversationLeft, chat.Body{Left: thread}),
		"receipt.created":     shown(51, chat.ReceiptCreated, chat.Body{Receipt: receipt()}),
		"draft.changed":       shown(52, chat.DraftChanged, chat.Body{Draft: &chat.DraftMark{ID: id(0x50), Conversation: thread, Version: 3}}),
		"mail.changed":        shown(55, chat.MailChanged, chat.Body{Mail: &chat.MailMark{Conversation: thread, Recipient: ann.ID, Through: m.Position}}),
		"draft.gone":          shown(53, chat.DraftGone, chat.Body{Draft: &chat.DraftMark{ID: id(0x50), Version: 4}}),
		"typing":              plain(t, TypeTyping, "", Sign{Conversation: thread.String(), Person: PersonOf(jo), Note: true, On: true}),
		"viewing":             plain(t, TypeViewing, "", Sign{Conversation: thread.String(), Person: PersonOf(kim)}),
		"ack":                 plain(t, TypeAck, "k-1", AckOf(m)),
		"error":               plain(t, TypeError, "k-2", ofFrame(chat.Refuse(chat.TooMany, "Too many frames in too short a time. Wait a moment."))),
	}
	cursor, named, retracted, undone := standing(), noted(), written(), noted()
	named.Subjects = []chat.Person{ann}
	retracted.Withdrawn, retracted.WithdrawnBy, retracted.WithdrawnAt = chat.Retracted, ann, nine
	undone.Withdrawn, undone.WithdrawnBy, undone.WithdrawnAt = chat.Undone, jo, nine
	frames["message.mention"] = shown(52, chat.MessageCreated, chat.Body{Message: &named})
	frames["message.retracted"] = shown(53, chat.MessageWithdrawn, chat.Body{Message: &retracted})
	frames["message.undone"] = shown(54, chat.MessageWithdrawn, chat.Body{Message: &undone})
	frames["conversation.changed"] = shown(48, chat.ConversationChanged, chat.Body{Summary: &sum})
	frames["conversation.changed.contact"] = numbered(t, 48, 3, chat.ConversationChanged, chat.ContactView, chat.Body{Summary: &sum})
	frames["receipt.created.contact"] = numbered(t, 51, 3, chat.ReceiptCreated, chat.ContactView, chat.Body{Receipt: receipt()})
	frames["cursor.moved"] = shown(50, chat.CursorMoved, chat.Body{Cursor: &cursor})
	frames["array"] = []Frame{frames["skipped"].(Frame), frames["conversation.left"].(Frame)}
	return frames
}

func ofFrame(err *chat.Error) Problem {
	err.After = 1500 * time.Millisecond
	p := ProblemOf(err)
	p.Status = 0
	return p
}

// TestGoldenFrames: the frames are those that the client's tests read too. A difference here is one for every client there is.
func TestGoldenFrames(t *testing.T) {
	t.Parallel()
	frames := examples(t)
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if !*update && len(files) != len(frames) {
		t.Errorf("%d files for %d frames", len(files), len(frames))
	}
	for name, frame := range frames {
		var got bytes.Buffer
		enc := json.NewEncoder(&got)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "\t")
		if err := enc.Encode(frame); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", name+".json"), got.String())
	}
}

// golden compares with a file, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; go generate ./hub/wire writes it anew:\n%s", file, diff)
	}
}

// TestData: what has no body to show is an error, not an empty frame.
func TestData(t *testing.T) {
	t.Parallel()
	for _, typ := range []chat.EventType{
		chat.MessageCreated, chat.MessageWithdrawn, chat.ConversationJoined, chat.ConversationChanged, chat.CursorMoved, chat.ReceiptCreated,
		chat.SessionEnded, chat.RightsChanged, "later.thing",
	} {
		if data, err := Data(typ, chat.Body{}); err == nil {
			t.Errorf("%s without a body gives %s", typ, data)
		}
	}
}

func TestPreviewIsCut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "short": 5, string(bytes.Repeat([]byte("ä"), 160)): 160, string(bytes.Repeat([]byte("ä"), 161)): 160} {
		if got := len([]rune(PreviewOf(chat.Message{Text: text}).Text)); got != want {
			t.Errorf("%d characters of %d shown, want %d", got, len([]rune(text)), want)
		}
	}
}

// TestProblems: each kind has its code and status; what is no refusal shows nothing.
func TestProblems(t *testing.T) {
	t.Parallel()
	for kind, want := range map[chat.Kind]struct {
		code   string
		status int
		retry  bool
	}{
		chat.NotFound: {"not_found", 404, false}, chat.Forbidden: {"forbidden", 403, false}, chat.Unsigned: {"unsigned", 401, false},
		chat.Invalid: {"invalid", 400, false}, chat.Conflict: {"conflict", 409, false}, chat.TooLarge: {"too_large", 413, false},
		chat.TooMany: {"too_many", 429, true}, chat.Unavailable: {"unavailable", 503, true}, chat.Expired: {"expired", 410, false},
	} {
		err := fmt.Errorf("send: %w", chat.Refuse(kind, "Sorry.").About("html").Because(errors.New("secret")))
		p := ProblemOf(err)
		if p.Code != want.code || p.Status != want.status || p.Retry != want.retry || p.Title == "" || p.Detail != "Sorry." || p.Field != "html" {
			t.Errorf("%v is %+v", kind, p)
		}
	}
	for _, err := range []error{errors.New("secret"), chat.Refuse(0, "secret"), chat.Refuse(99, "secret")} {
		if p := ProblemOf(err); p.Code != "internal" || p.Status != 500 || bytes.Contains([]byte(p.Detail), []byte("secret")) {
			t.Errorf("%v is %+v", err, p)
		}
	}
}

// TestSend: the socket's frame says what HTTP's body says.
func TestSend(t *testing.T) {
	t.Parallel()
	cmd := Command{
		Type: "send", Key: "k", Conversation: thread.String(), HTML: "<p>x</p>", Note: true, Important: true, BCC: new(bool),
		Attachments: []string{id(0x40).String()},
	}
	got, err := cmd.Send()
	want := chat.SendRequest{
		Conversation: thread, Key: "k", HTML: "<p>x</p>", Note: true, Important: true, Attachments: []chat.ID{id(0x40)}, Secure: true, BCC: new(bool),
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}
