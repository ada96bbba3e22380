package rig

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"syscall"
)

// Node is one `postern serve`. Kill and Start keep its settings, ports and data.
type Node struct {
	Process
	// Roads are the node's own ways to its servers; nil unless the cluster was asked for them.
	Roads     *Roads
	settings  Settings
	web, smtp *heldPort
}

// newNode chooses the node's ports; nothing runs yet. Listen addresses in the settings are
// replaced. An empty PublicURL becomes the node's own. The roads are the node's from here on.
func newNode(ctx context.Context, name string, settings Settings, roads *Roads) (*Node, error) {
	if settings.Binary == "" {
		binary, err := Binary(ctx)
		if err != nil {
			return nil, err
		}
		settings.Binary = binary
	}
	dir, err := os.MkdirTemp("", "postern-rig-"+name+"-")
	if err != nil {
		return nil, fmt.Errorf("make directory for %s: %w", name, err)
	}
	web, noWeb := holdPort()
	smtp, noSMTP := holdPort()
	if err := errors.Join(noWeb, noSMTP); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	node := &Node{settings: settings, web: web, smtp: smtp, Roads: roads}
	if node.isolated() {
		web.host, smtp.host = roads.Namespace.Inside(WebWire), roads.Namespace.Inside(WebWire)
	}
	if settings.Each != nil {
		node.settings.Env = append(slices.Clone(settings.Env), settings.Each(name)...)
	}
	node.settings.Listen, node.settings.SMTPListen = web.address(), smtp.address()
	if settings.PublicURL == "" {
		node.settings.PublicURL = node.URL()
	}
	node.Process = Process{
		name: name, dir: dir, ports: []*heldPort{web, smtp},
		stop: syscall.SIGTERM, abandon: syscall.SIGKILL, ready: node.answers,
		command: node.serve,
	}
	return node, nil
}

func (n *Node) isolated() bool { return n.Roads != nil && n.Roads.Namespace != nil }

func (n *Node) serve() *exec.Cmd {
	cmd := n.Command(context.Background(), "serve")
	if n.isolated() {
		return n.Roads.Namespace.enter(cmd)
	}
	return cmd
}

// Close ends the node at once, with its roads, and removes all it wrote.
func (n *Node) Close() error {
	err := n.Process.Close()
	if n.Roads != nil {
		err = errors.Join(err, n.Roads.close())
	}
	return err
}

// Binary has the next start run another build.
func (n *Node) Binary(path string) { n.settings.Binary = path }

// Name tells the node from the others, to the balancer too.
func (n *Node) Name() string { return n.name }

// URL is the node's own web address, past the balancer. It serves only hosts that it is told of.
func (n *Node) URL() string { return "http://" + n.web.address() }

// SMTP is the host:port of the node's own SMTP server.
func (n *Node) SMTP() string { return n.smtp.address() }

// Settings are what the node runs with.
func (n *Node) Settings() Settings { return n.settings }

// Command is another subcommand of the binary, with the node's settings.
func (n *Node) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, n.settings.Binary, arguments...)
	cmd.Dir = n.dir
	cmd.Env = n.settings.environment()
	return cmd
}

func (n *Node) answers(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, n.URL()+"/readyz", nil)
	if err != nil {
		return err
	}
	// A connection for each question: none is left over from before a restart.
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("readyz of %s: %s", n.name, response.Status)
	}
	return nil
}
