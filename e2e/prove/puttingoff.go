package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"postern/e2e/rig"
)

// onSmallDisk places a single node whose database and files are on a disk that can be full.
func onSmallDisk(ctx context.Context) (*stage, error) {
	disk, err := rig.MountDisk(64 << 20)
	if err != nil {
		return nil, err
	}
	o := settings("convenience", 0, noLimits)
	o.Data, o.Database = filepath.Join(disk.Dir, "data"), "sqlite:"+filepath.Join(disk.Dir, "postern.db")
	if err := os.Mkdir(o.Data, 0o700); err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	s, err := single(ctx, o)
	if err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	s.disk = disk
	return s, nil
}

// withoutDatabase kills PostgreSQL: letters in their middle, and those that come then, are put off, and taken once when it is back.
func withoutDatabase(ctx context.Context, s *stage) (string, error) {
	p, err := s.posts(ctx, 2)
	if err != nil {
		return "", err
	}
	return p.putOff(ctx, s.d.Postgres.Kill, func() error { return s.d.Postgres.Start(ctx) })
}

// withoutRoom fills the disk.
func withoutRoom(ctx context.Context, s *stage) (string, error) {
	p, err := s.posts(ctx, 2)
	if err != nil {
		return "", err
	}
	return p.putOff(ctx, s.disk.Fill, s.disk.Free)
}

// putOff has letters under way when something breaks, and others come after it.
func (p *posting) putOff(ctx context.Context, breaks, mends func() error) (string, error) {
	const under, later = 16, 8
	rnd, _ := seeded()
	way, err := p.underWay(ctx, rnd, under)
	if err != nil {
		return "", err
	}
	if err := breaks(); err != nil {
		return "", err
	}
	var parts errgroup.Group
	for _, one := range way {
		parts.Go(func() error { one.finish(); return nil })
	}
	for n := range later {
		h := p.write(rnd, "later", n)
		parts.Go(func() error { p.hand(ctx, h, p.d.Nodes[0].SMTP()); return nil })
	}
	if err := parts.Wait(); err != nil {
		return "", err
	}
	said := map[int]int{}
	for _, h := range p.letters {
		said[h.code/100]++
	}
	if said[4] != under+later {
		return "", fmt.Errorf("not put off: %v (by the first digit of the answer; 0: none)", said)
	}
	if err := mends(); err != nil {
		return "", err
	}
	for _, h := range p.letters {
		if err := p.untilSettled(ctx, h, p.d.SMTP); err != nil {
			return "", err
		}
	}
	r, err := p.compare(ctx)
	return fmt.Sprintf("put_off=%d accepted=%d stored=%d partial=%d", said[4], r.accepted, r.stored, r.partial), err
}

// underWay is a letter in its middle.
type underWay struct {
	*handed
	client *smtp.Client
	rest   io.WriteCloser
}

// finish hands the rest over, and keeps what was said.
func (u *underWay) finish() {
	defer u.client.Close()
	_, err := u.rest.Write([]byte(u.raw[len(u.raw)*2/3:]))
	if err == nil {
		err = u.rest.Close()
	}
	u.code = 250
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		u.code = said.Code
	} else if err != nil {
		u.code = 0
	}
}

// hear waits for an answer that was not asked for.
func (u *underWay) hear() { u.code, _, _ = u.client.Text.ReadCodeLine(0) }

// perAddress is how many sessions come from one address: a server of ours takes 20.
const perAddress = 10

// underWay brings so many letters to their middle, at the first node.
func (p *posting) underWay(ctx context.Context, rnd *rand.Rand, n int) ([]*underWay, error) {
	all := make([]*underWay, n)
	for i := range all {
		all[i] = &underWay{handed: p.write(rnd, "under", i)}
	}
	var parts errgroup.Group
	parts.SetLimit(20)
	for i, u := range all {
		parts.Go(func() (err error) {
			if u.client, err = session(ctx, p.d.Nodes[0].SMTP(), net.IPv4(127, 0, 1, byte(1+i/perAddress))); err == nil {
				u.rest, err = begin(u.client, u.handed)
			}
			return err
		})
	}
	return all, parts.Wait()
}

// lettersStopped asks a node to end with 200 letters in their middle. Most go on and are taken; the others never come to their end, and are told to go.
func lettersStopped(ctx context.Context, s *stage) (string, error) {
	p, err := s.posts(ctx, 4)
	if err != nil {
		return "", err
	}
	const under, silent = 200, 40
	rnd, _ := seeded()
	way, err := p.underWay(ctx, rnd, under)
	if err != nil {
		return "", err
	}
	var parts errgroup.Group
	parts.Go(func() error {
		if err := s.d.Nodes[0].Stop(ctx); s.d.Nodes[0].PID() != 0 {
			return err
		}
		return nil // it says that it could not finish everything
	})
	if err := s.awaitDrain(ctx); err != nil {
		return "", errors.Join(err, parts.Wait())
	}
	for i, u := range way {
		parts.Go(func() error {
			if i < silent {
				u.cut = true
				u.hear()
				return u.client.Close()
			}
			u.finish()
			return nil
		})
	}
	if err := parts.Wait(); err != nil {
		return "", err
	}
	if err := s.d.Nodes[0].Start(ctx); err != nil {
		return "", err
	}
	r, err := p.compare(ctx)
	went := 0
	for _, u := range way {
		if u.code == 421 {
			went++
		}
	}
	if r.accepted+went != under || went < silent {
		err = errors.Join(err, fmt.Errorf("%d were taken and %d told to go, of %d", r.accepted, went, under))
	}
	return fmt.Sprintf("under_way=%d accepted=%d stored=%d told_to_go=%d", under, r.accepted, r.stored, went), err
}

// awaitDrain waits until the first node takes no new session.
func (s *stage) awaitDrain(ctx context.Context) error {
	return until(ctx, "the node to drain", func() (bool, error) {
		client, err := session(ctx, s.d.Nodes[0].SMTP(), net.IPv4(127, 0, 0, 1))
		if err == nil {
			_ = client.Close() // it was only to see
		}
		return err != nil, nil
	})
}
