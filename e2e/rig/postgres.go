package rig

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// PostgresOptions says how the server runs. The zero value is durable: a commit is on the disk.
type PostgresOptions struct {
	// NoFsync gives durability up for speed.
	NoFsync bool
	// Settings are further lines of postgresql.conf, by name.
	Settings map[string]string
	// Data is the cluster's directory, which outlives the server: made if it is not there. Empty: one that goes with the server.
	Data string
}

// Postgres is a private PostgreSQL server. Kill ends its backends too; Start recovers.
type Postgres struct {
	Process
	port *heldPort
	kept string // the cluster's directory, where it outlives the server
}

// StartPostgres makes an empty cluster and starts a server on it. Connections over loopback are
// trusted; the superuser is postgres.
func StartPostgres(ctx context.Context, options PostgresOptions) (*Postgres, error) {
	return onFreePorts(func() (*Postgres, error) {
		pg, err := newPostgres(ctx, options)
		if err != nil {
			return nil, err
		}
		if err := pg.Start(ctx); err != nil {
			return nil, errors.Join(err, pg.Close())
		}
		return pg, nil
	})
}

func newPostgres(ctx context.Context, options PostgresOptions) (*Postgres, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	identity, err := postgresIdentity()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "postern-rig-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make directory for postgres: %w", err)
	}
	port, err := holdPort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	pg := &Postgres{port: port, kept: options.Data}
	pg.Process = Process{
		name: "postgres", dir: dir, ports: []*heldPort{port},
		stop: syscall.SIGINT, abandon: syscall.SIGQUIT, ready: pg.answers,
		command: func() *exec.Cmd {
			return identity.take(exec.Command(bin+"/postgres", pg.arguments(options)...))
		},
	}
	if err := pg.initialise(ctx, bin, identity); err != nil {
		return nil, errors.Join(err, pg.Close())
	}
	return pg, nil
}

// initialise makes the cluster. Its locale folds case in every script, and orders by code point
// as SQLite does.
func (pg *Postgres) initialise(ctx context.Context, bin string, identity identity) error {
	if err := identity.own(pg.dir); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(pg.data(), "PG_VERSION")); err == nil {
		return nil
	}
	if err := os.MkdirAll(pg.data(), 0o700); err != nil {
		return err
	}
	if err := identity.own(pg.data()); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, bin+"/initdb", "--pgdata="+pg.data(), "--username=postgres",
		"--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	output, err := identity.take(cmd).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w:\n%s", err, output)
	}
	return nil
}

func (pg *Postgres) data() string { return cmp.Or(pg.kept, filepath.Join(pg.dir, "data")) }

func (pg *Postgres) arguments(options PostgresOptions) []string {
	settings := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(pg.port.number),
		"unix_socket_directories": pg.dir,
		"max_connections":         "200",
		"shared_buffers":          "256MB",
		"max_wal_size":            "2GB",
	}
	if options.NoFsync {
		settings["fsync"] = "off"
	}
	for name, value := range options.Settings {
		settings[name] = value
	}
	arguments := []string{"-D", pg.data()}
	for name, value := range settings {
		arguments = append(arguments, "-c", name+"="+value)
	}
	return arguments
}

// URL names a database of the server, for the superuser, over TCP.
func (pg *Postgres) URL(database string) string {
	return fmt.Sprintf("postgres://postgres@%s/%s?sslmode=disable", pg.port.address(), database)
}

// Exec runs SQL in a database of the server.
func (pg *Postgres) Exec(ctx context.Context, database, sql string) error {
	conn, err := pgx.Connect(ctx, pg.URL(database))
	if err != nil {
		return fmt.Errorf("connect to postgres: %w", err)
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

const duplicateDatabase = "42P04" // SQLSTATE

// CreateDatabase makes an empty database, or finds the one of a directory that was kept, and returns its URL.
func (pg *Postgres) CreateDatabase(ctx context.Context, name string) (string, error) {
	err := pg.Exec(ctx, "postgres", "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if taken, ok := errors.AsType[*pgconn.PgError](err); ok && taken.Code == duplicateDatabase && pg.kept != "" {
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("create database %s: %w", name, err)
	}
	return pg.URL(name), nil
}

func (pg *Postgres) answers(ctx context.Context) error {
	return pg.Exec(ctx, "postgres", "SELECT 1")
}

// postgresBin is the directory of the newest PostgreSQL that Debian has installed.
func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", errors.New("PostgreSQL is not installed: apt-get install postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // not a number: oldest
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// identity is whom a server runs as: nil for ourselves.
type identity struct{ credential *syscall.Credential }

// postgresIdentity is the user postgres for root, whom PostgreSQL refuses to run as.
func postgresIdentity() (identity, error) {
	if os.Getuid() != 0 {
		return identity{}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return identity{}, fmt.Errorf("find whom to run postgres as: %w", err)
	}
	uid, wrongUID := strconv.ParseUint(account.Uid, 10, 32)
	gid, wrongGID := strconv.ParseUint(account.Gid, 10, 32)
	if err := errors.Join(wrongUID, wrongGID); err != nil {
		return identity{}, fmt.Errorf("read ids of user postgres: %w", err)
	}
	return identity{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func (i identity) own(path string) error {
	if i.credential == nil {
		return nil
	}
	return os.Chown(path, int(i.credential.Uid), int(i.credential.Gid))
}

// take makes cmd run as this user, in the root directory: the caller's may be closed to it.
func (i identity) take(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: i.credential}
	return cmd
}
