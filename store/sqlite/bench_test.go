package sqlite_test

import (
	"fmt"
	"testing"

	"postern/store/storetest"
)

func BenchmarkSends(b *testing.B) {
	for _, senders := range []int{1, 50, 200} {
		b.Run(fmt.Sprintf("senders=%d", senders), func(b *testing.B) {
			storetest.BenchmarkSends(b, open(b, database(b)), senders)
		})
	}
}
