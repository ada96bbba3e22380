package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"postern/e2e/rig"
)

// grace is how long somebody has to read before a mail goes: short, so that many go.
const grace = time.Second

// stage is a deployment with people in it. Scenarios follow each other on it.
type stage struct {
	*command
	store string
	kind  string
	d     *rig.Deployment
	sink  *sink
	// Everybody comes over the proxy; some of them over a line that can be made bad, some over one that can be made slow.
	bad, slow *rig.Link
	record    *sql.DB   // the database itself, past the nodes and their roads
	clocks    []string  // files that the nodes' clocks go by
	disk      *rig.Disk // where the only node keeps everything
	after     []func() error
	cast      *cast
	rounds    int
}

// places keeps the stage of a lane from scenario to scenario.
type places struct {
	*command
	now *stage
}

// stage gives one that the scenario can be played on: the one that stands, if it is of that kind.
func (p *places) stage(ctx context.Context, s scenario, store string) (*stage, error) {
	kind := store
	if s.alone {
		kind = s.name
	}
	if p.now != nil && p.now.kind == kind {
		return p.now, nil
	}
	p.close()
	now := &stage{command: p.command, store: store, kind: kind}
	p.now = now
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	return now, now.build(ctx, s)
}

// drop ends the stage after a failure: the next scenario has a new one.
func (p *places) drop(tell bool) {
	if p.now != nil && tell {
		fmt.Fprint(os.Stderr, p.now.lastWords())
	}
	p.close()
}

func (p *places) close() {
	if p.now == nil {
		return
	}
	if err := p.now.close(); err != nil {
		fmt.Fprintln(os.Stderr, "chaos: end of a stage:", err)
	}
	p.now = nil
}

func (st *stage) build(ctx context.Context, s scenario) (err error) {
	if st.sink, err = startSink(); err != nil {
		return err
	}
	if err := st.deploy(ctx, s); err != nil {
		return err
	}
	if st.bad, err = rig.NewLink(strings.TrimPrefix(st.d.URL, "http://")); err != nil {
		return err
	}
	if st.slow, err = rig.NewLink(strings.TrimPrefix(st.d.URL, "http://")); err != nil {
		return err
	}
	if st.record, err = st.openRecord(); err != nil {
		return err
	}
	st.cast, err = gather(ctx, st)
	return err
}

func (st *stage) deploy(ctx context.Context, s scenario) (err error) {
	settings := rig.Settings{
		Grace: grace, LogLevel: "info", Relay: "smtp://" + st.sink.address(),
		Env: []string{"POSTERN_LIMITS=off", "POSTERN_MODE=convenience"},
	}
	if err := ownClocks(st, &settings); err != nil {
		return err
	}
	if s.prepare != nil {
		if err := s.prepare(st, &settings); err != nil {
			return err
		}
	}
	if st.store == "sqlite" {
		st.d, err = rig.StartSingle(ctx, settings)
		return err
	}
	st.d, err = rig.StartCluster(ctx, rig.ClusterOptions{
		Settings: settings, Roads: true, Isolated: rig.CanIsolate() == nil,
	})
	return err
}

func (st *stage) openRecord() (*sql.DB, error) {
	if st.store == "sqlite" {
		path := strings.TrimPrefix(st.d.Nodes[0].Settings().Database, "sqlite:")
		return sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)")
	}
	return sql.Open("pgx", st.d.Postgres.URL("postern"))
}

func (st *stage) close() (err error) {
	if st.cast != nil {
		st.cast.close()
	}
	if st.record != nil {
		err = errors.Join(err, st.record.Close())
	}
	for _, link := range []*rig.Link{st.bad, st.slow} {
		if link != nil {
			err = errors.Join(err, link.Close())
		}
	}
	if st.d != nil {
		err = errors.Join(err, st.d.Close())
	}
	if st.sink != nil {
		err = errors.Join(err, st.sink.close())
	}
	for _, undo := range st.after {
		err = errors.Join(err, undo())
	}
	return err
}

// lastWords are the ends of the nodes' logs.
func (st *stage) lastWords() string {
	var b strings.Builder
	if st.d == nil {
		return ""
	}
	for _, n := range st.d.Nodes {
		fmt.Fprintf(&b, "--- log of %s\n%s\n", n.Name(), n.LogTail(4000))
	}
	return b.String()
}

// tellNode runs a subcommand of the first node's binary.
func (st *stage) tellNode(ctx context.Context, in string, args ...string) (string, error) {
	cmd := st.d.Nodes[0].Command(ctx, args...)
	cmd.Stdin = strings.NewReader(in)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("postern %s: %w: %s", args[0], err, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}
