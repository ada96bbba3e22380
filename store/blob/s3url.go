package blob

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// s3Place is what a URL says.
type s3Place struct {
	host, region   string
	secure         bool
	bucket, prefix string
}

// amazon is where buckets are when the URL names no endpoint.
const amazon = "s3.amazonaws.com"

var errS3Form = errors.New("say s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION; without an endpoint it is Amazon's")

// parseS3URL reads
//
//	s3://BUCKET[/PREFIX][?endpoint=http(s)://HOST[:PORT]][&region=REGION]
//
// The region of other endpoints than Amazon's is us-east-1 unless it is said, as most of them have it. Keys do not belong into it.
func parseS3URL(raw string) (*s3Place, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.Fragment != "" {
		return nil, errS3Form
	}
	if u.User != nil {
		return nil, errors.New("keys are settings of their own, and not part of the URL")
	}
	if err := s3utils.CheckValidBucketNameStrict(u.Host); err != nil {
		return nil, fmt.Errorf("%q is no name of a bucket: %w", u.Host, err)
	}
	place := &s3Place{host: amazon, secure: true, bucket: u.Host}
	if prefix := strings.Trim(u.Path, "/"); prefix != "" {
		place.prefix = prefix + "/"
	}
	return place, place.take(u.Query())
}

func (p *s3Place) take(parameters url.Values) error {
	p.region = parameters.Get("region")
	if endpoint := parameters.Get("endpoint"); endpoint != "" {
		u, err := url.Parse(endpoint)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" {
			return errors.New("the endpoint is not like https://HOST:PORT")
		}
		p.host, p.secure = u.Host, u.Scheme == "https"
		if p.region == "" {
			p.region = "us-east-1"
		}
	}
	for name := range parameters {
		if name != "endpoint" && name != "region" {
			return fmt.Errorf("there is no parameter %q: %w", name, errS3Form)
		}
	}
	return nil
}
