package hub

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/chat"
	"postern/hub/wire"
)

// goldenFrame reads one of the frames that the client's tests read too.
func goldenFrame(t *testing.T, name string) (f wire.Frame, text string) {
	t.Helper()
	file, err := os.ReadFile("wire/testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var compact, data bytes.Buffer
	if err := json.Compact(&compact, file); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &f); err != nil {
		t.Fatal(err)
	}
	if err := json.Compact(&data, f.Data); err != nil {
		t.Fatal(err)
	}
	f.Data = data.Bytes()
	return f, compact.String()
}

// TestFramesAreGolden: what the hub puts together by hand is, byte for byte, what the protocol's golden frames say.
func TestFramesAreGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"message.created", "message.note", "conversation.joined", "cursor.moved", "receipt.created.contact"} {
		f, want := goldenFrame(t, name)
		it := item{number: f.Event, badge: *f.Badge, shape: &shape{act: show, suffix: shared{bytes: suffixOf(f.Type, f.Data)}}}
		if diff := cmp.Diff(want, string(payloadOf(t, it.appendFrame(nil)))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, name := range []string{"typing", "viewing"} {
		f, want := goldenFrame(t, name)
		if diff := cmp.Diff(want, string(payloadOf(t, signFrame(&sign{typ: f.Type, data: f.Data})))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	_, want := goldenFrame(t, "skipped")
	if diff := cmp.Diff(want, string(appendSkipped(nil, 42, 44, 0))); diff != "" {
		t.Error(diff)
	}
	_, want = goldenFrame(t, "reset")
	if diff := cmp.Diff(want, string(payloadOf(t, resetFrame(chat.Place{Epoch: 2, Number: 41})))); diff != "" {
		t.Error(diff)
	}
	f, want := goldenFrame(t, "ack")
	var ack wire.Ack
	if err := json.Unmarshal(f.Data, &ack); err != nil {
		t.Fatal(err)
	}
	frame, err := plainFrame(f.Type, f.Key, ack)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(payloadOf(t, frame))); diff != "" {
		t.Error(diff)
	}
}

// TestFrameHeaders: the three lengths of RFC 6455, section 5.2.
func TestFrameHeaders(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 125, 126, 65535, 65536, 1 << 20} {
		if got := payloadOf(t, textFrame(make([]byte, size))); len(got) != size {
			t.Errorf("%d bytes came back as %d", size, len(got))
		}
	}
}
