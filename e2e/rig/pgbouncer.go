package rig

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// PgBouncerConnections is how many connections to PostgreSQL a PgBouncer has for each database: fewer than its clients open, so that they
// do get each other's.
const PgBouncerConnections = 6

// PgBouncer is a private PgBouncer in transaction mode before a PostgreSQL server.
type PgBouncer struct {
	Process
	port   *heldPort
	server *url.URL
}

// StartPgBouncer starts one before the server of a superuser's URL. Whatever databases that server has, it has.
func StartPgBouncer(ctx context.Context, server string) (*PgBouncer, error) {
	return onFreePorts(func() (*PgBouncer, error) {
		b, err := newPgBouncer(server)
		if err != nil {
			return nil, err
		}
		if err := b.Start(ctx); err != nil {
			return nil, errors.Join(err, b.Close())
		}
		return b, nil
	})
}

func newPgBouncer(server string) (*PgBouncer, error) {
	behind, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("read URL of postgres: %w", err)
	}
	bin, err := program("pgbouncer", "pgbouncer")
	if err != nil {
		return nil, err
	}
	identity, err := postgresIdentity() // root is refused here too
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "postern-rig-pgbouncer-")
	if err != nil {
		return nil, fmt.Errorf("make directory for pgbouncer: %w", err)
	}
	port, err := holdPort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	b := &PgBouncer{port: port, server: behind}
	b.Process = Process{
		name: "pgbouncer", dir: dir, ports: []*heldPort{port},
		stop: syscall.SIGINT, abandon: syscall.SIGKILL, ready: b.answers,
		command: func() *exec.Cmd { return identity.take(exec.Command(bin, filepath.Join(dir, "pgbouncer.ini"))) },
	}
	if err := errors.Join(b.configure(), identity.own(dir)); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *PgBouncer) configure() error {
	user := b.server.User.Username()
	config := fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = trust
auth_file = %s/users
pool_mode = transaction
default_pool_size = %d
max_client_conn = 1000
server_tls_sslmode = disable
`, b.server.Hostname(), b.server.Port(), b.port.number, b.dir, PgBouncerConnections)
	return errors.Join(
		os.WriteFile(filepath.Join(b.dir, "users"), fmt.Appendf(nil, "%q \"\"\n", user), 0o644),
		os.WriteFile(filepath.Join(b.dir, "pgbouncer.ini"), []byte(config), 0o644),
	)
}

// Through is the URL of the same database by way of PgBouncer.
func (b *PgBouncer) Through(direct string) (string, error) {
	u, err := url.Parse(direct)
	if err != nil {
		return "", fmt.Errorf("read URL of a database: %w", err)
	}
	u.Host = b.port.address()
	return u.String(), nil
}

func (b *PgBouncer) answers(ctx context.Context) error {
	through, err := b.Through(b.server.String())
	if err != nil {
		return err
	}
	config, err := pgx.ParseConfig(through)
	if err != nil {
		return err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "SELECT 1")
	return errors.Join(err, conn.Close(ctx))
}
