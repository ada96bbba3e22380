package rig

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Deployment is a whole Postern with all it stands on.
type Deployment struct {
	URL  string // where browsers go, without a slash at the end
	SMTP string // host:port where letters go
	// MailDir gets the mails that go out, as .eml files, unless the settings name a relay.
	MailDir string

	Nodes    []*Node
	Proxy    *HAProxy  // nil for a single node
	Postgres *Postgres // nil on SQLite
	Redis    *Redis    // nil with the memory bus

	dir string
}

// MailDomain is the domain of the reply addresses of every deployment that does not say another.
const MailDomain = "postern.test"

// newDeployment makes what its nodes share: blobs, the secret, the folder of mails.
func newDeployment() (*Deployment, error) {
	dir, err := os.MkdirTemp("", "postern-rig-shared-")
	if err != nil {
		return nil, fmt.Errorf("make directory for a deployment: %w", err)
	}
	d := &Deployment{dir: dir, MailDir: filepath.Join(dir, "mail")}
	err = errors.Join(
		os.Mkdir(d.MailDir, 0o755),
		os.Mkdir(d.data(), 0o755),
		os.WriteFile(d.secret(), []byte(rand.Text()+rand.Text()+"\n"), 0o600),
	)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Deployment) data() string   { return filepath.Join(d.dir, "data") }
func (d *Deployment) secret() string { return filepath.Join(d.dir, "secret") }

// fill completes settings with what the deployment's nodes share.
func (d *Deployment) fill(settings Settings) Settings {
	settings.SecretFile = d.secret()
	if settings.Data == "" {
		settings.Data = d.data()
	}
	if settings.MailDomain == "" {
		settings.MailDomain = MailDomain
	}
	if settings.LogLevel == "" {
		settings.LogLevel = "info"
	}
	if settings.Relay == "" {
		settings.MailDir = d.MailDir
	}
	return settings
}

// startNodes starts one after the other: the first one makes the schema.
func (d *Deployment) startNodes(ctx context.Context) error {
	for _, node := range d.Nodes {
		if err := node.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close ends everything at once and removes what it wrote.
func (d *Deployment) Close() error {
	var all error
	for _, node := range d.Nodes {
		all = errors.Join(all, node.Close())
	}
	if d.Proxy != nil {
		all = errors.Join(all, d.Proxy.Close())
	}
	if d.Redis != nil {
		all = errors.Join(all, d.Redis.Close())
	}
	if d.Postgres != nil {
		all = errors.Join(all, d.Postgres.Close())
	}
	return errors.Join(all, os.RemoveAll(d.dir))
}
