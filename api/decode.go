package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"postern/chat"
)

// maxJSON is the most bytes of a JSON body: the largest message as JSON writes it, and room.
const maxJSON = 512 << 10

// decode reads a request's JSON object into what to points at. Fields that are not known are ignored; anything but one
// object of valid text, without NUL, is refused.
func decode(w http.ResponseWriter, r *http.Request, to any) error {
	if err := wantJSON(r); err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxJSON))
	if err != nil {
		return brokenOff(err)
	}
	return unmarshal(body, to)
}

func wantJSON(r *http.Request) error {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && mediaType == "application/json" {
		return nil
	}
	refused := chat.Refuse(chat.Invalid, "Send JSON, with the content type application/json.")
	return precise{refused, http.StatusUnsupportedMediaType}
}

// brokenOff tells a body that is too large from one that did not arrive whole.
func brokenOff(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return err
	}
	return chat.Refuse(chat.Invalid, "The request broke off. Send it again.").Because(err)
}

func unmarshal(body []byte, to any) error {
	switch {
	case !utf8.Valid(body):
		return chat.Refuse(chat.Invalid, "The request is not valid UTF-8.")
	case !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")):
		return chat.Refuse(chat.Invalid, "The request must be one JSON object.")
	case hasNUL(body):
		return chat.Refuse(chat.Invalid, "Text cannot hold the character NUL.")
	}
	err := json.Unmarshal(body, to) // the whole of it: what trails the object is an error
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return chat.Refuse(chat.Invalid, fmt.Sprintf("A field has the wrong type: it cannot be a JSON %s.", wrong.Value)).About(wrong.Field).Because(err)
	}
	if err != nil {
		if chat.KindOf(err) != 0 {
			return err
		}
		return chat.Refuse(chat.Invalid, "The request is not valid JSON.").Because(err)
	}
	return nil
}

// hasNUL finds the escape \u0000, the only way that NUL can stand in JSON: one whose backslash is not itself escaped.
func hasNUL(body []byte) bool {
	const escape = `\u0000`
	for rest := body; ; {
		i := bytes.Index(rest, []byte(escape))
		if i < 0 {
			return false
		}
		before := rest[:i]
		if backslashes := len(before) - len(bytes.TrimRight(before, `\`)); backslashes%2 == 0 {
			return true
		}
		rest = rest[i+len(escape):]
	}
}

// needText refuses text that a query may not hold.
func needText(value, field string) (string, error) {
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		return "", chat.Refuse(chat.Invalid, "This is not valid text.").About(field)
	}
	return value, nil
}
