package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// stage is a deployment with an office of people.
type stage struct {
	d    *rig.Deployment
	node []string // names of the nodes, for pinning

	names *rig.Names // the name server that nodes ask about senders; nil: they ask nobody
	relay *relay     // that takes the mails; nil: they go into the folder
	disk  *rig.Disk  // that everything is kept on; nil: any
	other *stage     // another office's deployment; nil: none
	clamd *rig.Clamd // that looks for viruses; nil: none
	dir   string     // of what the stage brought itself; empty: nothing

	records map[string]string // TXT records of the keys that mails are signed with, by name; nil: they are not
}

// place starts a deployment.
type place func(context.Context, rig.Settings) (*stage, error)

// cluster is two nodes behind HAProxy, with PostgreSQL and Redis.
func cluster(ctx context.Context, o rig.Settings) (*stage, error) {
	d, err := rig.StartCluster(ctx, rig.ClusterOptions{Settings: o})
	if err != nil {
		return nil, err
	}
	return &stage{d: d, node: []string{"node1", "node2"}}, nil
}

// single is a single node on SQLite, with nothing else.
func single(ctx context.Context, o rig.Settings) (*stage, error) {
	d, err := rig.StartSingle(ctx, o)
	if err != nil {
		return nil, err
	}
	return &stage{d: d, node: []string{"", ""}}, nil
}

func onCluster(mode string, grace time.Duration, env ...string) func(context.Context) (*stage, error) {
	return func(ctx context.Context) (*stage, error) { return cluster(ctx, settings(mode, grace, env...)) }
}

func onSQLite(mode string, grace time.Duration, env ...string) func(context.Context) (*stage, error) {
	return func(ctx context.Context) (*stage, error) { return single(ctx, settings(mode, grace, env...)) }
}

// relayed places nodes whose mails go to a relay of the stage's own.
func relayed(at place, mode string, grace time.Duration, env ...string) func(context.Context) (*stage, error) {
	return func(ctx context.Context) (*stage, error) {
		relay, err := startRelay()
		if err != nil {
			return nil, err
		}
		o := settings(mode, grace, env...)
		o.Relay = "smtp://" + relay.address()
		s, err := at(ctx, o)
		if err != nil {
			return nil, errors.Join(err, relay.close())
		}
		s.relay = relay
		return s, nil
	}
}

func settings(mode string, grace time.Duration, env ...string) rig.Settings {
	return rig.Settings{Grace: grace, LogLevel: "info", Env: append(env[:len(env):len(env)], "POSTERN_MODE="+mode)}
}

// noLimits is for those who ask faster than people do.
const noLimits = "POSTERN_LIMITS=off"

// onNothing is for what is proved by tests.
func onNothing(context.Context) (*stage, error) { return &stage{}, nil }

func (s *stage) close() error {
	var errs []error
	if s.d != nil {
		errs = append(errs, s.d.Close())
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	if s.names != nil {
		errs = append(errs, s.names.Close())
	}
	if s.relay != nil {
		errs = append(errs, s.relay.close())
	}
	if s.clamd != nil {
		errs = append(errs, s.clamd.Close())
	}
	if s.disk != nil {
		errs = append(errs, s.disk.Close())
	}
	if s.other != nil {
		errs = append(errs, s.other.close())
	}
	return errors.Join(errs...)
}

// lastWords are the ends of the nodes' logs, to say why something was not proved.
func (s *stage) lastWords() string {
	if s.d == nil {
		return ""
	}
	var b strings.Builder
	for _, n := range s.d.Nodes {
		fmt.Fprintf(&b, "--- log of %s\n%s\n", n.Name(), n.LogTail(4000))
	}
	return b.String()
}

// invite makes a user and gives a link that signs in.
func (s *stage) invite(ctx context.Context, name, email, role, account string) (string, error) {
	args := []string{"user", "create", "--sign-in", "--name", name, "--role", role}
	if account != "" {
		args = append(args, "--account", account)
	}
	return s.tell(ctx, append(args, email)...)
}

// tell runs a subcommand with the first node's settings.
func (s *stage) tell(ctx context.Context, args ...string) (string, error) {
	out, err := s.d.Nodes[0].Command(ctx, args...).Output()
	if err != nil {
		words := ""
		if exit, ok := err.(*exec.ExitError); ok {
			words = string(exit.Stderr)
		}
		return "", fmt.Errorf("postern %s: %w: %s", strings.Join(args[:2], " "), err, words)
	}
	return strings.TrimSpace(string(out)), nil
}

// join makes a user and signs them in at a node.
func (s *stage) join(ctx context.Context, name, email, role, account, node string) (*client.Client, error) {
	link, err := s.invite(ctx, name, email, role, account)
	if err != nil {
		return nil, err
	}
	c, err := client.New(s.d.URL, node)
	if err != nil {
		return nil, err
	}
	if err := c.Enter(ctx, link, ""); err != nil {
		return nil, fmt.Errorf("sign in as %s: %w", name, err)
	}
	return c, nil
}

// again signs the same user in once more, at a node.
func (s *stage) again(ctx context.Context, email, node string) (*client.Client, error) {
	link, err := s.tell(ctx, "user", "link", "--sign-in", email)
	if err != nil {
		return nil, err
	}
	c, err := client.New(s.d.URL, node)
	if err != nil {
		return nil, err
	}
	return c, c.Enter(ctx, link, "")
}

// browse runs a script of e2e/browser with input as JSON on its standard input, and reads the JSON that it prints last.
func browse(ctx context.Context, script string, input, output any) error {
	b, err := json.Marshal(input)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "node", filepath.Join("e2e", "browser", script))
	cmd.Stdin = strings.NewReader(string(b))
	var words strings.Builder
	cmd.Stderr = &words
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("browser script %s: %w\n%s", script, err, words.String())
	}
	if words.Len() > 0 {
		fmt.Fprint(os.Stderr, words.String()) // what it found, though it went through
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), output); err != nil {
		return fmt.Errorf("browser script %s printed no result: %w\n%s", script, err, out)
	}
	return nil
}

// until asks again until it is so, or the context ends.
func until(ctx context.Context, what string, so func() (bool, error)) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := so()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w (%v)", what, ctx.Err(), err)
		case <-tick.C:
		}
	}
}
