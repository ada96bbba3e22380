package api

import (
	"net/http"
	"reflect"
	"testing"
)

// TestMailTimes (F26): everybody chooses for themselves, and what cannot be kept is refused.
func TestMailTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	set := func(times any) reply { return carla.patch("/me", map[string]any{"mail_times": times}) }
	for _, times := range []mailTimes{
		{Zone: "Europe/Vienna", QuietFrom: "22:00", QuietUntil: "07:30"},
		{Zone: "America/New_York", Digest: []int{8, 17}},
		{Zone: "Asia/Kathmandu", QuietFrom: "12:00", QuietUntil: "13:00", Digest: []int{0, 23}},
		{},
	} {
		var me meAnswer
		set(times).want(http.StatusOK).into(&me)
		if !reflect.DeepEqual(me.User.MailTimes, times) || me.User.Unsubscribed {
			t.Errorf("%+v, not %+v", me.User, times)
		}
	}
	for _, wrong := range []mailTimes{
		{Zone: "Mars/Olympus"}, {QuietFrom: "22:00"}, {QuietUntil: "7:00", QuietFrom: "22:00"}, {QuietFrom: "24:00", QuietUntil: "07:00"},
		{Digest: []int{24}}, {Digest: []int{-1}}, {QuietFrom: "22:00", QuietUntil: "07:00", Digest: []int{23}},
	} {
		set(wrong).want(http.StatusBadRequest)
	}
}
