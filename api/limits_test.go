package api

import (
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
