package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/migrate"
	"postern/store/query"
)

// Store is chat.Store in one file.
type Store struct {
	writer  *writer
	readers *readers
	shelf   *query.Shelf
	open    *os.File // holds the lock that keeps a restore out
	closing sync.Once
}

var _ chat.Store = (*Store)(nil)

// Open opens the database in the file, makes it if there is none, and brings its schema up to date. The
// caller closes the store.
func Open(ctx context.Context, path string, log zerolog.Logger) (*Store, error) {
	open, err := hold(path, syscall.LOCK_SH)
	if err != nil {
		return nil, err
	}
	c, err := openWriter(ctx, path)
	if err != nil {
		return nil, errors.Join(err, open.Close())
	}
	return &Store{writer: startWriter(c, log), readers: newReaders(path), shelf: query.NewShelf(), open: open}, nil
}

func openWriter(ctx context.Context, path string) (*conn, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	if err := migrate.SQLite(ctx, path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return connect(ctx, path, true)
}

// private makes the file if there is none, for nobody else to read. SQLite gives its companions the same rights.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	return file.Close()
}

// Close takes no more work, finishes what is queued, and waits for readers to come back.
func (s *Store) Close() (err error) {
	s.closing.Do(func() { err = errors.Join(s.writer.close(), s.readers.close(), s.open.Close()) })
	return err
}

// Decide is chat.Store's.
func (s *Store) Decide(ctx context.Context, d chat.Decision) ([]chat.Told, error) {
	return s.writer.do(ctx, &job{decision: &d})
}

// Update is chat.Store's.
func (s *Store) Update(ctx context.Context, do func(chat.Tx) error) ([]chat.Told, error) {
	return s.writer.do(ctx, &job{update: do})
}

// Queued is the number of decisions and updates that wait for the writer.
func (s *Store) Queued() int { return len(s.writer.queue) }

// View is chat.Store's.
func (s *Store) View(ctx context.Context, do func(chat.Reader) error) error {
	c, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	defer s.readers.put(c)
	return c.transact(beginRead, func() (bool, error) {
		return false, do(query.NewReader(c, query.SQLite()).Keeping(s.shelf))
	})
}

// Ask is chat.Store's.
func (s *Store) Ask(ctx context.Context, ask func(chat.Reader) error) error {
	c, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	defer s.readers.put(c)
	return ask(query.NewReader(c, query.SQLite()))
}

// Heads is chat.Store's.
func (s *Store) Heads(ctx context.Context, users []chat.ID) (map[chat.ID]chat.Place, error) {
	c, err := s.readers.take(ctx)
	if err != nil {
		return nil, err
	}
	defer s.readers.put(c)
	return query.NewReader(c, query.SQLite()).Heads(ctx, users)
}

// Ping is chat.Store's: it commits a write.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.writer.do(ctx, &job{ping: true})
	return err
}
