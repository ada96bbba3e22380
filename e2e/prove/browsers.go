package main

import (
	"context"
	"fmt"
	"path/filepath"

	"postern/e2e/client"
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
	carl, err := s.join(ctx, "Carl Client", "carl@client.example", "client", "Client Firm", s.node[1])
	if err != nil {
		return "", err
	}
	const title, letters = "Answered by mail", 20
	if _, err := staff.Start(ctx, "letter", title, "<p>Please answer by mail.</p>", carl.Me.User.ID); err != nil {
		return "", err
	}
	to, err := s.replyAddress(ctx, carl.Me.User.Email)
	if err != nil {
		return "", err
	}
	visitors := make([]visitor, 2)
	for i, c := range []*client.Client{staff, carl} {
		if visitors[i], err = s.back(ctx, c, s.node[i]); err != nil {
			return "", err
		}
	}
	in := map[string]any{
		"url": s.d.URL, "smtp": s.d.SMTP, "staff": visitors[0], "contact": visitors[1], "title": title, "from": carl.Me.User.Email, "to": to, "letters": letters,
	}
	var out struct {
		N   int     `json:"n"`
		P50 float64 `json:"p50_ms"`
		P99 float64 `json:"p99_ms"`
	}
	if err := browse(ctx, "letter.mjs", in, &out); err != nil {
		return "", err
	}
	if out.N != letters {
		return "", fmt.Errorf("%d of %d letters were seen", out.N, letters)
	}
	return fmt.Sprintf("n=%d p50_ms=%.1f p99_ms=%.1f", out.N, out.P50, out.P99), nil
}

// back is a fresh visit of somebody who is a user already.
func (s *stage) back(ctx context.Context, c *client.Client, node string) (visitor, error) {
	link, err := s.tell(ctx, "user", "link", "--sign-in", c.Me.User.Email)
	return visitor{c.Me.User.Name, link, node}, err
}

// badgeEqual opens the same person in four tabs on two nodes, and compares badge, title and icon of each with the database after every act.
func badgeEqual(ctx context.Context, s *stage) (string, error) {
	staff, contact, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	tabs := []visitor{contact}
	for i := range 3 { // two tabs at each node
		link, err := s.tell(ctx, "user", "link", "--sign-in", "carl@client.example")
		if err != nil {
			return "", err
		}
		tabs = append(tabs, visitor{contact.Name, link, s.node[i%2]})
	}
	in := map[string]any{"url": s.d.URL, "staff": staff, "contact": contact, "links": tabs, "acts": 30}
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

// handoverStory has two of staff and a client in three browsers assign, remove, leave and hand over, each seen live by the others.
func handoverStory(ctx context.Context, s *stage) (string, error) {
	ada, carl, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	sam, err := s.visit(ctx, "Sam Staff", "sam@office.example", "staff", "", s.node[1])
	if err != nil {
		return "", err
	}
	var out struct {
		Acts   int `json:"acts"`
		Leaked int `json:"leaked"`
	}
	if err := browse(ctx, "handover.mjs", map[string]any{"url": s.d.URL, "ada": ada, "sam": sam, "carl": carl}, &out); err != nil {
		return "", err
	}
	if out.Acts < 20 || out.Leaked > 0 {
		return "", fmt.Errorf("acts=%d leaked=%d", out.Acts, out.Leaked)
	}
	return fmt.Sprintf("seen=%d leaked=%d", out.Acts, out.Leaked), nil
}

// screensLook takes a picture of every screen into e2e/out and has axe look at it.
func screensLook(ctx context.Context, s *stage) (string, error) {
	staff, contact, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	sam, err := s.visit(ctx, "Sam Colleague", "sam@office.example", "staff", "", s.node[0])
	if err != nil {
		return "", err
	}
	for _, team := range []string{"Tax and payroll", "الضرائب"} {
		if _, err := s.tell(ctx, "roster", "set", team, "ada@office.example", "sam@office.example"); err != nil {
			return "", err
		}
	}
	const shapes = 6 // of screens.mjs, each for somebody who signs in anew
	var links []visitor
	for range shapes {
		link, err := s.tell(ctx, "user", "link", "--sign-in", "ada@office.example")
		if err != nil {
			return "", err
		}
		links = append(links, visitor{staff.Name, link, s.node[0]})
	}
	folder, err := filepath.Abs(filepath.Join("e2e", "out"))
	if err != nil {
		return "", err
	}
	in := map[string]any{"url": s.d.URL, "folder": folder, "staff": staff, "colleague": sam, "contact": contact, "links": links}
	var out struct {
		Screens    int `json:"screens"`
		Violations int `json:"violations"`
	}
	if err := browse(ctx, "screens.mjs", in, &out); err != nil {
		return "", err
	}
	if out.Violations > 0 || out.Screens == 0 {
		return "", fmt.Errorf("screens=%d violations=%d", out.Screens, out.Violations)
	}
	return fmt.Sprintf("looked=%d violations=%d", out.Screens, out.Violations), nil
}
