package postgres_test

import (
	"encoding/binary"
	"testing"
	"time"

	"postern/chat"
	"postern/store/postgres/postgrestest"
)

// BenchmarkHeads is what each node asks each second: where the streams of 10,000 connected users stand, among a million. It tells the CPU
// time of this process and of PostgreSQL for one such question.
//
//	go run ./e2e/with postgres -- go test ./store/postgres -run '^$' -bench Heads -benchtime 200x
func BenchmarkHeads(b *testing.B) {
	url := postgrestest.Database(b)
	store := openAt(b, url)
	// Streams alone, without the people that they belong to: nothing else is asked here.
	exec(b, url, `SET session_replication_role = replica;
		INSERT INTO streams (user_id, office_id, epoch, head, badge)
		SELECT (lpad(to_hex(n * 48271::bigint % 2147483647), 32, '0'))::uuid, '00000000-0000-0000-0000-000000000001', 1, n, 0
		FROM generate_series(1, 1000000) AS n`)
	exec(b, url, `VACUUM ANALYZE streams`)
	users := make([]chat.ID, 10_000)
	for i := range users {
		number := (int64(i)*100 + 1) * 48271 % 2147483647 // spread over the whole, as users of any node are
		binary.BigEndian.PutUint64(users[i][8:], uint64(number))
	}
	server := newServerClock(b)
	own, database := ownCPU(b), server.cpu(b)
	for b.Loop() {
		heads, err := store.Heads(b.Context(), users)
		if err != nil || len(heads) != len(users) {
			b.Fatalf("%d heads of %d, %v", len(heads), len(users), err)
		}
	}
	b.ReportMetric(float64((ownCPU(b)-own)/time.Microsecond)/float64(b.N), "go-us/op")
	b.ReportMetric(float64((server.cpu(b)-database)/time.Microsecond)/float64(b.N), "pg-us/op")
}
