package main

import (
	"fmt"
	"testing"
	"time"
)

// scene is a room of two of staff and two contacts with a screen each, and what was written in it.
type scene struct {
	room    *room
	entries []entry
}

func newScene() *scene {
	o := &room{id: "r-oom", members: []*person{{id: "host", staff: true}, {id: "aide", staff: true}, {id: "guest"}, {id: "other"}}}
	for _, p := range o.members {
		p.screens = []*screen{{p: p, threads: map[string]*thread{}}}
	}
	o.host, o.aide, o.guest = o.members[0], o.members[1], o.members[2]
	return &scene{room: o}
}

// write adds an entry; happening may be empty.
func (sc *scene) write(e entry) string {
	e.id = fmt.Sprint("m", len(sc.entries))
	e.position = fmt.Sprintf("%016x", len(sc.entries)+1)
	sc.entries = append(sc.entries, e)
	return e.id
}

func (sc *scene) show(p *person, numbers ...int) {
	t := p.screens[0].thread(sc.room.id)
	for _, n := range numbers {
		t.shown = append(t.shown, shown{sc.entries[n].id, sc.entries[n].position, time.Time{}})
	}
}

// count counts as the judge does, with every notice written but for those of the entries named.
func (sc *scene) count(unowed ...int) result {
	rec := &record{entries: map[string][]entry{"room": sc.entries}, owed: map[[2]string]bool{}}
	for _, e := range sc.entries {
		for _, p := range sc.room.members {
			rec.owed[[2]string{e.id, p.id}] = true
		}
	}
	for _, n := range unowed {
		delete(rec.owed, [2]string{sc.entries[n].id, "other"})
	}
	var n result
	r := &round{st: &stage{cast: &cast{people: sc.room.members}}}
	r.countRoom(sc.room, rec, &n)
	return n
}

// aDay is a message, a note, the guest leaving, a message, the guest back, a message.
func aDay() *scene {
	sc := newScene()
	sc.write(entry{kind: "message", author: "host"})
	sc.write(entry{kind: "note", author: "aide", staffOnly: true})
	sc.write(entry{kind: "event", happening: "left", subjects: []string{"guest"}})
	sc.write(entry{kind: "message", author: "other"})
	sc.write(entry{kind: "event", happening: "joined", subjects: []string{"guest"}})
	sc.write(entry{kind: "message", author: "guest"})
	return sc
}

func TestTheJudgeHoldsScreensAgainstTheRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		guest, other []int // what two contacts were shown; staff were shown everything
		unowed       []int
		want         result
	}{
		"as it must be":          {guest: []int{0, 4, 5}, other: []int{0, 2, 3, 4, 5}, want: result{Expected: 20, Delivered: 20}},
		"lost":                   {guest: []int{0, 4}, other: []int{0, 2, 3, 4, 5}, want: result{Expected: 20, Delivered: 19, Lost: 1}},
		"twice":                  {guest: []int{0, 4, 5, 5}, other: []int{0, 2, 3, 4, 5, 0}, want: result{Expected: 20, Delivered: 20, Duplicated: 2}},
		"out of order":           {guest: []int{0, 5, 4}, other: []int{0, 2, 3, 4, 5}, want: result{Expected: 20, Delivered: 20, Reordered: 1}},
		"a note to a contact":    {guest: []int{0, 4, 5}, other: []int{0, 1, 2, 3, 4, 5}, want: result{Expected: 20, Delivered: 20, Leaked: 1}},
		"to one who had left":    {guest: []int{0, 3, 4, 5}, other: []int{0, 2, 3, 4, 5}, want: result{Expected: 20, Delivered: 20, Leaked: 1}},
		"the line that one left": {guest: []int{0, 2, 4, 5}, other: []int{0, 2, 3, 4, 5}, want: result{Expected: 20, Delivered: 20, Leaked: 1}},
		"a notice forgotten":     {guest: []int{0, 4, 5}, other: []int{0, 2, 3, 4, 5}, unowed: []int{0}, want: result{Expected: 20, Delivered: 20, MailsLost: 1}},
		"a notice not owed":      {guest: []int{0, 4, 5}, other: []int{0, 2, 3, 4, 5}, unowed: []int{1, 2, 3}, want: result{Expected: 20, Delivered: 20}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sc := aDay()
			sc.show(sc.room.host, 0, 1, 2, 3, 4, 5)
			sc.show(sc.room.aide, 0, 1, 2, 3, 4, 5)
			sc.show(sc.room.guest, c.guest...)
			sc.show(sc.room.members[3], c.other...)
			if got := sc.count(c.unowed...); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestTheJudgeSeesAStranger(t *testing.T) {
	t.Parallel()
	sc := newScene()
	sc.write(entry{kind: "message", author: "host"})
	for _, p := range sc.room.members {
		sc.show(p, 0)
	}
	stranger := &person{id: "stranger", staff: true}
	stranger.screens = []*screen{{p: stranger, threads: map[string]*thread{}}}
	sc.show(stranger, 0)
	r := &round{st: &stage{cast: &cast{people: append(sc.room.members, stranger)}}}
	rec := &record{entries: map[string][]entry{"room": sc.entries}, owed: map[[2]string]bool{{"m0", "aide"}: true, {"m0", "guest"}: true, {"m0", "other"}: true}}
	var n result
	r.countRoom(sc.room, rec, &n)
	if want := (result{Expected: 4, Delivered: 4, Leaked: 1}); n != want {
		t.Errorf("got  %+v\nwant %+v", n, want)
	}
}

func TestTheJudgeLooksForWhatWasPromised(t *testing.T) {
	t.Parallel()
	r := &round{
		acked:   map[string]*room{"a": nil, "b": nil, "gone": nil},
		letters: map[string]letter{"letter-1-1-1": {}, "letter-1-1-2": {}, "letter-1-1-3": {}}, refused: []string{"why"},
	}
	rec := &record{entries: map[string][]entry{"room": {
		{id: "a", author: "ann", key: "k1"}, {id: "b", author: "ben", key: "k1"}, {id: "c", author: "ann", key: "k1"},
		{id: "d", via: "letter", text: "This is what letter-1-1-1 says."},
		{id: "e", via: "letter", text: "This is what letter-1-1-2 says."}, {id: "f", via: "letter", text: "This is what letter-1-1-2 says."},
	}}}
	var n result
	r.countPromises(rec, &n)
	want := result{Acknowledged: 6, Lost: 1, Duplicated: 1, LettersAccepted: 3, LettersStored: 1, LettersRefused: 1}
	if n != want {
		t.Errorf("got  %+v\nwant %+v", n, want)
	}
	if !n.bad() {
		t.Error("it is held for good")
	}
}

func TestTheJudgeCountsMails(t *testing.T) {
	t.Parallel()
	r := &round{st: &stage{sink: &sink{times: map[string]int{"once": 1, "twice": 2, "settling": 1}}}}
	var n result
	r.countMails(&record{forgotten: 2, mails: []mailRow{
		{messageID: "once", state: "accepted"}, {messageID: "twice", state: "accepted"}, {messageID: "settling", state: "sending"},
		{messageID: "waits", state: "waiting"}, {messageID: "sends", state: "sending"},
		{messageID: "lost", state: "accepted"}, {messageID: "given up", state: "failed"},
	}}, &n)
	if want := (result{MailsOwed: 7, MailsSent: 3, MailsDouble: 1, MailsWaiting: 2, MailsLost: 4}); n != want {
		t.Errorf("got  %+v\nwant %+v", n, want)
	}
}

func TestAResultOfNothingIsBad(t *testing.T) {
	t.Parallel()
	good := result{Acknowledged: 1, Expected: 3, Delivered: 3}
	for name, c := range map[string]struct {
		r    result
		want bool
	}{
		"good":             {good, false},
		"nothing was said": {result{}, true},
		"skipped":          {result{Skipped: "no root"}, false},
		"failed":           {result{Acknowledged: 1, Expected: 3, Failure: "why"}, true},
		"a badge adrift":   {result{Acknowledged: 1, Expected: 3, BadgeDrift: 1}, true},
		"a counted double": {result{Acknowledged: 1, Expected: 3, MailsDouble: 1, MailsCounted: 1}, false},
		"a silent double":  {result{Acknowledged: 1, Expected: 3, MailsDouble: 1}, true},
	} {
		if got := c.r.bad(); got != c.want {
			t.Errorf("%s: bad is %v", name, got)
		}
	}
}

func TestScenariosAreInTheirOrder(t *testing.T) {
	t.Parallel()
	want := []string{
		"node-killed", "all-nodes-killed", "postgres-killed", "postgres-broken", "killed-before-publish", "redis-1s", "redis-30s",
		"redis-paused", "redis-flushed", "redis-pubsub-killed", "redis-replaced", "cut-from-redis", "cut-from-db", "packet-loss",
		"slow-readers", "clock-steps", "disk-full", "rolling-restart", "migration", "restore", "revocation",
	}
	var got []string
	for _, s := range scenarios() {
		got = append(got, s.name)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
