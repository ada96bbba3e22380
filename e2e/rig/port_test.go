package rig

import (
	"errors"
	"fmt"
	"net"
	"testing"
)

func TestTakenPortIsRecognised(t *testing.T) {
	t.Parallel()
	redis, noRedis := newRedis(plain)
	pg, noPostgres := newPostgres(t.Context(), PostgresOptions{})
	proxy, noProxy := newHAProxy(nil)
	if err := errors.Join(noRedis, noPostgres, noProxy); err != nil {
		t.Fatal(err)
	}
	for _, server := range []*Process{&redis.Process, &pg.Process, &proxy.Process} {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if err := server.Close(); err != nil {
					t.Error(err)
				}
			}()
			thief, err := net.Listen("tcp", server.ports[0].address())
			if err != nil {
				t.Fatal(err)
			}
			defer thief.Close()
			if err := server.Start(t.Context()); !errors.Is(err, errPortTaken) {
				t.Errorf("started on a taken port: %v", err)
			}
		})
	}
}

func TestHeldPortsDiffer(t *testing.T) {
	t.Parallel()
	port, err := holdPort()
	if err != nil {
		t.Fatal(err)
	}
	if port.number < lowestPort || port.number > highestPort || !portFree(port.number) {
		t.Errorf("held port %d is not a free one", port.number)
	}
	name := fmt.Sprintf("@postern-rig-port-%d", port.number)
	if _, err := net.Listen("unix", name); err == nil {
		t.Error("a held port can be held again")
	}
	port.release()
	again, err := net.Listen("unix", name)
	if err != nil {
		t.Fatalf("a released port cannot be held: %v", err)
	}
	defer again.Close()
}

func TestOnlyTakenPortsAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err   error
		tries int
	}{{errPortTaken, 3}, {errors.New("other"), 1}, {nil, 1}} {
		tries := 0
		_, err := onFreePorts(func() (int, error) { tries++; return 0, c.err })
		if tries != c.tries || !errors.Is(err, c.err) {
			t.Errorf("%v: %d tries, %v; want %d", c.err, tries, err, c.tries)
		}
	}
}
