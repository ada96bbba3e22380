package chat

import (
	"testing"
	"time"
	_ "time/tzdata" // where tests run there may be no zones
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	one, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return one
}

// TestMailTimes holds when a mail goes that was due, and looked at, at a time; over changes of the clock too.
func TestMailTimes(t *testing.T) {
	t.Parallel()
	night := func(zone string) MailTimes { return MailTimes{Zone: zone, QuietFrom: 22 * 60, QuietUntil: 7 * 60} }
	digest := func(zone string, hours ...int) MailTimes { return MailTimes{Zone: zone, Digest: AtHours(hours...)} }
	const vienna, york, apia = "Europe/Vienna", "America/New_York", "Pacific/Apia"
	for name, c := range map[string]struct {
		times     MailTimes
		now, want string
	}{
		"no wishes":             {MailTimes{Zone: vienna}, "2026-11-23T23:00:00Z", "2026-11-23T23:00:00Z"},
		"before the night":      {night(vienna), "2026-11-23T20:59:59Z", "2026-11-23T20:59:59Z"},
		"the night begins":      {night(vienna), "2026-11-23T21:00:00Z", "2026-11-24T06:00:00Z"},
		"after midnight":        {night(vienna), "2026-11-24T02:00:00Z", "2026-11-24T06:00:00Z"},
		"the night ends":        {night(vienna), "2026-11-24T06:00:00Z", "2026-11-24T06:00:00Z"},
		"another zone":          {night(york), "2026-11-24T06:00:00Z", "2026-11-24T12:00:00Z"},
		"UTC":                   {night(""), "2026-11-24T06:00:00Z", "2026-11-24T07:00:00Z"},
		"the short night":       {night(vienna), "2026-03-28T21:30:00Z", "2026-03-29T05:00:00Z"},
		"the long night":        {night(vienna), "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z"},
		"noon":                  {MailTimes{Zone: vienna, QuietFrom: 12 * 60, QuietUntil: 13*60 + 30}, "2026-06-01T10:30:00Z", "2026-06-01T11:30:00Z"},
		"ends in the gap":       {MailTimes{Zone: vienna, QuietFrom: 60, QuietUntil: 150}, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"},
		"ends twice, the first": {MailTimes{Zone: vienna, QuietFrom: 60, QuietUntil: 150}, "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"},
		"ends twice, the other": {MailTimes{Zone: vienna, QuietFrom: 60, QuietUntil: 150}, "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"},
		"within the gap":        {MailTimes{Zone: vienna, QuietFrom: 120, QuietUntil: 180}, "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},

		"a quarter to the hour": {night("Asia/Kathmandu"), "2026-11-23T16:15:00Z", "2026-11-24T01:15:00Z"},
		"half an hour forward":  {MailTimes{Zone: "Australia/Lord_Howe", QuietFrom: 60, QuietUntil: 180}, "2026-10-03T14:45:00Z", "2026-10-03T16:00:00Z"},
		"half an hour back":     {MailTimes{Zone: "Australia/Lord_Howe", QuietFrom: 60, QuietUntil: 105}, "2026-04-04T14:10:00Z", "2026-04-04T14:45:00Z"},
		"and quiet once more":   {MailTimes{Zone: "Australia/Lord_Howe", QuietFrom: 60, QuietUntil: 105}, "2026-04-04T15:00:00Z", "2026-04-04T15:15:00Z"},

		"digest in the morning":    {digest(vienna, 8, 17), "2026-11-23T05:00:00Z", "2026-11-23T07:00:05Z"},
		"on the hour":              {digest(vienna, 8, 17), "2026-11-23T07:00:00Z", "2026-11-23T07:00:05Z"},
		"in the evening":           {digest(vienna, 8, 17), "2026-11-23T07:00:01Z", "2026-11-23T16:00:05Z"},
		"the next day":             {digest(vienna, 8, 17), "2026-11-23T16:00:01Z", "2026-11-24T07:00:05Z"},
		"half an hour off":         {digest("Asia/Kolkata", 8), "2026-11-23T02:29:00Z", "2026-11-23T02:30:05Z"},
		"west of here":             {digest(york, 8), "2026-11-23T14:00:00Z", "2026-11-24T13:00:05Z"},
		"clocks forward":           {digest(vienna, 8), "2026-03-28T07:00:01Z", "2026-03-29T06:00:05Z"},
		"clocks back":              {digest(vienna, 8), "2026-10-24T06:00:01Z", "2026-10-25T07:00:05Z"},
		"an hour that is left out": {digest(vienna, 2), "2026-03-28T12:00:00Z", "2026-03-29T01:00:05Z"},
		"an hour that comes twice": {digest(vienna, 2), "2026-10-24T12:00:00Z", "2026-10-25T00:00:05Z"},
		"and once only":            {digest(vienna, 2), "2026-10-25T00:00:01Z", "2026-10-26T01:00:05Z"},
		"a day that is left out":   {digest(apia, 8), "2011-12-29T18:00:01Z", "2011-12-30T10:00:05Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, want := c.times.next(at(t, c.now), at(t, c.now), false), at(t, c.want); !got.Equal(want) {
				t.Errorf("%v; want %v", got.UTC(), want)
			}
		})
	}
}

// TestMailTimesProgress: whatever is chosen, a mail goes within two days, at no moment at which the clock shows a quiet minute and at none later than it must, and what was
// kept back goes when its time has come.
func TestMailTimesProgress(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Pacific/Apia", "Africa/Casablanca", "Nowhere/Now"} {
		for _, times := range []MailTimes{
			{Zone: zone, QuietFrom: 22 * 60, QuietUntil: 7 * 60}, {Zone: zone, Digest: AtHours(0, 2, 12)}, {Zone: zone, Digest: 1<<24 - 1},
			{Zone: zone, QuietFrom: 8 * 60, QuietUntil: 6 * 60}, {Zone: zone, QuietFrom: 90, QuietUntil: 150, Digest: AtHours(3)}, {Zone: zone, QuietFrom: 1, QuietUntil: 0},
		} {
			for now := at(t, "2026-01-01T00:07:11Z"); now.Year() == 2026; now = now.Add(97 * time.Minute) {
				next := times.next(now, now, false)
				if shown := minuteOf(next.In(times.place())); next.Before(now) || next.After(now.Add(48*time.Hour)) || times.quietAt(shown) {
					t.Fatalf("%+v at %v: %v, when the clock shows minute %d", times, now, next, shown)
				}
				if again := times.next(next, next, true); !again.Equal(next) {
					t.Fatalf("%+v at %v: %v, and then %v", times, now, next, again)
				}
				if just := minuteOf(next.Add(-time.Second).In(times.place())); times.Digest == 0 && next.After(now) && !times.quietAt(just) {
					t.Fatalf("%+v at %v: not before %v, and a second before the clock shows minute %d", times, now, next, just)
				}
			}
		}
	}
}

func TestMailTimesRefused(t *testing.T) {
	t.Parallel()
	for name, times := range map[string]MailTimes{
		"no such zone":        {Zone: "Europe/Nowhere"},
		"the node's zone":     {Zone: "Local"},
		"a path":              {Zone: "../etc/passwd"},
		"before midnight":     {QuietFrom: -1},
		"a day has no 25th":   {QuietUntil: minutesOfDay},
		"no such hour":        {Digest: 1 << 24},
		"a digest in silence": {QuietFrom: 22 * 60, QuietUntil: 7 * 60, Digest: AtHours(8, 23)},
	} {
		if err := times.check(); KindOf(err) != Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, times := range []MailTimes{{}, {Zone: "Europe/Vienna", QuietFrom: 22 * 60, QuietUntil: 7 * 60, Digest: AtHours(7, 21)}} {
		if err := times.check(); err != nil {
			t.Errorf("%+v: %v", times, err)
		}
	}
}
