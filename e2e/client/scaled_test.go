package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
	"postern/hub/wire"
)

// scaled is two nodes on what a large deployment stands on: PostgreSQL behind PgBouncer, a Redis Cluster, and S3.
type scaled struct {
	*rig.Deployment
	redis *rig.RedisCluster
	s3    *rig.S3
	data  string
}

func startScaled(t *testing.T) *scaled {
	t.Helper()
	ctx, s := t.Context(), &scaled{data: t.TempDir()}
	pg, err := rig.StartPostgres(ctx, rig.PostgresOptions{})
	closeAfter(t, pg, err)
	direct, err := pg.CreateDatabase(ctx, "postern")
	if err != nil {
		t.Fatal(err)
	}
	bouncer, err := rig.StartPgBouncer(ctx, pg.URL("postgres"))
	closeAfter(t, bouncer, err)
	pooled, err := bouncer.Through(direct)
	if err != nil {
		t.Fatal(err)
	}
	s.redis, err = rig.StartRedisCluster(ctx)
	closeAfter(t, s.redis, err)
	s.s3, err = rig.StartS3(ctx)
	closeAfter(t, s.s3, err)
	s.Deployment, err = rig.StartCluster(ctx, rig.ClusterOptions{Settings: rig.Settings{Data: s.data, Env: []string{
		"POSTERN_DATABASE=" + pooled, "POSTERN_DATABASE_DIRECT=" + direct, "POSTERN_REDIS=" + s.redis.URL(),
		"POSTERN_BLOBS=" + s.s3.URL("files"), "POSTERN_BLOBS_KEY=" + rig.S3Key, "POSTERN_BLOBS_SECRET=" + rig.S3Secret,
	}}})
	closeAfter(t, s.Deployment, err)
	return s
}

func closeAfter(t *testing.T, server interface{ Close() error }, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// enter makes one of staff and a client, and signs them in, each at a node of their own.
func (s *scaled) enter(t *testing.T) (ann, ben *client.Client) {
	t.Helper()
	imported := s.Nodes[0].Command(t.Context(), "user", "import", "--sign-in", "-")
	imported.Stdin = strings.NewReader("email,name,role,account\nann@a.example,Ann,staff,\nben@b.example,Ben,client,Firm\n")
	printed, err := imported.Output()
	if err != nil {
		t.Fatal(err)
	}
	var both []*client.Client
	for i, line := range strings.Split(strings.TrimSpace(string(printed)), "\n") {
		c, err := client.New(s.URL, s.Nodes[i].Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Enter(t.Context(), line, ""); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Rest)
		both = append(both, c)
	}
	return both[0], both[1]
}

// A file that Ann sends at one node is what Ben opens at the other, live; and after a master of the Redis Cluster has died, news
// comes as before.
func TestAllThatScalesTogether(t *testing.T) {
	t.Parallel()
	s := startScaled(t)
	ann, ben := s.enter(t)
	heard := make(chan wire.Frame, 1000)
	live, err := ben.Live(t.Context(), func(f wire.Frame) { heard <- f })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(live.Close)

	content, err := json.Marshal(strings.Repeat("the accounts of a year ", 10_000)) // JSON, because the client reads answers as that
	if err != nil {
		t.Fatal(err)
	}
	file, err := ann.Upload(t.Context(), "accounts.json", content)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]any{"to": []string{ben.Me.User.ID}, "audience": "shared", "title": "Accounts", "html": "<p>See the file</p>", "key": "one", "attachments": []string{file.ID}}
	var started client.Started
	if err := ann.Do(t.Context(), http.MethodPost, "/conversations", in, &started); err != nil {
		t.Fatal(err)
	}
	await(t, heard, "See the file")
	var got string
	if err := ben.Do(t.Context(), http.MethodGet, "/attachments/"+file.ID, nil, &got); err != nil || len(got) != 230_000 {
		t.Errorf("Ben's file has %d characters, %v", len(got), err)
	}
	s.checkPlaces(t, content)

	if err := s.redis.Masters[0].Kill(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"right after", "and once more"} {
		if _, err := ann.Send(t.Context(), started.Row.Conversation.ID, text, "<p>"+text+"</p>"); err != nil {
			t.Fatal(err)
		}
		await(t, heard, text)
	}
	if standing := live.Standing(); len(standing.Faults) != 0 {
		t.Errorf("%+v", standing)
	}
}

// await waits for a frame that holds the text.
func await(t *testing.T, heard <-chan wire.Frame, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		select {
		case f := <-heard:
			if strings.Contains(string(f.Data), text) {
				return
			}
		case <-ctx.Done():
			t.Fatalf("nothing heard of %q", text)
		}
	}
}

// checkPlaces says that the bucket holds the content, and the data folder no file.
func (s *scaled) checkPlaces(t *testing.T, content []byte) {
	t.Helper()
	stored := filesIn(t, s.s3.Bucket())
	if len(stored) != 1 || stored[0] != string(content) {
		t.Errorf("%d objects in the bucket, want the one content", len(stored))
	}
	if kept := filesIn(t, filepath.Join(s.data, "blobs")); len(kept) != 0 {
		t.Errorf("%d files in the data folder", len(kept))
	}
}

func filesIn(t *testing.T, dir string) (contents []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, readErr := os.ReadFile(path)
		contents = append(contents, string(content))
		return readErr
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return contents
}
