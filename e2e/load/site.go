package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"postern/e2e/rig"
)

// aim says where a run goes: to servers that it starts, or to those that run already.
type aim struct {
	Store string   `help:"postgres (with Redis) or sqlite: what the servers that are started stand on." enum:"postgres,sqlite" default:"sqlite"`
	Addr  []string `help:"Measure nodes that run already, with --limits off: their own web addresses, past any balancer (http://HOST:PORT). Needs --pid and --users." placeholder:"URL"`
	PID   []int    `name:"pid" help:"With --addr: processes of Postern, whose CPU time and memory are read." placeholder:"PID"`
	DBPID []int    `name:"db-pid" help:"With --addr: processes of the database, with all below them." placeholder:"PID"`
	Users string   `help:"With --addr: what 'postern user import --sign-in' printed for the people of 'load people'. Each link is good for one run." type:"existingfile" placeholder:"FILE"`

	Profile string `help:"Folder for profiles of each node that is started: CPU time and allocations; of idle sockets what they hold." type:"path" placeholder:"DIR"`
}

func (a *aim) check() error {
	switch {
	case len(a.Addr) > 0 && (len(a.PID) == 0 || a.Users == ""):
		return errors.New("--addr: say --pid and --users too")
	case len(a.Addr) == 0 && (len(a.PID) > 0 || len(a.DBPID) > 0 || a.Users != ""):
		return errors.New("--pid, --db-pid and --users belong to --addr")
	case len(a.Addr) > 0 && a.Profile != "":
		return errors.New("--profile: of nodes that are started only")
	}
	_, err := a.addresses()
	return err
}

// addresses are host:port of each node that was named.
func (a *aim) addresses() (list []string, err error) {
	for _, text := range a.Addr {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" || u.Port() == "" || strings.Trim(u.Path, "/") != "" {
			return nil, fmt.Errorf("--addr: %q is not like http://127.0.0.1:8080", text)
		}
		list = append(list, u.Host)
	}
	return list, nil
}

// site is the servers of a run.
type site struct {
	d         *rig.Deployment // nil: others'
	addresses []string        // host:port of each node
	pids      []int           // others' processes
	databases []int
	links     []string // others' people who have not signed in yet
	profiles  string   // folder for them; empty: none
}

// open starts servers of so many nodes, or finds those it was pointed at.
func (a *aim) open(ctx context.Context, nodes int, settings rig.Settings, postgres rig.PostgresOptions) (*site, error) {
	if len(a.Addr) > 0 {
		return a.find()
	}
	settings.Env = append(settings.Env, "POSTERN_LIMITS=off")
	if a.Profile != "" {
		settings.Env = append(settings.Env, "POSTERN_PPROF=127.0.0.1:0")
	}
	d, err := start(ctx, a.Store, nodes, settings, postgres)
	if err != nil {
		return nil, err
	}
	s := &site{d: d, profiles: a.Profile}
	for _, n := range d.Nodes {
		s.addresses = append(s.addresses, strings.TrimPrefix(n.URL(), "http://"))
	}
	return s, nil
}

func start(ctx context.Context, store string, nodes int, settings rig.Settings, postgres rig.PostgresOptions) (*rig.Deployment, error) {
	if store == "sqlite" {
		return rig.StartSingle(ctx, settings)
	}
	return rig.StartCluster(ctx, rig.ClusterOptions{Nodes: nodes, Settings: settings, Postgres: postgres})
}

func (a *aim) find() (*site, error) {
	addresses, err := a.addresses()
	if err != nil {
		return nil, err
	}
	links, err := readLinks(a.Users)
	if err != nil {
		return nil, fmt.Errorf("--users: %w", err)
	}
	return &site{addresses: addresses, pids: a.PID, databases: a.DBPID, links: links}, nil
}

// readLinks reads lines of address and link, as user import prints them.
func readLinks(path string) (links []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		_, link, ok := strings.Cut(lines.Text(), "\t")
		if !ok || !strings.Contains(link, "/link#") {
			return nil, fmt.Errorf("%q is not an address and a link", lines.Text())
		}
		links = append(links, link)
	}
	return links, lines.Err()
}

// rss is the resident memory of all nodes, in bytes.
func (s *site) rss() (sum int64, err error) {
	for _, pid := range s.nodePIDs() {
		one, err := rig.RSS(pid)
		if err != nil {
			return 0, err
		}
		sum += one
	}
	return sum, nil
}

func (s *site) nodePIDs() []int {
	if s.d == nil {
		return s.pids
	}
	var pids []int
	for _, n := range s.d.Nodes {
		pids = append(pids, n.PID())
	}
	return pids
}

// last is the address of the last node, where two nodes are told apart.
func (s *site) last() string { return s.addresses[len(s.addresses)-1] }

// close ends what was started, and leaves what others started.
func (s *site) close() error {
	if s.d == nil {
		return nil
	}
	return s.d.Close()
}

// failed adds the ends of the nodes' logs to an error.
func (s *site) failed(err error) error {
	if err == nil || s.d == nil {
		return err
	}
	words := ""
	for _, n := range s.d.Nodes {
		words += fmt.Sprintf("--- log of %s\n%s\n", n.Name(), n.LogTail(2000))
	}
	return errors.Join(err, errors.New(words))
}

// perSource is how many connections leave from one address of this machine: fewer than the kernel has ports for.
const perSource = 20_000

// source is the address that a connection leaves from, by its number.
func source(number int) net.IP { return net.IPv4(127, 0, 0, byte(2+number/perSource)) }
