package api

import (
	"fmt"
	"time"

	"postern/chat"
)

// mailTimes is when mail may go to somebody; the clock's times as 22:00.
type mailTimes struct {
	Zone       string `json:"zone,omitempty"`
	QuietFrom  string `json:"quiet_from,omitempty"`
	QuietUntil string `json:"quiet_until,omitempty"`
	Digest     []int  `json:"digest,omitempty"` // hours
}

func mailTimesOf(t chat.MailTimes) mailTimes {
	m := mailTimes{Zone: t.Zone, Digest: t.Hours()}
	if t.QuietFrom != t.QuietUntil {
		m.QuietFrom, m.QuietUntil = timeOfDay(t.QuietFrom), timeOfDay(t.QuietUntil)
	}
	return m
}

func timeOfDay(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// times reads what was asked for; nil: nothing was.
func (m *mailTimes) times() (*chat.MailTimes, error) {
	if m == nil {
		return nil, nil
	}
	t := chat.MailTimes{Zone: m.Zone}
	for _, one := range []struct {
		text string
		into *int
	}{{m.QuietFrom, &t.QuietFrom}, {m.QuietUntil, &t.QuietUntil}} {
		if one.text == "" && m.QuietFrom == m.QuietUntil {
			continue
		}
		at, err := time.Parse("15:04", one.text)
		if err != nil || len(one.text) != len("15:04") {
			return nil, chat.Refuse(chat.Invalid, "Quiet hours begin and end at a time of day, as 22:00 and 07:00.").About("mail_times")
		}
		*one.into = at.Hour()*60 + at.Minute()
	}
	for _, hour := range m.Digest {
		if hour < 0 || hour > 23 {
			return nil, chat.Refuse(chat.Invalid, "A digest comes at hours from 0 to 23.").About("mail_times")
		}
		t.Digest |= chat.AtHours(hour)
	}
	return &t, nil
}
