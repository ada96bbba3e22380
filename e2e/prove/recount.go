package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// badgeRecomputed lets a crowd do whatever it likes, on three devices each, one of which keeps losing its connection. Again and again every badge is held
// against what messages, spans and cursors in the database say: on each device, at each node's door, and as the length of the list of what is unread.
func badgeRecomputed(ctx context.Context, s *stage) (string, error) {
	members, err := s.hire(ctx, 2, "ada", "bert", "carl", "cora", "dora")
	defer func() { dismiss(members) }()
	if err != nil {
		return "", err
	}
	record, err := s.truth()
	if err != nil {
		return "", err
	}
	defer record.db.Close()
	const steps, often = 600, 10
	c, differ, compared := newCrowd(members), 0, 0
	var first error
	for c.steps < steps {
		if err := c.step(ctx); err != nil {
			return "", err
		}
		if c.steps%7 == 0 {
			members[c.steps/7%len(members)].devices[2].live.Drop()
		}
		if c.steps%often > 0 {
			continue
		}
		n, err := recount(ctx, record, members)
		compared += n
		if err != nil {
			differ++
			first = errors.Join(first, fmt.Errorf("after step %d: %w", c.steps, err))
			if differ > 2 {
				break
			}
		}
	}
	measured := fmt.Sprintf("steps=%d compared=%d differ=%d", c.steps, compared, differ)
	if err := errors.Join(first, c.everything()); err != nil {
		return "", fmt.Errorf("%s: %w", measured, err)
	}
	return measured, nil
}

// recount compares everybody's badges, and says how many.
func recount(ctx context.Context, record *truth, members []*member) (compared int, err error) {
	badges, err := record.badges(ctx)
	if err != nil {
		return 0, err
	}
	for _, m := range members {
		want := badges[plain(m.id())]
		for i, d := range m.devices {
			if err := d.shows(ctx, want); err != nil {
				return compared, fmt.Errorf("device %d of %s: %w", i, m.email, err)
			}
			compared += 2
		}
		unread, err := m.rows(ctx, "unread")
		if err != nil {
			return compared, err
		}
		n := 0
		for _, r := range unread {
			if r.Standing.Unread && !r.Standing.Muted {
				n++
			}
		}
		if compared++; n != want {
			return compared, fmt.Errorf("the list of %s has %d unread conversations, there are %d", m.email, n, want)
		}
	}
	return compared, nil
}

// shows waits until the device shows the badge, and asks its node for it.
func (d *device) shows(ctx context.Context, want int) error {
	soon, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	err := until(soon, "the badge", func() (bool, error) {
		stands := d.live.Standing()
		if len(stands.Faults) > 0 {
			return true, nil
		}
		return stands.Badge == want && d.live.Await(soon) == nil, fmt.Errorf("it is %d, ought to be %d", stands.Badge, want)
	})
	if faults := d.live.Standing().Faults; len(faults) > 0 {
		return fmt.Errorf("it was told wrongly: %s", faults[0])
	}
	if err != nil {
		return err
	}
	asked, err := d.Badge(ctx)
	if err == nil && asked != want {
		err = fmt.Errorf("its node says %d, ought to be %d", asked, want)
	}
	return err
}
