package main

import (
	"context"
	"fmt"
	"time"
)

// visitor is somebody for a browser script: where to sign in, and at which node.
type visitor struct {
	Name string `json:"name"`
	Link string `json:"link"`
	Node string `json:"node"`
}

// visit makes a user for the browser.
func (s *stage) visit(ctx context.Context, name, email, role, account, node string) (visitor, error) {
	link, err := s.invite(ctx, name, email, role, account)
	return visitor{name, link, node}, err
}

// pair are a member of staff at one node and a client at the other.
func (s *stage) pair(ctx context.Context) (staff, contact visitor, err error) {
	if staff, err = s.visit(ctx, "Ada Staff", "ada@office.example", "owner", "", s.node[0]); err != nil {
		return staff, contact, err
	}
	contact, err = s.visit(ctx, "Carl Client", "carl@client.example", "client", "Client Firm", s.node[1])
	return staff, contact, err
}

// messageAcrossNodes has two people write to each other in two browsers at two nodes, and measures from the click to the other's screen.
func messageAcrossNodes(ctx context.Context, s *stage) (string, error) {
	staff, contact, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	in := map[string]any{"url": s.d.URL, "staff": staff, "contact": contact, "messages": 50}
	var out struct {
		N   int     `json:"n"`
		P99 float64 `json:"p99_ms"`
		P50 float64 `json:"p50_ms"`
	}
	if err := browse(ctx, "across.mjs", in, &out); err != nil {
		return "", err
	}
	if out.N != 50 {
		return "", fmt.Errorf("%d of 50 messages were seen by the other", out.N)
	}
	return fmt.Sprintf("n=%d p50_ms=%.1f p99_ms=%.1f", out.N, out.P50, out.P99), nil
}

// letterToBrowser has a client who is away get a mail, and answer it with a mail program; staff and the client, back in the browser, see the answers appear.
func letterToBrowser(ctx context.Context, s *stage) (string, error) {
	staff, err := s.join(ctx, "Ada Staff", "ada@office.example", "owner", "", s.node[0])
	if err != nil {
		return "", err
	}
	contact, err := s.visit(ctx, "Carl Client", "carl@client.example", "client", "Client Firm", s.node[1])
	if err != nil {
		return "", err
	}
	carl, err := s.join(ctx, "Cora Client", "cora@client.example", "client", "", s.node[1])
	if err != nil {
		return "", err
	}
	_ = carl
	_, _ = staff, contact
	return "", fmt.Errorf("not shown yet (%s)", time.Now())
}

// badgeEqual opens the same person in four tabs on two nodes, and compares badge, title and icon of each with the database after every act.
func badgeEqual(ctx context.Context, s *stage) (string, error) {
	staff, contact, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	in := map[string]any{"url": s.d.URL, "staff": staff, "contact": contact, "nodes": s.node, "acts": 30}
	var out struct {
		Tabs   int `json:"tabs"`
		Checks int `json:"checks"`
		Differ int `json:"differ"`
	}
	if err := browse(ctx, "badge.mjs", in, &out); err != nil {
		return "", err
	}
	if out.Tabs != 4 || out.Checks == 0 || out.Differ > 0 {
		return "", fmt.Errorf("tabs=%d checks=%d differ=%d", out.Tabs, out.Checks, out.Differ)
	}
	return fmt.Sprintf("tabs=%d checks=%d differ=%d", out.Tabs, out.Checks, out.Differ), nil
}
