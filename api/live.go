package api

import (
	"net/http"

	"postern/chat"
)

// live hands an authenticated request over for a live connection (docs/protocol.md). A browser always names its Origin when it
// opens a WebSocket, and no rule of its own keeps other sites from doing so: whatever does not name ours is refused.
func (d *door) live(w http.ResponseWriter, r *http.Request) error {
	if !isOurs(r) {
		return errForeign
	}
	var since *chat.Place
	if text := r.URL.Query().Get("since"); text != "" {
		place, err := chat.ParsePlace(text)
		if err != nil {
			return err
		}
		since = &place
	}
	d.Live.Serve(w, r, asker(r).Actor, since, visitOf(r).office.URL)
	return nil
}
