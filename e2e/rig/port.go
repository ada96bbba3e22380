package rig

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// The kernel hands out ports from 32768 up to outgoing connections; below it a port that is free
// now is free in a moment too, and after a restart.
const (
	lowestPort  = 20000
	highestPort = 32767
)

// heldPort is a port that no other rig on this machine will use until it is released.
type heldPort struct {
	host   string
	number int
	hold   net.Listener
}

// holdPort finds a free port. The hold is an abstract Unix socket named after the port: unlike a
// lock file it goes when the process does, and unlike a listener on the port itself it leaves
// the port to the server.
func holdPort() (*heldPort, error) {
	for range 1000 {
		number := lowestPort + rand.IntN(highestPort-lowestPort+1)
		hold, err := net.Listen("unix", fmt.Sprintf("@postern-rig-port-%d", number))
		if err != nil {
			continue
		}
		if portFree(number) {
			return &heldPort{"127.0.0.1", number, hold}, nil
		}
		_ = hold.Close() // nothing was written to it
	}
	return nil, errors.New("find a free port: none in 1000 tries")
}

func portFree(number int) bool {
	probe, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", number))
	if err != nil {
		return false
	}
	return probe.Close() == nil
}

func (p *heldPort) address() string { return fmt.Sprintf("%s:%d", p.host, p.number) }

func (p *heldPort) release() { _ = p.hold.Close() }

// onFreePorts tries again when a program outside every rig took a port between its choice and
// its use.
func onFreePorts[T any](start func() (T, error)) (T, error) {
	var server T
	var err error
	for range 3 {
		if server, err = start(); !errors.Is(err, errPortTaken) {
			break
		}
	}
	return server, err
}
