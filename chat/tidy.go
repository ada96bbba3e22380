package chat

import (
	"context"
	"time"
)

// Content is the bytes of a file in an office, by their hash.
type Content struct {
	Office ID
	Hash   [32]byte
}

// Leftovers is where files can be removed from (store/blob).
type Leftovers interface {
	// Delete removes a content, unless it was put at or after before.
	Delete(ctx context.Context, c Content, before time.Time) error
	// Sweep removes what interrupted uploads left behind before a time.
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// Keeping says how long is kept what is not the record. Ledger, audit log and record are kept.
type Keeping struct {
	Streams time.Duration // events that clients resume from
	Uploads time.Duration // files that were never sent and are in no draft
	Drafts  time.Duration // drafts that nobody touched; those that are gone are known as long as streams are kept
	Signs   time.Duration // sessions and links, after they ended or were used
	Grace   time.Duration // least age of a file without rows: its row may be on its way
}

// DefaultKeeping keeps streams for 30 days, which is how long a client can be away and go on where it was.
func DefaultKeeping() Keeping {
	const day = 24 * time.Hour
	return Keeping{Streams: 30 * day, Uploads: day, Drafts: 365 * day, Signs: 30 * day, Grace: time.Hour}
}

// Tidied is what was removed.
type Tidied struct {
	Events, Sessions, Links int64
	Drafts                  int64
	Uploads, Unfinished     int
}

// Batches are small, because on SQLite everybody else waits for each.
const (
	tidyEvery   = time.Hour
	tidyStreams = 50  // users whose streams are trimmed in one transaction
	tidyEvents  = 200 // of each at most
	tidyRows    = 200
)

// Tidy removes what is older than it is to be kept, if that is due: an hour after it was begun the last time, by whatever node. False: it is not.
func (s *Service) Tidy(ctx context.Context, keep Keeping, files Leftovers) (done Tidied, due bool, err error) {
	var now time.Time
	_, err = s.Store.Update(ctx, func(tx Tx) error {
		if now, err = tx.Now(ctx); err != nil {
			return err
		}
		due, err = tx.Due(ctx, "tidy", now.Add(tidyEvery))
		return err
	})
	if err != nil || !due {
		return done, false, err
	}
	t := tidying{s, keep, files, now, &done}
	for _, step := range []func(context.Context) error{t.streams, t.drafts, t.uploads, t.sessions, t.links, t.unfinished} {
		if err := step(ctx); err != nil {
			return done, true, err
		}
	}
	return done, true, nil
}

type tidying struct {
	*Service
	keep  Keeping
	files Leftovers
	now   time.Time
	done  *Tidied
}

// streams goes on to the next users when a page has nothing left to trim.
func (t tidying) streams(ctx context.Context) error {
	before := t.now.Add(-t.keep.Streams)
	for after := (ID{}); ; {
		var last ID
		var trimmed int64
		_, err := t.Store.Update(ctx, func(tx Tx) (err error) {
			last, trimmed, err = tx.TrimStreams(ctx, after, tidyStreams, before, tidyEvents)
			return err
		})
		if err != nil || last.IsZero() {
			return err
		}
		if t.done.Events += trimmed; trimmed == 0 {
			after = last
		}
	}
}

// drafts goes before uploads: the files of what it drops are in no draft any more.
func (t tidying) drafts(ctx context.Context) error {
	untouched, gone := t.now.Add(-t.keep.Drafts), t.now.Add(-t.keep.Streams)
	return t.drop(ctx, &t.done.Drafts, func(tx Tx, ctx context.Context) (int64, error) {
		return tx.DropDrafts(ctx, untouched, gone, tidyRows)
	})
}

// uploads takes the rows first, and then the bytes that nothing names any more. If it is interrupted in between, bytes stay that nobody asks
// for; the other way a row would name what is gone.
func (t tidying) uploads(ctx context.Context) error {
	for {
		var dropped []Content
		_, err := t.Store.Update(ctx, func(tx Tx) (err error) {
			dropped, err = tx.DropUploads(ctx, t.now.Add(-t.keep.Uploads), tidyRows)
			return err
		})
		if err != nil || len(dropped) == 0 {
			return err
		}
		t.done.Uploads += len(dropped)
		for _, c := range dropped {
			if err := t.release(ctx, c); err != nil {
				return err
			}
		}
	}
}

// release removes a content that is not in use. Whoever puts the same bytes meanwhile writes the row within the grace time, which is counted by
// the clock that is behind: that of the database, or ours.
func (t tidying) release(ctx context.Context, c Content) error {
	before := t.now.Add(-t.keep.Grace)
	if ours := t.Now().Add(-t.keep.Grace); ours.Before(before) {
		before = ours
	}
	used := false
	err := t.Store.View(ctx, func(rd Reader) (err error) {
		used, err = rd.InUse(ctx, c)
		return err
	})
	if err != nil || used {
		return err
	}
	return t.files.Delete(ctx, c, before)
}

func (t tidying) sessions(ctx context.Context) error {
	return t.drop(ctx, &t.done.Sessions, func(tx Tx, ctx context.Context) (int64, error) {
		return tx.DropSessions(ctx, t.now.Add(-t.keep.Signs), tidyRows)
	})
}

func (t tidying) links(ctx context.Context) error {
	return t.drop(ctx, &t.done.Links, func(tx Tx, ctx context.Context) (int64, error) {
		return tx.DropLinks(ctx, t.now.Add(-t.keep.Signs), tidyRows)
	})
}

func (t tidying) drop(ctx context.Context, count *int64, rows func(Tx, context.Context) (int64, error)) error {
	for {
		var n int64
		_, err := t.Store.Update(ctx, func(tx Tx) (err error) {
			n, err = rows(tx, ctx)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		*count += n
	}
}

func (t tidying) unfinished(ctx context.Context) (err error) {
	t.done.Unfinished, err = t.files.Sweep(ctx, t.Now().Add(-t.keep.Uploads))
	return err
}
