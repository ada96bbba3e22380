package api

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestForgedPages: what no page gave out as its `next` is refused as such by every list: it never reaches a database, which may have no such text or time.
func TestForgedPages(t *testing.T) {
	t.Parallel()
	const id = `"i":"0199c2a4-0000-7000-8000-000000000000","c":"0199c2a4-0000-7000-8000-000000000000"`
	forged := []string{"x", "====", strings.Repeat("a", 900)}
	for _, key := range []string{
		`{`, `null`, `[]`, `{"t":"now"}`,
		`{"n":"a\u0000b","t":-1,` + id + `}`,
		`{"n":"\u0000","t":9000000000000000000,` + id + `}`,
		`{"n":"","t":1e300,` + id + `}`,
		`{"n":7,"t":1,"p":"-5","i":"\u0000","c":"\u0000"}`,
		`{"n":"","t":-5,"p":"1","i":"00000000-0000-0000-0000-000000000000","c":"00000000-0000-0000-0000-000000000000"}`,
	} {
		forged = append(forged, base64.RawURLEncoding.EncodeToString([]byte(key)))
	}
	s := newScene(t)
	owner := s.as(s.olivia)
	lists := pagedLists(t)
	if len(lists) < 4 {
		t.Fatalf("only %v have pages", lists)
	}
	for _, key := range forged {
		for _, path := range lists {
			if path == "/office/conversations" && strings.Contains(decoded(key), id) {
				continue // which is one of its own, and more
			}
			owner.get(path+"?after="+url.QueryEscape(key)).refused(http.StatusBadRequest, "invalid", "after")
		}
		owner.post("/search", map[string]any{"text": "word", "after": key}).refused(http.StatusBadRequest, "invalid", "after")
	}
}

func decoded(key string) string {
	b, _ := base64.RawURLEncoding.DecodeString(key)
	return string(b)
}

// pagedLists are the routes that the description gives an `after` which is no position.
func pagedLists(t *testing.T) (paths []string) {
	t.Helper()
	doc, err := loadDescription()
	must(t, err)
	for path, item := range doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		for _, p := range item.Get.Parameters {
			if p.Value.Name == "after" && p.Value.Schema.Ref == "" {
				paths = append(paths, path)
			}
		}
	}
	slices.Sort(paths)
	return paths
}
