package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"postern/store/sqlite"
	"postern/store/storetest"
)

// What a test binary that is started again is told.
const (
	crashFile  = "POSTERN_TEST_CRASH_FILE"
	crashScene = "POSTERN_TEST_CRASH_SCENE"
	crashRun   = "POSTERN_TEST_CRASH_RUN"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		fmt.Fprintln(os.Stderr, "writer ended:", writeUntilKilled(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func writeUntilKilled(path string) error {
	var scene storetest.Scene
	if err := json.Unmarshal([]byte(os.Getenv(crashScene)), &scene); err != nil {
		return err
	}
	ctx := context.Background()
	store, err := sqlite.Open(ctx, path, zerolog.Nop())
	if err != nil {
		return err
	}
	return scene.Write(ctx, store, os.Getenv(crashRun), os.Stdout)
}

// TestKilled kills a process that writes, again and again, and loses nothing that was acknowledged.
func TestKilled(t *testing.T) {
	t.Parallel()
	path := database(t)
	scene := prepare(t, path)
	var acknowledged []storetest.Ack
	for run := range 20 {
		acknowledged = append(acknowledged, killed(t, path, scene, run)...)
		if run%2 == 1 { // otherwise the next writer is the first to open what this one left
			integrity(t, path)
		}
	}
	t.Logf("%d messages acknowledged in 20 runs", len(acknowledged))
	scene.Check(t, open(t, path), acknowledged)
}

// prepare leaves a closed database with a scene.
func prepare(t *testing.T, path string) storetest.Scene {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	scene := storetest.NewScene(t, store)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return scene
}

// killed runs a process that writes, and kills it after some acknowledgements, or some milliseconds after the first.
func killed(t *testing.T, path string, scene storetest.Scene, run int) []storetest.Ack {
	t.Helper()
	text, err := json.Marshal(scene)
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	var begun sync.Once
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashFile+"="+path, crashScene+"="+string(text), crashRun+"="+strconv.Itoa(run))
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { _ = cmd.Process.Kill() } // it may be dead already
	left := 1 + rand.IntN(400)
	soon := time.Duration(rand.IntN(300)) * time.Millisecond
	acks, err := storetest.ReadAcks(stdout, func() {
		if left--; left == 0 {
			kill()
		}
		begun.Do(func() { time.AfterFunc(soon, kill) })
	})
	if err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // killed
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the writer was not killed: %v %s", cmd.ProcessState, stderr.String())
	}
	return acks
}

// integrity says that SQLite finds nothing wrong with the file.
func integrity(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	var found string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&found); err != nil || found != "ok" {
		t.Fatalf("integrity check: %s %v", found, err)
	}
	var violations int
	err = db.QueryRowContext(t.Context(), "SELECT count(*) FROM pragma_foreign_key_check").Scan(&violations)
	if err != nil || violations > 0 {
		t.Fatalf("foreign keys: %d violated, %v", violations, err)
	}
}
