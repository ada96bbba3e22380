package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// ErrBusy says that too many images wait to be drawn.
var ErrBusy = errors.New("picture: too many are waiting")

const (
	mostWaiting = 64       // images that are drawn or wait for it
	mostFiles   = 8        // of those, with files of more than headRead
	headRead    = 1 << 20  // bytes of a file that are read before there is room for its picture
	mostKept    = 16 << 20 // bytes of small images in memory
)

// Maker makes small images, a few at a time, and keeps those of late. It is safe for concurrent use.
type Maker struct {
	memory  *semaphore.Weighted // bytes that images take which are being decoded
	waiting atomic.Int64
	kept    kept
	drawn   atomic.Uint64
}

// NewMaker gives one that has drawn nothing yet.
func NewMaker() *Maker {
	return &Maker{memory: semaphore.NewWeighted(mostBytes), kept: newKept(mostKept)}
}

// Small gives a small JPEG of a JPEG or PNG that was measured. The key stands for the file, whose bytes never change. Errors: ErrBusy; the
// context's; open's; ErrDamaged.
func (m *Maker) Small(ctx context.Context, key [16]byte, open func() (io.ReadCloser, error)) ([]byte, error) {
	if jpeg, ok := m.kept.get(key); ok {
		return jpeg, nil
	}
	if m.waiting.Add(1) > mostWaiting {
		m.waiting.Add(-1)
		return nil, ErrBusy
	}
	defer m.waiting.Add(-1)
	if err := m.memory.Acquire(ctx, 1); err != nil { // nobody reads a file before there is room for some image
		return nil, err
	}
	m.memory.Release(1)
	jpeg, err := m.draw(ctx, open)
	if err == nil {
		m.drawn.Add(1)
		m.kept.put(key, jpeg)
	}
	return jpeg, err
}

func (m *Maker) draw(ctx context.Context, open func() (io.ReadCloser, error)) (jpeg []byte, err error) {
	content, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	var file bytes.Buffer // bounded when it was uploaded
	head, err := io.CopyN(&file, content, headRead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("picture: read: %w", err)
	}
	weight := int64(max(1, measure(file.Bytes()[:head]).bytes))
	if err == nil { // the file goes on, and is in memory as a whole, however small its picture
		weight = max(weight, mostBytes/mostFiles)
	}
	if err := m.memory.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	defer m.memory.Release(weight)
	if _, err := file.ReadFrom(content); err != nil {
		return nil, fmt.Errorf("picture: read: %w", err)
	}
	return small(file.Bytes())
}

// Stats is what a Maker did and does.
type Stats struct {
	Drawn   uint64
	Waiting int64
	Most    int64
}

// Stats gives them as they are.
func (m *Maker) Stats() Stats {
	return Stats{Drawn: m.drawn.Load(), Waiting: m.waiting.Load(), Most: mostWaiting}
}
