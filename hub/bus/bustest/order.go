package bustest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

func order(t *testing.T, open Open) {
	scenario(t, open, "a publisher's messages keep their order", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1")
		sent := payloads("a", 5000)
		a.Send("office 1", sent...)
		if got := b.Receive("office 1", len(sent)); !slices.Equal(got, sent) {
			t.Error("another order, or other messages")
		}
	})
	scenario(t, open, "all nodes see one order", func(t *testing.T, join func() *Node) {
		nodes := []*Node{join(), join(), join()}
		for _, n := range nodes {
			n.Join("office 1")
		}
		const writers, each = 8, 200
		var writing sync.WaitGroup
		for w := range writers {
			name := fmt.Sprint("writer-", w)
			writing.Go(func() { nodes[w%len(nodes)].Send("office 1", payloads(name, each)...) })
		}
		writing.Wait()
		first := nodes[0].Receive("office 1", writers*each)
		for _, n := range nodes[1:] {
			if !slices.Equal(n.Receive("office 1", writers*each), first) {
				t.Error("two nodes disagree")
			}
		}
		for w := range writers {
			name := fmt.Sprint("writer-", w)
			own := slices.DeleteFunc(slices.Clone(first), func(p string) bool { return !strings.HasPrefix(p, name+" ") })
			if !slices.Equal(own, payloads(name, each)) {
				t.Errorf("the messages of %s are out of order", name)
			}
		}
	})
}
