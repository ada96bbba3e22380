package blob

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 keeps contents in a bucket, which all nodes share:
//
//	PREFIX/OFFICE/HASH/PUT   a content, as one put has stored it
//
// A name of its own for every put is what lets Delete spare a content that is put again at that very moment: it removes the older
// object, never the newer, where there is no lock and no condition on time to rely on. A put removes those that are older
// than its own, so that usually there is one.
//
// What is received is kept in a file of this machine until its hash and size are known, and then sent in one request, which the server stores whole
// or not at all, and only if the hash is right. Nothing unfinished is ever in the bucket.
type S3 struct {
	core      *minio.Core
	transport *http.Transport
	spool     *Disk
	bucket    string
	prefix    string // with a slash at its end, unless it is empty
}

var _ Blobs = (*S3)(nil)

// ErrUnavailable says that the storage did not answer, or could not: the same may work later.
var ErrUnavailable = errors.New("blob: the storage is out of reach")

// S3Options says where the bucket is, and how it is used.
type S3Options struct {
	URL         string // see parseS3URL
	Key, Secret string // none: those in AWS's own environment variables, or of the machine's role
	Connections int    // at most; 32 by default
}

const (
	attempts = 3 // at a request that gets no answer, or that of a server in trouble
	tries    = 5 // where somebody else was in the way
)

// NewS3 connects to nothing yet: see Check. What is received is spooled in the unfinished files of spool, which Close closes too.
func NewS3(o S3Options, spool *Disk) (*S3, error) {
	place, err := parseS3URL(o.URL)
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(place.secure, o.Connections)
	if err != nil {
		return nil, fmt.Errorf("setting up connections to S3: %w", err)
	}
	keys := credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.IAM{}})
	if o.Key != "" {
		keys = credentials.NewStaticV4(o.Key, o.Secret, "")
	}
	core, err := minio.NewCore(place.host, &minio.Options{
		Creds: keys, Secure: place.secure, Region: place.region, Transport: transport, MaxRetries: attempts,
	})
	if err != nil {
		return nil, fmt.Errorf("setting up S3: %w", err)
	}
	return &S3{core: core, transport: transport, spool: spool, bucket: place.bucket, prefix: place.prefix}, nil
}

// Close lets go of idle connections, and of the spool.
func (s *S3) Close() error {
	s.transport.CloseIdleConnections()
	return s.spool.Close()
}

// Check says whether the bucket is there and may be read.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.core.BucketExists(ctx, s.bucket)
	if err != nil {
		return failed(ctx, "looking for the bucket", err)
	}
	if !there {
		return fmt.Errorf("there is no bucket %q", s.bucket)
	}
	return nil
}

// Put implements Blobs.
func (s *S3) Put(ctx context.Context, office [16]byte, r io.Reader, limit int64) (Ref, error) {
	temp := incomingPath()
	ref, err := s.spool.receive(ctx, temp, r, limit)
	if err == nil {
		err = s.send(ctx, temp, s.folder(office, ref.Hash), ref)
	}
	if err = errors.Join(err, unlessMissing("removing an unfinished file", s.spool.root.Remove(temp))); err != nil {
		return Ref{}, err
	}
	return ref, nil
}

// send stores the spooled file under a name of its own.
func (s *S3) send(ctx context.Context, temp, folder string, ref Ref) error {
	file, err := s.spool.root.Open(temp)
	if err != nil {
		return fmt.Errorf("opening a received file: %w", err)
	}
	defer file.Close()
	name := folder + rand.Text()
	for range tries {
		// The hash is signed with the request: the server refuses any other content.
		_, err = s.core.PutObject(ctx, s.bucket, name, file, ref.Size, "", hex.EncodeToString(ref.Hash[:]),
			minio.PutObjectOptions{ContentType: "application/octet-stream"})
		// A conflict is with whoever deletes beside us at that moment, not with what is there: the name is ours alone.
		if minio.ToErrorResponse(err).StatusCode != http.StatusConflict {
			break
		}
	}
	if err != nil {
		return failed(ctx, "storing a file", err)
	}
	// The content is stored by now. An older one that stays costs room until the next put or its end, and nothing else.
	_ = s.removeOlder(ctx, folder)
	return nil
}

// removeOlder leaves the newest object of a folder. Whoever stored another one is served as well by that: it is the same content, put as
// late or later.
func (s *S3) removeOlder(ctx context.Context, folder string) error {
	objects, err := s.list(ctx, folder)
	if err != nil || len(objects) < 2 {
		return err
	}
	last := slices.MaxFunc(objects, byAge)
	for _, o := range objects {
		if o.Key != last.Key {
			if err := s.remove(ctx, o.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// byAge orders the objects of one content: by time, and those of one time by name. Every node finds the same order.
func byAge(a, b minio.ObjectInfo) int {
	return cmp.Or(a.LastModified.Compare(b.LastModified), strings.Compare(a.Key, b.Key))
}

// Open implements Blobs. Until it is read, it is only known that the content is there.
func (s *S3) Open(ctx context.Context, office [16]byte, hash [sha256.Size]byte) (io.ReadSeekCloser, int64, error) {
	c := &content{ctx: ctx, s3: s, folder: s.folder(office, hash)}
	if err := c.find(); err != nil {
		return nil, 0, err
	}
	return c, c.object.Size, nil
}

// grain is how exactly S3 tells when an object was stored: up to so much later than it says.
const grain = time.Second

// Delete implements Blobs. The time that counts is the server's; against Grace, what its clock is off by is nothing.
func (s *S3) Delete(ctx context.Context, office [16]byte, hash [sha256.Size]byte, before time.Time) error {
	objects, err := s.list(ctx, s.folder(office, hash))
	if err != nil {
		return err
	}
	for _, o := range objects {
		if o.LastModified.Add(grain).Before(before) {
			if err := s.remove(ctx, o.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sweep implements Blobs: unfinished files are in this machine's spool alone.
func (s *S3) Sweep(ctx context.Context, before time.Time) (int, error) {
	return s.spool.Sweep(ctx, before)
}

func (s *S3) list(ctx context.Context, folder string) ([]minio.ObjectInfo, error) {
	var objects []minio.ObjectInfo
	for o := range s.core.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: folder}) {
		if o.Err != nil {
			return nil, failed(ctx, "listing a stored file", o.Err)
		}
		objects = append(objects, o)
	}
	return objects, ctx.Err() // a context that ends ends the list
}

// remove makes sure that the object is not there. Some servers say so when another was quicker.
func (s *S3) remove(ctx context.Context, name string) error {
	err := s.core.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).StatusCode != http.StatusNotFound {
		return failed(ctx, "deleting a stored file", err)
	}
	return nil
}

func (s *S3) folder(office [16]byte, hash [sha256.Size]byte) string {
	return s.prefix + path.Join(hex.EncodeToString(office[:]), hex.EncodeToString(hash[:])) + "/"
}

// failed wraps an error, and says so where the storage is out of reach rather than against it.
func failed(ctx context.Context, tried string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", tried, ctx.Err())
	}
	if refused, ok := errors.AsType[minio.ErrorResponse](err); ok && refused.StatusCode < http.StatusInternalServerError {
		return fmt.Errorf("%s: %w", tried, err)
	}
	return fmt.Errorf("%s: %w: %w", tried, ErrUnavailable, err)
}
