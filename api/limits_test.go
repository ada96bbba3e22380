package api

import (
	"net/http"
	"reflect"
	"testing"
	"time"
)

func TestUnlimitedLeavesNoLimit(t *testing.T) {
	t.Parallel()
	limits := reflect.ValueOf(Unlimited().filled())
	now, rates := time.Now(), 0
	for i := range limits.NumField() {
		one, ok := limits.Field(i).Interface().(Rate)
		if !ok {
			continue
		}
		rates++
		limit := newThrottle(one)
		for n := range 1000 {
			if err := limit.take(count("somebody"), now); err != nil {
				t.Errorf("%s: number %d at once: %v", limits.Type().Field(i).Name, n, err)
				break
			}
		}
	}
	if rates < 9 {
		t.Errorf("%d limits were tried, there are more", rates)
	}
}

// TestWhatIsDearIsLimited: past the limit each of them is 429, whatever it would have been.
func TestWhatIsDearIsLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Limits.Change, o.Limits.Look = Rate{1, time.Hour}, Rate{1, time.Hour}
	})
	olivia, message := w.as(w.olivia), "/conversations/"+someID+"/messages/"+someID
	olivia.post(message+"/undo", map[string]any{}).want(http.StatusNotFound)
	olivia.get(message + "/letter").want(http.StatusNotFound)
	for _, path := range []string{"/marks", message + "/undo", message + "/retract", "/users/" + someID + "/distrust", "/office/conversations/" + someID + "/open"} {
		olivia.post(path, map[string]any{}).refused(http.StatusTooManyRequests, "too_many", "")
	}
	olivia.get(message+"/letter").refused(http.StatusTooManyRequests, "too_many", "")
	w.as(w.sam).post(message+"/undo", map[string]any{}).want(http.StatusNotFound) // others have their own
}
