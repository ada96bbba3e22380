package blob_test

import (
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"postern/store/blob"
	"postern/store/blob/blobtest"
)

// bucket is a folder of the tests' S3 server that nobody else uses.
type bucket struct {
	client       *minio.Client
	url          *url.URL
	host         string // of the server
	name, prefix string
}

func newBucket(t *testing.T) *bucket {
	t.Helper()
	u, err := url.Parse(os.Getenv("POSTERN_TEST_S3"))
	if err != nil || u.Host == "" {
		t.Fatal("run make test, or set POSTERN_TEST_S3, with _KEY and _SECRET")
	}
	u.Path += "/" + rand.Text()
	endpoint, err := url.Parse(u.Query().Get("endpoint"))
	if err != nil {
		t.Fatal(err)
	}
	key, secret := keys()
	client, err := minio.New(endpoint.Host, &minio.Options{Creds: credentials.NewStaticV4(key, secret, "")})
	if err != nil {
		t.Fatal(err)
	}
	return &bucket{client: client, url: u, host: endpoint.Host, name: u.Host, prefix: strings.Trim(u.Path, "/") + "/"}
}

func keys() (key, secret string) {
	return os.Getenv("POSTERN_TEST_S3_KEY"), os.Getenv("POSTERN_TEST_S3_SECRET")
}

// at is the folder's URL by way of another address.
func (b *bucket) at(host string) string { return strings.Replace(b.url.String(), b.host, host, 1) }

// objects are what is in the folder.
func (b *bucket) objects(t *testing.T) (found []minio.ObjectInfo) {
	t.Helper()
	for o := range b.client.ListObjectsIter(t.Context(), b.name, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		found = append(found, o)
	}
	return found
}

func openS3(t *testing.T, url string) (s *blob.S3, spool string) {
	t.Helper()
	key, secret := keys()
	return openS3With(t, blob.S3Options{URL: url, Key: key, Secret: secret})
}

func openS3With(t *testing.T, options blob.S3Options) (s *blob.S3, spool string) {
	t.Helper()
	spool = t.TempDir()
	disk, err := blob.NewDisk(spool)
	if err != nil {
		t.Fatal(err)
	}
	s, err = blob.NewS3(options, disk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, spool
}

func TestS3(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) blob.Blobs {
		s, _ := openS3(t, newBucket(t).url.String())
		return s
	})
}
