package chat

import (
	"math/bits"
	"time"
)

// MailTimes is when mail may go to somebody, as they choose it (F26), by the clock of where they are. The zero value: at any time, one mail for each
// conversation.
type MailTimes struct {
	Zone                  string // IANA name; empty: UTC
	QuietFrom, QuietUntil int    // minutes of the day, 0 to 1439, past midnight where From is the later; the same: no quiet hours
	Digest                uint32 // bit 8: one mail of all conversations at 8:00, and so on for each hour; 0: no digest
}

const minutesOfDay = 24 * 60

// digestSlack is how long after its hour a digest is made: what was due just before it is claimed by then.
const digestSlack = 5 * time.Second

// AtHours is the digest of these hours.
func AtHours(hours ...int) (digest uint32) {
	for _, h := range hours {
		digest |= 1 << h
	}
	return digest
}

// Hours are the hours of the digest, in their order.
func (t MailTimes) Hours() []int {
	hours := []int{}
	for rest := t.Digest; rest != 0; rest &= rest - 1 {
		hours = append(hours, bits.TrailingZeros32(rest))
	}
	return hours
}

// check refuses times that nobody can keep.
func (t MailTimes) check() error {
	switch {
	case len(t.Zone) > 64 || t.Zone == "Local": // Local is where this node runs
		return errZone
	case t.QuietFrom < 0 || t.QuietFrom >= minutesOfDay || t.QuietUntil < 0 || t.QuietUntil >= minutesOfDay:
		return Refuse(Invalid, "Quiet hours begin and end at a time of day, from 00:00 to 23:59.").About("mail_times")
	case t.Digest>>24 != 0:
		return Refuse(Invalid, "A digest comes at hours from 0 to 23.").About("mail_times")
	}
	if _, err := t.location(); err != nil {
		return errZone.Because(err)
	}
	for _, hour := range t.Hours() {
		if t.quietAt(hour * 60) {
			return Refuse(Invalid, "A digest cannot come in the quiet hours. Choose another hour for it.").About("mail_times")
		}
	}
	return nil
}

var errZone = Refuse(Invalid, "There is no such time zone. Name one as Europe/Vienna.").About("mail_times")

func (t MailTimes) location() (*time.Location, error) { return time.LoadLocation(t.Zone) }

// quietAt says whether a minute of the day is in the quiet hours.
func (t MailTimes) quietAt(minute int) bool {
	if t.QuietFrom <= t.QuietUntil {
		return t.QuietFrom <= minute && minute < t.QuietUntil
	}
	return minute >= t.QuietFrom || minute < t.QuietUntil
}

// none says that mail may go at any time, for each conversation.
func (t MailTimes) none() bool { return t.Digest == 0 && t.QuietFrom == t.QuietUntil }

// next is when a mail for what was due at a time may go, now or later. Kept says that its time was set by an earlier call: then only quiet hours that were run into
// since, as when nobody sent mail for a while, put it off further.
func (t MailTimes) next(due, now time.Time, kept bool) time.Time {
	if t.none() {
		return now
	}
	if t.Digest != 0 && !kept {
		if hour := t.digestAfter(due.In(t.place())).Add(digestSlack); hour.After(now) {
			return hour
		}
	}
	return t.quietEnd(now)
}

// place is where the recipient is. A zone that this node does not know, which another did, is UTC: mail that comes at an odd hour is better than none.
func (t MailTimes) place() *time.Location {
	if at, err := t.location(); err == nil {
		return at
	}
	return time.UTC
}

// digestAfter is the first hour of the digest that is not before.
func (t MailTimes) digestAfter(before time.Time) time.Time {
	for day := -1; day < 3; day++ { // an hour can be put off to the day after, where the clock jumps over a whole one
		for _, hour := range t.Hours() {
			if at := clockShows(before, day, hour*60); !at.Before(before) {
				return at
			}
		}
	}
	return before
}

// quietEnd is the first moment from now on at which the clock shows no quiet minute. Where it is put back within the quiet hours they are the longer for it.
func (t MailTimes) quietEnd(now time.Time) time.Time {
	end := now.In(t.place())
	for t.quietAt(minuteOf(end)) {
		next := end.Truncate(time.Minute).Add(time.Duration((t.QuietUntil-minuteOf(end)+minutesOfDay)%minutesOfDay) * time.Minute)
		if _, change := end.ZoneBounds(); !change.IsZero() && change.Before(next) {
			next = change.In(end.Location())
		}
		end = next
	}
	return end
}

func minuteOf(t time.Time) int { return t.Hour()*60 + t.Minute() }

// clockShows is the first moment at which the clock of the time's place shows a minute of its day, some days later, or has gone past it: where clocks are put forward
// the minute may not come, and where they are put back it comes twice.
func clockShows(at time.Time, days, minute int) time.Time {
	y, m, d := at.Date()
	wanted := time.Date(y, m, d+days, 0, minute, 0, 0, time.UTC)
	before, after := offsetAt(wanted.Add(-36*time.Hour).In(at.Location())), offsetAt(wanted.Add(36*time.Hour).In(at.Location()))
	early, late := wanted.Add(-max(before, after)), wanted.Add(-min(before, after))
	for _, one := range []time.Time{early, late} {
		if one = one.In(at.Location()); offsetAt(one) == wanted.Sub(one) {
			return one
		}
	}
	if _, change := early.In(at.Location()).ZoneBounds(); !change.IsZero() {
		return change.In(at.Location())
	}
	return late.In(at.Location())
}

// offsetAt is how far the clock is ahead of UTC.
func offsetAt(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
