package bus_test

import (
	"testing"

	"postern/hub/bus"
	"postern/hub/bus/bustest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(*testing.T) func() bus.Bus {
		var exchange bus.Exchange
		return func() bus.Bus { return exchange.Node() }
	})
}
