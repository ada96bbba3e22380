package blob

import (
	"strings"
	"testing"
)

func TestS3URLs(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]s3Place{
		"s3://files":                          {amazon, "", true, "files", ""},
		"s3://files/?region=eu-central-1":     {amazon, "eu-central-1", true, "files", ""},
		"s3://files/a/b/?endpoint=http://h:1": {"h:1", "us-east-1", false, "files", "a/b/"},
		"s3://files.example/a?endpoint=https%3A%2F%2Fs3.example%2F&region=x": {"s3.example", "x", true, "files.example", "a/"},
	} {
		if got, err := parseS3URL(url); err != nil || *got != want {
			t.Errorf("%s: %+v, %v", url, got, err)
		}
	}
}

func TestWrongS3URLs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, says string }{
		{"", "say s3://"},
		{"https://s3.amazonaws.com/files", "say s3://"},
		{"s3:///files", "say s3://"},
		{"s3://files#x", "say s3://"},
		{"s3://key:secret@files", "settings of their own"},
		{"s3://Files_", "no name of a bucket"},
		{"s3://files?endpoint=s3.example", "endpoint is not like"},
		{"s3://files?endpoint=https://u:secret@h", "endpoint is not like"},
		{"s3://files?endpoint=https://h/path", "endpoint is not like"},
		{"s3://files?secret=secret", `no parameter "secret"`},
	} {
		_, err := NewS3(S3Options{URL: c.url}, nil)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), ":secret") {
			t.Errorf("%q: %v, want %q", c.url, err, c.says)
		}
	}
}
