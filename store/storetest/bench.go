package storetest

import (
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"postern/chat"
)

// BenchmarkSends is TARGETS.md T5 and the storage of T3: senders who wait for each answer write messages of 400 bytes, each in a
// conversation of their own with two others, who get an event and a notice each. It reports durable messages a second, and the CPU
// time of this process for each.
func BenchmarkSends(b *testing.B, store chat.Store, senders int) {
	p := newPractice(b, store)
	posts := make([]post, senders)
	for i := range posts {
		author := p.newUser(chat.Client, numbered("author", i))
		conv := p.start("Title", author, p.newUser(chat.Staff, numbered("staff", i)), p.newUser(chat.Client, numbered("other", i)))
		posts[i] = post{author: author, conversation: conv, text: strings.Repeat("x", 400), dueAt: p.from}
	}
	var sent atomic.Int64
	var done sync.WaitGroup
	before := cpu(b)
	b.ResetTimer()
	for _, m := range posts {
		done.Go(func() {
			mine := *p // its own clock
			for n := sent.Add(1); n <= int64(b.N); n = sent.Add(1) {
				m.key = numbered("k", int(n))
				if _, err := store.Decide(b.Context(), m.decision(&mine, new(chat.Message))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	done.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-us/message")
}

// cpu is what this process has used, user and system.
func cpu(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
