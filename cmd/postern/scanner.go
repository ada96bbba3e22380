package main

import (
	"context"
	"errors"
	"io"

	"postern/chat"
	"postern/clamd"
	"postern/picture"
)

// openScanner puts the virus scanner that the settings name before every download.
func (n *node) openScanner() (err error) {
	if n.settings.Clamd == "" {
		return nil
	}
	if n.core.clamd, err = clamd.New(n.settings.Clamd); err != nil {
		return &settingError{"clamd", err.Error()}
	}
	n.core.service.Scanner = n.core.clamd
	return nil
}

// checkScanner asks the daemon what it is.
func (c *doctorCmd) checkScanner(ctx context.Context) (string, error) {
	if c.Clamd == "" {
		return "none set: files are not looked at for viruses", nil
	}
	client, err := clamd.New(c.Clamd)
	if err != nil {
		return "", err
	}
	return client.Version(ctx)
}

// pictures gives the maker of small images chat's errors.
type pictures struct{ *picture.Maker }

// Measure gives the size of an image that can be shown.
func (pictures) Measure(head []byte) (width, height int) { return picture.Measure(head) }

// Small gives a small JPEG.
func (p pictures) Small(ctx context.Context, key chat.ID, open func() (io.ReadCloser, error)) ([]byte, error) {
	small, err := p.Maker.Small(ctx, key, open)
	switch {
	case errors.Is(err, picture.ErrBusy):
		return nil, chat.Refuse(chat.Unavailable, "Too many pictures are being drawn. Try again in a moment.").Because(err)
	case errors.Is(err, picture.ErrDamaged):
		return nil, chat.Refuse(chat.NotFound, "This picture is damaged and cannot be shown.").Because(err)
	}
	return small, err
}
