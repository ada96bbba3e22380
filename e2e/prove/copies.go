package main

import (
	"context"
	"fmt"
)

// copyStory is lived by a member of staff, a client in To and a client in CC, in three browsers at two nodes: nothing that the first client's
// browser receives may hold a word of the second.
func copyStory(ctx context.Context, s *stage) (string, error) {
	staff, first, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	const name, address = "Benedikt Hidden", "benedikt@second.example"
	copied, err := s.visit(ctx, name, address, "client", "Second Firm", s.node[0])
	if err != nil {
		return "", err
	}
	in := map[string]any{
		"url": s.d.URL, "staff": staff, "first": first, "copied": copied,
		"hidden": []string{"Benedikt", "second.example", "Second Firm", "secondcanary", "copy_of", `"copies"`, `"beneath"`},
	}
	var out struct {
		Looked int `json:"looked"`
		Leaked int `json:"leaked"`
	}
	if err := browse(ctx, "copies.mjs", in, &out); err != nil {
		return "", err
	}
	if out.Looked < 10 || out.Leaked > 0 {
		return "", fmt.Errorf("looked=%d leaked=%d", out.Looked, out.Leaked)
	}
	return fmt.Sprintf("looked=%d leaked=%d", out.Looked, out.Leaked), nil
}
