package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/sync/errgroup"

	"postern/e2e/rig"
)

// profileSeconds is how much of a run is profiled, from the end of the warm-up on.
const profileSeconds = 8

// profiles are those that are being taken.
type profiles struct{ taking errgroup.Group }

// takeProfiles begins to see where each node's CPU time goes (NAME.cpu.pprof in the folder) and what it allocates (NAME.allocs.pprof);
// with no folder, none.
func takeProfiles(ctx context.Context, s *site, dir string) (*profiles, error) {
	p := &profiles{}
	if dir == "" || s.d == nil {
		return p, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder for profiles: %w", err)
	}
	for _, n := range s.d.Nodes {
		address, err := profileAddress(n)
		if err != nil {
			return nil, err
		}
		for file, page := range map[string]string{"cpu": "profile", "allocs": "allocs"} {
			url := fmt.Sprintf("http://%s/debug/pprof/%s?seconds=%d", address, page, profileSeconds)
			p.taking.Go(func() error { return takeProfile(ctx, url, filepath.Join(dir, n.Name()+"."+file+".pprof")) })
		}
	}
	return p, nil
}

// finish waits for the profiles.
func (p *profiles) finish() error { return p.taking.Wait() }

var profileLine = regexp.MustCompile(`"pprof":"([0-9.:]+)"`)

// profileAddress is where the node said, when it began to serve, that its profiles are.
func profileAddress(n *rig.Node) (string, error) {
	log, err := os.ReadFile(n.Log())
	if err != nil {
		return "", err
	}
	found := profileLine.FindSubmatch(log)
	if found == nil {
		return "", fmt.Errorf("%s does not say where its profiles are", n.Name())
	}
	return string(found[1]), nil
}

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
