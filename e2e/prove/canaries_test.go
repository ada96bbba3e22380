package main

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"html"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// A canary is found in whatever a mail may dress it in, and nothing is found where there is none.
func TestCanariesAreFound(t *testing.T) {
	t.Parallel()
	word, padded := canary(title, 12), "ü "+canary(title, 12)+" ü"
	escaped := ""
	for _, b := range []byte(word) {
		escaped += "%" + strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	for name, text := range map[string]string{
		"plain": "a " + word, "upper": strings.ToUpper(word), "B word": mime.BEncoding.Encode("utf-8", padded), "Q word": mime.QEncoding.Encode("utf-8", padded),
		"base64 0": base64.StdEncoding.EncodeToString([]byte(padded)), "base64 1": base64.URLEncoding.EncodeToString([]byte("a" + padded)),
		"base64 2": base64.RawURLEncoding.EncodeToString([]byte("ab" + padded)), "within": "xyz" + base64.StdEncoding.EncodeToString([]byte(padded)),
		"hex": hex.EncodeToString([]byte(padded)), "base32": strings.ToLower(base32.StdEncoding.EncodeToString([]byte(padded))),
		"url": url.QueryEscape(padded), "2231": "filename*=utf-8''" + escaped, "entity": html.EscapeString("<"+word) + " &#113;" + word[1:],
		"soft break": word[:5] + "=\r\n" + word[5:], "folded": word[:5] + "\r\n " + word[5:], "twice": base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString([]byte(word)))),
	} {
		if words, _ := find("x=1; " + text + "\r\n"); !words[finding{title, 12}] {
			t.Errorf("%s: %q: found only %v", name, text, slices.Collect(maps.Keys(words)))
		}
	}
	if words, ids := find("A message waits for you at Office. " + uuid.NewString()); len(words)+len(ids) != 0 {
		t.Errorf("found %v, %v", words, ids)
	}
}

// So is an id.
func TestIDsAreFound(t *testing.T) {
	t.Parallel()
	id := uuid.Must(uuid.NewV7())
	plain := hex.EncodeToString(id[:])
	for _, text := range []string{
		id.String(), strings.ToUpper(id.String()), plain, base64.RawURLEncoding.EncodeToString(id[:]), base64.StdEncoding.EncodeToString(append([]byte{1}, id[:]...)),
		strings.ToLower(base32.StdEncoding.EncodeToString(append(id[:], 1, 2, 3, 4))),
	} {
		if _, ids := find("<" + text + "@postern.test>"); !ids[plain] {
			t.Errorf("%q: found only %v", text, slices.Collect(maps.Keys(ids)))
		}
	}
}
