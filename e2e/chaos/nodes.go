package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/rig"
)

// nodeKilled kills a node without a word. The others go on; where there is none, recovery begins with the new start.
func nodeKilled(ctx context.Context, r *round) error {
	node := r.st.d.Nodes[0]
	if err := node.Kill(); err != nil {
		return err
	}
	if len(r.st.d.Nodes) > 1 {
		r.lift()
	}
	pause(ctx, r.outage)
	r.lift()
	return node.Start(ctx)
}

// allNodesKilled kills all of them at once.
func allNodesKilled(ctx context.Context, r *round) error {
	if err := eachNode(r.st.d, func(n *rig.Node) error { return n.Kill() }); err != nil {
		return err
	}
	pause(ctx, r.outage)
	r.lift()
	return eachNode(r.st.d, func(n *rig.Node) error { return n.Start(ctx) })
}

func eachNode(d *rig.Deployment, do func(*rig.Node) error) error {
	var all errgroup.Group
	for _, n := range d.Nodes {
		all.Go(func() error { return do(n) })
	}
	return all.Wait()
}

// killedBeforePublish kills a node that commits and cannot publish: nothing of what it says reaches Redis from before the kill on, and
// its last commits are seen in PostgreSQL before it goes. Who sits at the other node learns of them by the comparison of heads alone.
func killedBeforePublish(ctx context.Context, r *round) error {
	node := r.st.d.Nodes[0]
	for i := range 3 {
		if err := node.Roads.Bus.Lose(1); err != nil {
			return err
		}
		if err := r.awaitCommits(ctx, 20); err != nil {
			return err
		}
		if err := node.Kill(); err != nil {
			return err
		}
		// What waits in the node's buffers must not arrive after its death.
		node.Roads.Bus.Sever()
		if err := node.Roads.Bus.Lose(0); err != nil {
			return err
		}
		if i == 2 {
			r.lift()
		}
		if err := errors.Join(node.Start(ctx), r.st.d.AwaitUp(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// awaitCommits waits until so many more messages are in the record.
func (r *round) awaitCommits(ctx context.Context, more int) error {
	before, err := r.entries(ctx)
	for err == nil {
		var now int
		if now, err = r.entries(ctx); now >= before+more {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("wait for commits: %w", ctx.Err())
		}
		pause(ctx, 2*time.Millisecond)
	}
	return err
}

// rollingRestart ends one node after the other in order, and starts each again, as an upgrade does.
func rollingRestart(ctx context.Context, r *round) error {
	for i, n := range r.st.d.Nodes {
		if err := n.Stop(ctx); err != nil {
			return err
		}
		if i == len(r.st.d.Nodes)-1 {
			r.lift()
		}
		if err := errors.Join(n.Start(ctx), r.st.d.AwaitUp(ctx)); err != nil {
			return err
		}
	}
	return nil
}
