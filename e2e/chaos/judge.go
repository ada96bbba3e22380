package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// settleWithin is how long screens and mails have to catch up with the record, once nothing is said any more.
const settleWithin = 40 * time.Second

// judge holds what was promised, what is in the record and what was shown against each other.
func (r *round) judge(ctx context.Context, s scenario, into *result) error {
	var rec *record
	settled, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	for {
		var err error
		if rec, err = r.look(ctx); err != nil {
			return err
		}
		*into = r.count(rec, *into)
		if settled.Err() != nil || !into.unsettled() {
			break
		}
		r.st.say("%s: not settled: lost %d, badges %d, mails lost %d, of those forgotten %d", s.name, into.Lost, into.BadgeDrift, into.MailsLost, rec.forgotten)
		pause(settled, 500*time.Millisecond)
	}
	leaks, err := r.leaksOnAsking(ctx, rec)
	if err != nil {
		return err
	}
	into.Leaked += leaks + int(r.leaked.Load())
	if into.MailsCounted, err = r.counted(ctx, rec); err != nil {
		return err
	}
	into.Recovered = seconds(r.recovered)
	r.tellErrors(s)
	for _, why := range r.refused {
		r.st.say("%s: refused %s", s.name, why)
	}
	if s.flawless && (into.Errors > 0 || into.LettersRefused > 0) {
		return fmt.Errorf("%d errors were seen by clients and %d letters refused, and none was to be", into.Errors, into.LettersRefused)
	}
	return nil
}

// unsettled says whether what is missing may still come.
func (r *result) unsettled() bool {
	return r.Lost+r.BadgeDrift+r.MailsLost > 0 || r.MailsWaiting > 0 && r.MailsSent+r.MailsWaiting < r.MailsOwed
}

// count fills in what the record and the screens say now.
func (r *round) count(rec *record, into result) result {
	n := result{Scenario: into.Scenario, Store: into.Store}
	r.countPromises(rec, &n)
	for _, o := range r.rooms {
		r.countRoom(o, rec, &n)
	}
	r.countBadges(rec, &n)
	r.countMails(rec, &n)
	n.Errors += int(r.errors.Load())
	return n
}

// countPromises looks for each thing acknowledged in the record, where it must be once.
func (r *round) countPromises(rec *record, n *result) {
	times, keys, letters := map[string]int{}, map[[2]string]int{}, map[string]int{}
	for _, list := range rec.entries {
		for _, e := range list {
			times[e.id]++
			if e.key != "" {
				keys[[2]string{e.author, e.key}]++
			}
			if e.via == "letter" {
				letters[lettersWords(e.text)]++
			}
		}
	}
	for id := range r.acked {
		if times[id] == 0 {
			n.Lost++
		}
	}
	for _, many := range keys {
		n.Duplicated += many - 1
	}
	for words := range r.letters {
		if letters[words] == 1 {
			n.LettersStored++
		}
	}
	n.Acknowledged, n.LettersAccepted, n.LettersRefused = len(r.acked)+len(r.letters), len(r.letters), len(r.refused)
}

// lettersWords finds what tells a letter from all others in what became of it.
func lettersWords(text string) string {
	for _, word := range strings.Fields(text) {
		if strings.HasPrefix(word, "letter-") {
			return word
		}
	}
	return ""
}

// countRoom holds each screen of each member against what they were to be told, and their notices too.
func (r *round) countRoom(o *room, rec *record, n *result) {
	entries := rec.entries[plain(o.id)]
	told := o.seats(entries)
	mine := map[*person]map[string]bool{}
	for _, p := range o.members {
		mine[p] = map[string]bool{}
	}
	for i, e := range entries {
		for _, p := range told[i] {
			mine[p][e.id] = true
			if e.counts() && p.id != e.author && !rec.owed[[2]string{e.id, p.id}] {
				n.MailsLost++
			}
		}
	}
	for _, p := range r.st.cast.people {
		for _, s := range p.screens {
			s.count(o, mine[p], n)
		}
	}
}

// count holds what a screen showed of a room against what it was to show; nil: of somebody who has nothing to do with it.
func (s *screen) count(o *room, mine map[string]bool, n *result) {
	seen, last := map[string]bool{}, ""
	list, reloaded := s.of(o.id)
	for _, one := range list {
		switch {
		case seen[one.id]:
			n.Duplicated++
			continue
		case one.position <= last:
			n.Reordered++
		}
		if !mine[one.id] && !(reloaded && s.p.staff) { // who brings staff back shows them the history, which only a reload loads
			n.Leaked++
		}
		seen[one.id], last = true, max(last, one.position)
	}
	n.Expected += len(mine)
	for id := range mine {
		if seen[id] {
			n.Delivered++
		} else {
			n.Lost++
		}
	}
}

func (r *round) countBadges(rec *record, n *result) {
	for _, p := range r.st.cast.people {
		for _, s := range p.screens {
			n.Screens++
			stands := s.live.Standing()
			if stands.Badge != rec.badges[p.id] {
				n.BadgeDrift++
			}
			n.Reordered += len(stands.Faults) - s.faultsBefore
			n.Reconnects += stands.Connects - s.connectsBefore
			n.Resets += stands.Resets - s.resetsBefore
			s.mu.Lock()
			n.Errors += len(s.errors)
			s.mu.Unlock()
		}
	}
}

func (r *round) countMails(rec *record, n *result) {
	for _, m := range rec.mails {
		n.MailsOwed++
		switch times := r.st.sink.taken(m.messageID); {
		case times > 0:
			n.MailsSent++
			n.MailsDouble += times - 1
		case m.state == "sending" || m.state == "waiting":
			n.MailsWaiting++
		default:
			n.MailsLost++
		}
	}
	n.MailsLost += rec.forgotten
}

// leaksOnAsking has every contact read every room they were ever in over the API, which must show what a screen may and nothing else: they are
// added without the history.
func (r *round) leaksOnAsking(ctx context.Context, rec *record) (int, error) {
	var leaks atomic.Int64
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(16)
	for _, o := range r.rooms {
		entries := rec.entries[plain(o.id)]
		told := o.seats(entries)
		for _, p := range o.members {
			if p.staff {
				continue
			}
			work.Go(func() error {
				list, err := p.client.History(ctx, o.id)
				if err != nil {
					return fmt.Errorf("%s reads %s: %w", p.email, o.title, err)
				}
				mine := toldTo(p, entries, told)
				for _, m := range list {
					if !mine[plain(m.ID)] {
						leaks.Add(1)
					}
				}
				return nil
			})
		}
	}
	err := work.Wait()
	return int(leaks.Load()), err
}

// toldTo are the entries that a person was to be told of.
func toldTo(p *person, entries []entry, told [][]*person) map[string]bool {
	mine := map[string]bool{}
	for i, e := range entries {
		if slices.Contains(told[i], p) {
			mine[e.id] = true
		}
	}
	return mine
}

// tellErrors says what the first connections ended of.
func (r *round) tellErrors(s scenario) {
	codes, told := map[int]int{}, 0
	for _, screen := range r.st.cast.screens() {
		screen.mu.Lock()
		for code, n := range screen.closed {
			codes[code] += n
		}
		for _, err := range screen.errors {
			if told++; told <= 10 {
				r.st.say("%s: a connection of %s: %v", s.name, screen.p.email, err)
			}
		}
		screen.mu.Unlock()
	}
	r.st.say("%s: ends of connections by code: %v", s.name, codes)
}
