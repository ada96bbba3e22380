package rig

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Wire is one cable of a [Namespace].
type Wire int

// The wires of a node: what it serves and its mail go over one, its database and its bus over one each.
const (
	WebWire Wire = iota
	DatabaseWire
	BusWire
	wires
)

// Namespace is a network namespace (network_namespaces(7)) that only wires of its own lead to, each a pair of virtual interfaces
// that can be unplugged: then packets vanish on both sides, and no connection is told.
type Namespace struct {
	name string
	net  string // first two numbers of its addresses
	ip   string // path of the program
	hold net.Listener
}

// CanIsolate says whether namespaces can be made here, or why not.
func CanIsolate() error {
	if os.Getuid() != 0 {
		return errors.New("network namespaces need root")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	n, err := newNamespace(ctx)
	if err != nil {
		return err
	}
	return n.Close()
}

func newNamespace(ctx context.Context) (*Namespace, error) {
	path, err := program("ip", "iproute2")
	if err != nil {
		return nil, err
	}
	for range 100 {
		number := rand.IntN(200 * 250)
		hold, err := net.Listen("unix", fmt.Sprintf("@postern-rig-net-%d", number))
		if err != nil {
			continue // another rig has it
		}
		n := &Namespace{name: fmt.Sprintf("rig%d", number), net: fmt.Sprintf("10.%d.%d", 50+number/250, number%250), ip: path, hold: hold}
		if err := n.make(ctx); err != nil {
			return nil, errors.Join(err, n.Close())
		}
		return n, nil
	}
	return nil, errors.New("find a free network: none in 100 tries")
}

func (n *Namespace) make(ctx context.Context) error {
	// One of a rig that was killed may be left.
	_ = n.run(ctx, "netns", "delete", n.name)
	if err := n.run(ctx, "netns", "add", n.name); err != nil {
		return err
	}
	if err := n.run(ctx, "-netns", n.name, "link", "set", "lo", "up"); err != nil {
		return err
	}
	for w := range wires {
		if err := n.plug(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

func (n *Namespace) plug(ctx context.Context, w Wire) error {
	inner := fmt.Sprintf("wire%d", w)
	return errors.Join(
		n.run(ctx, "link", "add", n.outer(w), "type", "veth", "peer", "name", inner, "netns", n.name),
		n.run(ctx, "address", "add", n.Outside(w)+"/30", "dev", n.outer(w)),
		n.run(ctx, "link", "set", n.outer(w), "up"),
		n.run(ctx, "-netns", n.name, "address", "add", n.Inside(w)+"/30", "dev", inner),
		n.run(ctx, "-netns", n.name, "link", "set", inner, "up"),
	)
}

func (n *Namespace) outer(w Wire) string { return fmt.Sprintf("%sw%d", n.name, w) }

// Outside is the address of the wire's end on the machine.
func (n *Namespace) Outside(w Wire) string { return fmt.Sprintf("%s.%d", n.net, 4*w+1) }

// Inside is the address of the wire's end in the namespace.
func (n *Namespace) Inside(w Wire) string { return fmt.Sprintf("%s.%d", n.net, 4*w+2) }

// Unplug cuts the wire: what is sent over it, either way, is gone.
func (n *Namespace) Unplug(ctx context.Context, w Wire) error {
	return n.run(ctx, "link", "set", n.outer(w), "down")
}

// Plug mends the wire.
func (n *Namespace) Plug(ctx context.Context, w Wire) error {
	return n.run(ctx, "link", "set", n.outer(w), "up")
}

// enter has the command run inside, as the same process.
func (n *Namespace) enter(cmd *exec.Cmd) *exec.Cmd {
	cmd.Args = append([]string{n.ip, "netns", "exec", n.name, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = n.ip
	return cmd
}

// Close removes it; its wires go with it.
func (n *Namespace) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := n.run(ctx, "netns", "delete", n.name)
	return errors.Join(err, n.hold.Close())
}

func (n *Namespace) run(ctx context.Context, arguments ...string) error {
	if output, err := exec.CommandContext(ctx, n.ip, arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(arguments, " "), err, output)
	}
	return nil
}
