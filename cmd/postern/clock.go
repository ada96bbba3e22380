package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"postern/chat"
)

// clock is the machine's, unless a file says that it is to be wrong: tests of clocks that step write to it.
type clock struct {
	file   string // empty: the machine's
	offset atomic.Int64
}

// lookEvery is how often the file is read.
const lookEvery = 100 * time.Millisecond

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// newID is [newID] by this clock: an id begins with the milliseconds it was made at (RFC 9562, section 5.7).
func (c *clock) newID() chat.ID {
	id := newID()
	if c.offset.Load() == 0 {
		return id
	}
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(c.now().UnixMilli()))
	copy(id[:6], ms[2:])
	return id
}

// setClock has everything that is decided on this node go by its own clock.
func (n *node) setClock() error {
	if n.settings.ClockFile == "" {
		return nil
	}
	n.core.log.Warn().Msg("the clock is set by a file: this node is for tests")
	n.clock.file = n.settings.ClockFile
	n.core.service.Now, n.core.service.NewID = n.clock.now, n.clock.newID
	return n.clock.read()
}

// run follows the file until the context ends.
func (c *clock) run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := c.read(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (c *clock) read() error {
	text, err := os.ReadFile(c.file)
	if err != nil {
		return fmt.Errorf("read the clock's offset: %w", err)
	}
	offset, err := time.ParseDuration(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("read the clock's offset: %w", err)
	}
	c.offset.Store(int64(offset))
	return nil
}
