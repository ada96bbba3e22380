package bus_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"postern/hub/bus"
)

// BenchmarkRedisPublish publishes 400-byte payloads from a number of goroutines, each
// holding back while the outbox is full, until Redis has confirmed all. It reports
// publications a second and those dropped.
func BenchmarkRedisPublish(b *testing.B) {
	for _, receivers := range []int{0, 2} {
		b.Run(fmt.Sprint("receivers=", receivers), func(b *testing.B) { benchmarkPublish(b, receivers) })
	}
}

func benchmarkPublish(b *testing.B, receivers int) {
	prefix := rand.Text() + ":"
	var received atomic.Int64
	for range receivers {
		subscribed := make(chan struct{})
		r := benchBus(b, prefix, bus.Handler{
			Message: func(string, []byte) { received.Add(1) },
			Gap: func([]string) {
				select {
				case <-subscribed:
				default:
					close(subscribed)
				}
			},
		})
		r.Subscribe("office")
		<-subscribed
	}
	publisher := benchBus(b, prefix, bus.Handler{})
	payload := make([]byte, 400)

	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			for publisher.Publish(b.Context(), "office", payload) != nil {
				time.Sleep(50 * time.Microsecond)
			}
		}
	})
	for publisher.Stats().Published < uint64(b.N) {
		time.Sleep(50 * time.Microsecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "published/s")
}

// benchBus is a running bus, stopped at the end.
func benchBus(b *testing.B, prefix string, h bus.Handler) *bus.Redis {
	b.Helper()
	r, err := bus.NewRedis(bus.RedisOptions{URL: sharedRedis(b), Prefix: prefix, Log: zerolog.Nop()})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, h) }()
	b.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	return r
}
