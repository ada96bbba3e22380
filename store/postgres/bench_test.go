package postgres_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/store/postgres/postgrestest"
)

// BenchmarkSend sends 400-byte messages in conversations of three, from so many senders at once, and tells the CPU time of this
// process and of PostgreSQL per message. With one member of staff, that one is in every conversation.
//
//	go run ./e2e/with postgres -- go test ./store/postgres -run '^$' -bench Send -benchtime 50000x
func BenchmarkSend(b *testing.B) {
	for _, c := range []struct{ senders, staff int }{{1, 200}, {50, 200}, {200, 200}, {50, 1}} {
		b.Run(fmt.Sprintf("senders=%d/staff=%d", c.senders, c.staff), func(b *testing.B) {
			store := open(b)
			p := newPractice(b, store, c.staff, 200)
			server := newServerClock(b)
			body := "<p>" + strings.Repeat("x", 393) + "</p>"
			for i := range p.conversations { // plans, caches
				if _, err := p.send(b.Context(), i, 0, fmt.Sprintf("warm-%d", i), body); err != nil {
					b.Fatal(err)
				}
			}
			var next atomic.Int64
			var all sync.WaitGroup
			began, own, database, groups := time.Now(), ownCPU(b), server.cpu(b), store.Groups()
			b.ResetTimer()
			for range c.senders {
				all.Go(func() {
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						if _, err := p.send(b.Context(), int(i)%len(p.conversations), int(i), strconv.FormatInt(i, 10), body); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			b.StopTimer()
			n := float64(b.N)
			b.ReportMetric(n/float64(store.Groups()-groups), "msg/group")
			b.ReportMetric(n/time.Since(began).Seconds(), "msg/s")
			b.ReportMetric(float64((ownCPU(b)-own).Microseconds())/n, "go-us/msg")
			b.ReportMetric(float64((server.cpu(b)-database).Microseconds())/n, "pg-us/msg")
		})
	}
}

func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// serverClock tells the CPU time of a PostgreSQL server on this machine, all its processes together.
type serverClock struct{ postmaster int }

func newServerClock(b *testing.B) serverClock {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), postgrestest.Server(b))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(b.Context()) }()
	stat, ok := readStat(int(conn.PgConn().PID()))
	if !ok {
		b.Fatal("the database does not run on this machine: its CPU time cannot be told")
	}
	return serverClock{postmaster: stat.parent}
}

func (s serverClock) cpu(b *testing.B) time.Duration {
	b.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		b.Fatal(err)
	}
	var ticks int
	for _, path := range paths {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			b.Fatal(err)
		}
		switch stat, ok := readStat(pid); {
		case !ok: // it has just ended
		case pid == s.postmaster:
			ticks += stat.own + stat.reaped
		case stat.parent == s.postmaster:
			ticks += stat.own
		}
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// ticksPerSecond is USER_HZ, the same on every Linux that Go runs on.
const ticksPerSecond = 100

// stat is what proc_pid_stat(5) says of a process.
type stat struct{ parent, own, reaped int }

func readStat(pid int) (s stat, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, false
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name may hold spaces
	fields := strings.Fields(rest)
	number := func(field int) int { n, _ := strconv.Atoi(fields[field-3]); return n } // fields count from 1, the rest begins with the third
	return stat{parent: number(4), own: number(14) + number(15), reaped: number(16) + number(17)}, true
}
