package chat

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// record is a conversation's entries, of every kind, as they came about.
func record(t *testing.T) (entries []Message, head [32]byte) {
	sc := newScene(t)
	sam, anna, tess := sc.user("sam", Staff), sc.user("anna", Client), sc.user("tess", Owner)
	keep := func(e Effects) { entries = append(entries, e.Messages...) }
	keep(sc.started(sam, anna))
	keep(sc.noted(sam, "note"))
	p := sc.posting("with files")
	p.uploads, p.important, p.secure, p.key = []ID{sc.upload(anna), sc.upload(anna)}, true, true, "k"
	_, e, err := sc.post(anna, p)
	keep(sc.must("send", e, err))
	keep(sc.added(sam, nil, tess))
	letter := letterOf(LetterPosted, 1)
	letter.in.Folded = "> quote"
	_, e, err = sc.letter(anna, letter)
	keep(sc.must("letter", e, err))
	_, e, err = sc.letter(anna, letterOf(LetterQuarantined, 2))
	keep(sc.must("letter", e, err))
	keep(sc.removed(sam, anna))
	return entries, sc.thread().Conversation.Hash
}

func TestRecordVerifies(t *testing.T) {
	t.Parallel()
	entries, head := record(t)
	if at, ok := VerifyRecord(entries); !ok || len(entries) < 7 {
		t.Fatalf("%d entries, broken at %s", len(entries), at)
	}
	if entries[len(entries)-1].Hash != head {
		t.Error("the conversation's hash is not that of its last entry")
	}
	if _, ok := VerifyRecord(nil); !ok {
		t.Error("an empty record does not verify")
	}
}

// TestRecordFindsEveryChange changes every field of every entry in turn. What it leaves out is not part of what was said: the office (its
// conversation says it), names (people may marry), how a repeated send is told, and
// what was withdrawn later (the audit log says it), or could have been.
func TestRecordFindsEveryChange(t *testing.T) {
	t.Parallel()
	entries, _ := record(t)
	exempt := map[string]bool{"Office": true, "Key": true, "Sent": true, "Withdrawn": true, "WithdrawnBy": true, "WithdrawnAt": true,
		"Undoable": true, "UndoUntil": true, "Surfaced": true}
	fields := reflect.TypeFor[Message]()
	for i := range entries {
		for f := range fields.NumField() {
			if name := fields.Field(f).Name; !exempt[name] {
				tampered := slices.Clone(entries)
				tampered[i].Attachments = slices.Clone(entries[i].Attachments)
				tampered[i].Subjects = slices.Clone(entries[i].Subjects)
				tamper(t, reflect.ValueOf(&tampered[i]).Elem().Field(f))
				if at, ok := VerifyRecord(tampered); ok || name != "Position" && at != entries[i].Position {
					t.Errorf("entry %d, %s changed: verifies %t, at %s", i, name, ok, at)
				}
			}
		}
	}
	files := reflect.TypeFor[Attachment]()
	exempt = map[string]bool{"Office": true, "Owner": true, "Conversation": true, "Message": true, "Position": true, "Audience": true, "CreatedAt": true,
		"Width": true, "Height": true, "Scan": true} // what others say of the content, which is covered itself
	for f := range files.NumField() {
		if name := files.Field(f).Name; !exempt[name] {
			tampered := slices.Clone(entries)
			tampered[2].Attachments = slices.Clone(entries[2].Attachments)
			tamper(t, reflect.ValueOf(&tampered[2].Attachments[1]).Elem().Field(f))
			if _, ok := VerifyRecord(tampered); ok {
				t.Errorf("%s of a file changed: verifies", name)
			}
		}
	}
}

// tamper changes a value to another one.
func tamper(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Array:
		v.Index(0).SetUint(v.Index(0).Uint() ^ 1)
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(at.Add(time.Microsecond)))
		} else {
			tamper(t, v.FieldByName("ID"))
		}
	default:
		t.Fatalf("a field of kind %s: say how to change it", v.Kind())
	}
}

func TestRecordFindsWhatIsMissingOrMoved(t *testing.T) {
	t.Parallel()
	entries, head := record(t)
	last := len(entries) - 1
	for i := range last {
		if _, ok := VerifyRecord(slices.Delete(slices.Clone(entries), i, i+1)); ok {
			t.Errorf("entry %d taken out: verifies", i)
		}
		for j := i + 1; j <= last; j++ {
			moved := slices.Clone(entries)
			moved[i], moved[j] = moved[j], moved[i]
			if _, ok := VerifyRecord(moved); ok {
				t.Errorf("entries %d and %d changed places: verifies", i, j)
			}
		}
		if _, ok := VerifyRecord(slices.Insert(slices.Clone(entries), i, entries[last])); ok {
			t.Errorf("an entry put in before %d: verifies", i)
		}
	}
	if entries[last-1].Hash == head {
		t.Error("the last taken out: the conversation's hash does not show it")
	}
	files := slices.Clone(entries[2].Attachments)
	slices.Reverse(files)
	entries[2].Attachments = files
	if _, ok := VerifyRecord(entries); ok {
		t.Error("files in another order: verifies")
	}
}

// TestRecordFieldsDoNotRunTogether: what stands at the end of one field cannot be moved to the beginning of the next.
func TestRecordFieldsDoNotRunTogether(t *testing.T) {
	t.Parallel()
	one := Message{HTML: "ab", Text: "c"}
	two := Message{HTML: "a", Text: "bc"}
	if recordHash([32]byte{}, &one) == recordHash([32]byte{}, &two) {
		t.Error("html and text run together")
	}
}
