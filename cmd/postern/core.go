package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"postern/api/session"
	"postern/chat"
	"postern/clamd"
	"postern/mailgw"
	"postern/mailgw/letter"
	"postern/picture"
	"postern/richtext"
	"postern/store"
)

// core is what every command stands on that works with the database: the use cases, and what lies below them.
type core struct {
	service   *chat.Service
	store     chat.Store
	blobs     place
	passwords *session.Passwords
	pictures  *picture.Maker
	clamd     *clamd.Client // nil: none
	log       zerolog.Logger
}

// openCore opens from the ground up; close goes the other way.
func openCore(ctx context.Context, s *baseSettings, maxUpload int64, out io.Writer) (*core, error) {
	log := newLog(s, out)
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, &settingError{"data", err.Error()}
	}
	keys, err := openKeys(s.SecretFile)
	if err != nil {
		return nil, err
	}
	blobs, err := openBlobs(s)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, s.Database, store.Options{
		Direct: s.DatabaseDirect, Connections: s.DatabaseConnections, Workers: s.DatabaseWorkers, Log: log,
	})
	if err != nil {
		return nil, errors.Join(err, blobs.Close())
	}
	addresses, passwords := mailgw.Addresses{Keys: keys}, session.NewPasswords()
	c := &core{store: db, blobs: blobs, passwords: passwords, pictures: picture.NewMaker(), log: log}
	c.service = chat.New(chat.Parts{
		Store: db, Blobs: files{blobs}, Sanitizer: richtext.New(), Passwords: passwords,
		Composer: mailgw.Composer{Addresses: addresses}, Addresses: addresses, Letters: mailgw.NewReader(letter.DefaultLimits()),
		Now: time.Now, NewID: newID, MaxUpload: maxUpload, Pictures: pictures{c.pictures},
	})
	return c, nil
}

func (c *core) close() error { return errors.Join(c.store.Close(), c.blobs.Close()) }

// newID makes a UUID of version 7. It fails only when the system has no randomness, and then nothing can go on.
func newID() chat.ID { return chat.ID(uuid.Must(uuid.NewV7())) }

func newLog(s *baseSettings, out io.Writer) zerolog.Logger {
	level, err := zerolog.ParseLevel(s.LogLevel)
	if err != nil {
		level = zerolog.InfoLevel // check has refused it before
	}
	if s.LogFormat == "console" {
		out = zerolog.ConsoleWriter{Out: out, TimeFormat: time.TimeOnly}
	}
	return zerolog.New(out).Level(level).With().Timestamp().Logger()
}
