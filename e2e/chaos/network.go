package main

import (
	"context"
	"errors"
	"time"

	"postern/e2e/rig"
)

// cutOff unplugs a node's wire: what it sends there vanishes, and so does what is sent to it.
func cutOff(w rig.Wire) func(context.Context, *round) error {
	return func(ctx context.Context, r *round) error {
		n := r.st.d.Nodes[0].Roads.Namespace
		if err := n.Unplug(ctx, w); err != nil {
			return err
		}
		pause(ctx, max(2*r.outage, 4*time.Second))
		return n.Plug(ctx, w)
	}
}

// packetLoss has a tenth of the packets of some people lost, and some on the way to a node's database and Redis; then half of these people's
// connections are half-open: nothing comes through, and nobody is told.
func packetLoss(ctx context.Context, r *round) error {
	roads := r.roads()
	lines := append([]*rig.Link{r.st.bad}, roads...)
	for i, link := range lines {
		share := 0.1
		if i > 0 {
			share = 0.01
		}
		if err := link.Lose(share); err != nil {
			return err
		}
	}
	pause(ctx, r.outage)
	if err := r.st.bad.LoseSome(0.5, 1); err != nil {
		return err
	}
	pause(ctx, r.outage)
	var err error
	for _, link := range lines {
		err = errors.Join(err, link.Lose(0))
	}
	return err
}

func (r *round) roads() (list []*rig.Link) {
	if roads := r.st.d.Nodes[0].Roads; roads != nil {
		list = append(list, roads.Database, roads.Bus)
	}
	return list
}

// slowReaders has a few people, who are in every conversation, read 1 kB a second, and then nothing at all, until their connections are
// closed for it.
func slowReaders(ctx context.Context, r *round) error {
	r.st.slow.Trickle(1000)
	pause(ctx, r.length/3)
	if err := r.st.slow.Lose(1); err != nil {
		return err
	}
	pause(ctx, r.length/3)
	r.st.slow.Trickle(0)
	return r.st.slow.Lose(0)
}
