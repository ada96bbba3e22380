// Package bustest holds every implementation of bus.Bus to what package bus promises.
package bustest

import (
	"fmt"
	"testing"

	"postern/hub/bus"
)

// Open starts an exchange that nobody else uses and returns what adds a node to it.
type Open func(t *testing.T) (join func() bus.Bus)

// Run runs the whole suite.
func Run(t *testing.T, open Open) {
	t.Run("delivery", func(t *testing.T) { t.Parallel(); delivery(t, open) })
	t.Run("subscription", func(t *testing.T) { t.Parallel(); subscription(t, open) })
	t.Run("order", func(t *testing.T) { t.Parallel(); order(t, open) })
	t.Run("overflow", func(t *testing.T) { t.Parallel(); overflow(t, open) })
	t.Run("lifecycle", func(t *testing.T) { t.Parallel(); lifecycle(t, open) })
}

// scenario runs beside its siblings, with an exchange of its own.
func scenario(t *testing.T, open Open, name string, f func(t *testing.T, join func() *Node)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		next := open(t)
		f(t, func() *Node { return Start(t, next()) })
	})
}

// payloads returns n payloads that name their writer and their number.
func payloads(writer string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s %d", writer, i)
	}
	return all
}
