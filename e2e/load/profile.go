package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"
)

// profileSeconds is how much of a run is profiled, from the end of the warm-up on.
const profileSeconds = 8

// profiles are those that are being taken.
type profiles struct{ taking errgroup.Group }

// What is looked at: pages of net/http/pprof by the names of their files, NAME.cpu.pprof and so on.
var (
	activity = map[string]string{
		"cpu":    fmt.Sprintf("profile?seconds=%d", profileSeconds),
		"allocs": fmt.Sprintf("allocs?seconds=%d", profileSeconds),
	}
	holdings = map[string]string{"heap": "heap?gc=1", "goroutines": "goroutine"}
)

// takeProfiles begins to look at each node, where the run has a folder for profiles.
func takeProfiles(ctx context.Context, s *site, pages map[string]string) (*profiles, error) {
	p := &profiles{}
	if s.profiles == "" {
		return p, nil
	}
	if err := os.MkdirAll(s.profiles, 0o755); err != nil {
		return nil, fmt.Errorf("make folder for profiles: %w", err)
	}
	for _, n := range s.d.Nodes {
		address, err := n.Profiles()
		if err != nil {
			return nil, err
		}
		for file, page := range pages {
			url := fmt.Sprintf("http://%s/debug/pprof/%s", address, page)
			p.taking.Go(func() error { return takeProfile(ctx, url, filepath.Join(s.profiles, n.Name()+"."+file+".pprof")) })
		}
	}
	return p, nil
}

// finish waits for the profiles.
func (p *profiles) finish() error { return p.taking.Wait() }

func takeProfile(ctx context.Context, url, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("take profile: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("take profile: %s", answer.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, answer.Body)
	return errors.Join(err, file.Close())
}
