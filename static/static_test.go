package static

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPlaceholderStandsInForTheIndex(t *testing.T) {
	t.Parallel()
	bare := client{fstest.MapFS{"placeholder.html": {Data: []byte("not built")}}}
	page, err := fs.ReadFile(bare, "index.html")
	if err != nil || string(page) != "not built" {
		t.Fatalf("index.html = %q, %v; want the placeholder", page, err)
	}
	built := client{fstest.MapFS{"placeholder.html": {Data: []byte("not built")}, "index.html": {Data: []byte("app")}}}
	if page, err := fs.ReadFile(built, "index.html"); err != nil || string(page) != "app" {
		t.Fatalf("index.html = %q, %v; want the app", page, err)
	}
	if _, err := fs.ReadFile(bare, "assets/none.js"); err == nil {
		t.Fatal("a file that is not there was found")
	}
}

func TestFilesHoldAPage(t *testing.T) {
	t.Parallel()
	page, err := fs.ReadFile(Files(), "index.html")
	if err != nil || !strings.Contains(string(page), "<html") {
		t.Fatalf("index.html = %.40q, %v", page, err)
	}
}
