package query_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/chat"
	"postern/store/query"
)

var (
	anID   = chat.ID{0x01, 0x9a, 15: 0x42}
	aHash  = [32]byte{1, 31: 2}
	aTime  = time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC)
	vienna = time.FixedZone("Vienna", 3600)
)

// TestScan gives destinations what either database has in a column.
func TestScan(t *testing.T) {
	t.Parallel()
	var id chat.ID
	var hash [32]byte
	var at time.Time
	var list []chat.ID
	for name, c := range map[string]struct {
		into      sql.Scanner
		src       any
		got, want func() any
	}{
		"id as bytes":       {query.ID(&id), anID[:], func() any { return id }, func() any { return anID }},
		"id as text":        {query.ID(&id), anID.String(), func() any { return id }, func() any { return anID }},
		"no id":             {query.ID(&id), nil, func() any { return id }, func() any { return chat.ID{} }},
		"hash":              {query.Hash(&hash), aHash[:], func() any { return hash }, func() any { return aHash }},
		"no hash":           {query.Hash(&hash), nil, func() any { return hash }, func() any { return [32]byte{} }},
		"time as number":    {query.Time(&at), aTime.UnixMicro(), func() any { return at }, func() any { return aTime }},
		"time with a place": {query.Time(&at), aTime.In(vienna), func() any { return at }, func() any { return aTime }},
		"no time":           {query.Time(&at), nil, func() any { return at }, func() any { return time.Time{} }},
		"list":              {query.IDs(&list), query.List([]chat.ID{anID, {}}), func() any { return list }, func() any { return []chat.ID{anID, {}} }},
		"empty list":        {query.IDs(&list), query.List(nil), func() any { return len(list) }, func() any { return 0 }},
	} {
		if err := c.into.Scan(c.src); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want(), c.got()); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", name, diff)
		}
	}
	for name, c := range map[string]struct {
		into sql.Scanner
		src  any
	}{
		"short id": {query.ID(&id), []byte{1}}, "text that is no id": {query.ID(&id), "x"}, "number as id": {query.ID(&id), int64(1)},
		"short hash": {query.Hash(&hash), []byte{1}}, "text as time": {query.Time(&at), "now"}, "bytes as list": {query.IDs(&list), []byte("[]")},
		"no list": {query.IDs(&list), "{"},
	} {
		if c.into.Scan(c.src) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestKeepable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"": true, "é\uFFFD\u202E": true, "a\x00": false, "\xff": false, "\xed\xa0\x80": false} {
		if query.Keepable(text) != want {
			t.Errorf("keepable %q: %v", text, !want)
		}
	}
}
