// Command with runs a command beside private servers that end when it does:
//
//	go run ./e2e/with postgres redis -- go test ./...
//
// The command finds their URLs in POSTERN_TEST_POSTGRES (as a superuser), POSTERN_TEST_PGBOUNCER (the same by way of a PgBouncer), POSTERN_TEST_REDIS,
// POSTERN_TEST_REDIS_CLUSTER, POSTERN_TEST_REDIS_SENTINEL and POSTERN_TEST_S3 (with _KEY and _SECRET): those of the servers that were named, which are
// postgres, redis, redis-cluster, redis-sentinel and s3.
// Signals are passed on to it, and its exit code is ours (which `go run` turns into 1).
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
)

func main() {
	code, err := run(context.Background(), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "with:", err)
	}
	os.Exit(code)
}

// run returns 2 when the servers or the command could not be started.
func run(ctx context.Context, arguments []string) (int, error) {
	split := slices.Index(arguments, "--")
	if split < 0 || split == len(arguments)-1 {
		return 2, errors.New("usage: with SERVER... -- COMMAND [ARGUMENT...]")
	}
	servers, err := start(ctx, arguments[:split])
	if err != nil {
		return 2, errors.Join(err, servers.close())
	}
	code, err := supervise(arguments[split+1:], servers.environment)
	return code, errors.Join(err, servers.close())
}
