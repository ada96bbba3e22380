package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// certificate is what STARTTLS shows, read again when its files change, so that renewing it needs no restart.
type certificate struct {
	chain, key string // paths
	log        zerolog.Logger

	mu     sync.Mutex
	held   held
	looked time.Time
}

// held is a certificate as its files were at a moment.
type held struct {
	cert  *tls.Certificate
	until time.Time // when it ends
	of    [2]time.Time
}

// reread is how often the files are asked whether they changed.
const reread = time.Second

func openCertificate(chain, key string, log zerolog.Logger) (*certificate, error) {
	h, err := readCertificate(chain, key)
	if err != nil {
		return nil, err
	}
	return &certificate{chain: chain, key: key, log: log, held: h, looked: time.Now()}, nil
}

func readCertificate(chain, key string) (h held, err error) {
	if h.of, err = changed(chain, key); err != nil {
		return h, err
	}
	cert, err := tls.LoadX509KeyPair(chain, key)
	if err != nil {
		return h, fmt.Errorf("read certificate: %w", err)
	}
	h.cert, h.until = &cert, cert.Leaf.NotAfter
	return h, nil
}

func changed(chain, key string) (at [2]time.Time, err error) {
	for i, path := range []string{chain, key} {
		info, err := os.Stat(path)
		if err != nil {
			return at, err
		}
		at[i] = info.ModTime()
	}
	return at, nil
}

func (c *certificate) settings() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
}

// get gives the newest that could be read: half of a renewal is not.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= reread {
		c.looked = now
		c.renew()
	}
	return c.held.cert, nil
}

func (c *certificate) renew() {
	at, err := changed(c.chain, c.key)
	if err == nil && at == c.held.of {
		return
	}
	h, err2 := readCertificate(c.chain, c.key)
	if err := errors.Join(err, err2); err != nil {
		c.log.Error().Err(err).Msg("the certificate for starttls has changed and cannot be read")
		return
	}
	c.held = h
	c.log.Info().Time("until", h.until).Msg("certificate for starttls read again")
}
