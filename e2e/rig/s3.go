package rig

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// S3 is a private S3 server (versitygw, on a directory) with one bucket.
type S3 struct {
	Process
	port *heldPort
}

// What whoever speaks to it must know.
const (
	S3Bucket = "postern"
	S3Key    = "postern-rig"
	S3Secret = "postern-rig-secret"
)

// s3Program is what is run, at the version that is built for it.
const (
	s3Program = "versitygw"
	s3Module  = "github.com/versity/versitygw/cmd/versitygw"
	s3Version = "v1.8.0"
)

// StartS3 starts a server with an empty bucket. The first time on a machine it is built, which takes a minute or two.
func StartS3(ctx context.Context) (*S3, error) {
	bin, err := buildS3(ctx)
	if err != nil {
		return nil, err
	}
	return onFreePorts(func() (*S3, error) {
		s, err := newS3(bin)
		if err != nil {
			return nil, err
		}
		if err := s.Start(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		return s, nil
	})
}

// buildS3 builds the server into the user's cache, outside this module: nothing of it is needed but in tests. Processes that
// want it at once wait for one of them.
func buildS3(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find where to build %s: %w", s3Program, err)
	}
	dir := filepath.Join(cache, "postern", s3Program+"-"+s3Version)
	bin := filepath.Join(dir, s3Program)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make directory for %s: %w", s3Program, err)
	}
	lock, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return "", fmt.Errorf("lock the directory of %s: %w", s3Program, err)
	}
	defer lock.Close() // and with it the lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("lock the directory of %s: %w", s3Program, err)
	}
	if _, err := os.Stat(bin); err == nil { // go install puts it there when it is whole
		return bin, nil
	}
	cmd := exec.CommandContext(ctx, "go", "install", s3Module+"@"+s3Version)
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w:\n%s", s3Program, err, output)
	}
	return bin, nil
}

func newS3(bin string) (*S3, error) {
	dir, err := os.MkdirTemp("", "postern-rig-s3-")
	if err != nil {
		return nil, fmt.Errorf("make directory for s3: %w", err)
	}
	port, err := holdPort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s := &S3{port: port}
	s.Process = Process{
		name: "s3", dir: dir, ports: []*heldPort{port},
		stop: syscall.SIGTERM, abandon: syscall.SIGKILL, ready: s.answers,
		command: func() *exec.Cmd {
			return exec.Command(bin, "--port", port.address(), "--access", S3Key, "--secret", S3Secret, "--region", "us-east-1", "--quiet",
				"posix", "--sidecar", filepath.Join(dir, "attributes"), filepath.Join(dir, "buckets"))
		},
	}
	// A directory is a bucket.
	for _, name := range []string{"attributes", filepath.Join("buckets", S3Bucket)} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return nil, errors.Join(fmt.Errorf("make the bucket: %w", err), s.Close())
		}
	}
	return s, nil
}

// URL names a folder of the bucket as Postern's setting --blobs does.
func (s *S3) URL(folder string) string {
	return "s3://" + S3Bucket + "/" + folder + "?endpoint=" + s.Endpoint()
}

// Endpoint is the server's own URL.
func (s *S3) Endpoint() string { return "http://" + s.port.address() }

// Bucket is the directory that holds the bucket's objects as files.
func (s *S3) Bucket() string { return filepath.Join(s.dir, "buckets", S3Bucket) }

// answers is content with a refusal: nothing was signed.
func (s *S3) answers(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint(), nil)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
