package main

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestScreenReadsFramesAsTheHubWritesThem(t *testing.T) {
	t.Parallel()
	const message = `{"event":EVENT,"badge":1,"type":"message.created","data":{"id":"0199","html":"<p>load-NUMBER Could you</p>","text":"load-NUMBER Could you"}}`
	event := func(number, message string) string { return number + "|" + message }
	for name, c := range map[string]struct {
		frames  []string // event|message for a message
		shown   []int32
		settled int64
		faults  []string
		failed  int
	}{
		"messages in order": {frames: []string{event("8", "0"), event("9", "12")}, shown: []int32{0, 12}},
		"other events":      {frames: []string{`{"event":8,"badge":0,"type":"cursor.moved","data":{}}`, event("9", "3")}, shown: []int32{3}},
		"a gap":             {frames: []string{event("9", "3")}, shown: []int32{3}, faults: []string{"event 9 after 7"}, failed: 1},
		"an event twice":    {frames: []string{event("8", "3"), event("8", "3")}, shown: []int32{3, 3}, faults: []string{"event 8 after 8"}, failed: 1},
		"never sent":        {frames: []string{event("8", "99")}, faults: []string{"a message that was never sent"}, failed: 1},
		"an array":          {frames: []string{"[" + frameOf(message, "8", "1") + "," + frameOf(message, "9", "2") + "]"}, shown: []int32{1, 2}},
		"acks":              {frames: []string{`{"type":"ack","key":"5","data":{"id":"x"}}`, `{"type":"ack","key":"6","data":{}}`}, settled: 2},
		"an ack twice":      {frames: []string{`{"type":"ack","key":"5","data":{}}`, `{"type":"ack","key":"5","data":{}}`}, settled: 1, failed: 1},
		"a refusal":         {frames: []string{`{"type":"error","key":"5","data":{"code":"too_many"}}`}, settled: 1, failed: 1},
		"a passing sign":    {frames: []string{`{"type":"typing","data":{"on":true}}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &group{ready: make(chan struct{}, 4)}
			r := &run{due: make([]time.Duration, 20), acked: make([]time.Duration, 20)}
			s := &screen{}
			s.take(r, g, []byte(`{"type":"hello","data":{"epoch":1,"number":7,"badge":0}}`), 1)
			for _, frame := range c.frames {
				if number, of, ok := strings.Cut(frame, "|"); ok {
					frame = frameOf(message, number, of)
				}
				s.take(r, g, []byte(frame), 2)
			}
			var shown []int32
			for _, one := range s.shown {
				shown = append(shown, one.message)
			}
			if !reflect.DeepEqual(shown, c.shown) || int(r.shown.Load()) != len(c.shown) {
				t.Errorf("shown %v, want %v", shown, c.shown)
			}
			if !reflect.DeepEqual(s.faults, c.faults) || len(r.failed) != c.failed {
				t.Errorf("faults %v, %d failures; want %v, %d", s.faults, len(r.failed), c.faults, c.failed)
			}
			if r.settled.Load() != c.settled || len(g.ready) != int(c.settled) || r.greeted.Load() != 1 {
				t.Errorf("%d settled, %d tokens, %d greeted; want %d settled", r.settled.Load(), len(g.ready), r.greeted.Load(), c.settled)
			}
		})
	}
}

func frameOf(message, event, number string) string {
	return strings.NewReplacer("EVENT", event, "NUMBER", number).Replace(message)
}

func TestPaceIsANumberOrMax(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]pace{"max": 0, "1000": 1000, "0.5": 0.5} {
		if p := pace(-1); p.UnmarshalText([]byte(text)) != nil || p != want {
			t.Errorf("%q is read as %v", text, p)
		}
	}
	for _, text := range []string{"", "0", "-5", "fast", "1e9", "NaN"} {
		if p := pace(-1); p.UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is read as %v", text, p)
		}
	}
}
