package main

import (
	"context"
	"time"

	"postern/chat"
	"postern/store/blob"
)

// tidyLook is how often a node looks whether it is time to tidy; the database says so to one node an hour.
const tidyLook = 10 * time.Minute

// tidy removes what is older than it is to be kept, until the context ends. What fails is tried again an hour later.
func (n *node) tidy(ctx context.Context) error {
	keep := chat.DefaultKeeping()
	keep.Streams = time.Duration(n.settings.StreamDays) * 24 * time.Hour
	look := time.NewTicker(tidyLook)
	defer look.Stop()
	for {
		done, due, err := n.core.service.Tidy(ctx, keep, leftovers{n.core.blobs})
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			n.core.log.Warn().Err(err).Msg("tidying failed")
		case due:
			n.core.log.Info().Int64("events", done.Events).Int("uploads", done.Uploads).Int64("sessions", done.Sessions).
				Int64("links", done.Links).Int64("drafts", done.Drafts).Int("unfinished", done.Unfinished).Msg("tidied")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// leftovers is the blobs in chat's words.
type leftovers struct{ blob.Blobs }

// Delete removes a content, unless it was put at or after before.
func (l leftovers) Delete(ctx context.Context, c chat.Content, before time.Time) error {
	return l.Blobs.Delete(ctx, c.Office, c.Hash, before)
}
