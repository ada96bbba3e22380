package api

import (
	"fmt"
	"net/http"
	"strconv"

	"postern/hub/wire"
)

// answer writes a body as JSON.
func answer(w http.ResponseWriter, status int, body any) error {
	text, err := wire.Marshal(body)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	write(w, status, "application/json", text)
	return nil
}

// write sends a whole answer. That the other side has gone is not ours to mend.
func write(w http.ResponseWriter, status int, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// done answers that there is nothing to say.
func done(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// empty is {}.
type empty struct{}

// each never gives nil: an empty list is [] in JSON.
func each[From, To any](from []From, of func(From) To) []To {
	to := make([]To, len(from))
	for i, v := range from {
		to[i] = of(v)
	}
	return to
}
