package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"postern/chat"
	"postern/store/query"
)

// SQLSTATEs (PostgreSQL, appendix A) that mean something to us.
const (
	uniqueViolation      = "23505"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014" // statement_timeout too
	readOnlyTransaction  = "25006" // a standby, after a failover
	characterNotInTable  = "22021" // invalid UTF-8, or NUL
	untranslatable       = "22P05"
	divisionByZero       = "22012" // see takeAttachments
)

// Classes of SQLSTATEs: the first two characters.
const (
	connectionException = "08"
	insufficientSpace   = "53" // disk, memory, connections
	operatorAction      = "57" // shutdowns
	systemError         = "58" // input and output
)

// refusal gives an error of the database the kind of refusal that it is, if it is one; the cause stays in the chain. nil stays nil.
func refusal(err error) error {
	switch {
	case err == nil || chat.KindOf(err) != 0:
		return err
	case errors.Is(err, context.Canceled):
		return err
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return ofServer(refused, err)
	}
	if away(err) {
		return query.Unavailable(err)
	}
	return err
}

// ofServer is the refusal for what the server said.
func ofServer(refused *pgconn.PgError, err error) error {
	switch refused.Code {
	case uniqueViolation:
		return query.Taken(refused.TableName).Because(err)
	case divisionByZero:
		return query.Taken("attachments").Because(err)
	case characterNotInTable, untranslatable:
		return query.Unkeepable().Because(err)
	case serializationFailure, deadlockDetected, lockNotAvailable, queryCanceled, readOnlyTransaction:
		return query.Unavailable(err)
	}
	switch refused.Code[:2] {
	case connectionException, insufficientSpace, operatorAction, systemError:
		return query.Unavailable(err)
	}
	return err
}

// away says that there was trouble with the connection rather than with what was sent.
func away(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return pgconn.Timeout(err) || pgconn.SafeToRetry(err) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, puddle.ErrClosedPool)
}

// transient says that the database gave up a transaction to let another one pass: the same may work at once.
func transient(err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (refused.Code == serializationFailure || refused.Code == deadlockDetected)
}

// refusedAlive says that the server refused a statement and went on: nothing that was sent with it, or behind it, was done. A server that
// goes away says so too, but by then it may have done all.
func refusedAlive(err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refused.SeverityUnlocalized == "ERROR"
}

// lost says that the connection is gone.
func lost(err error) bool {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refused.SeverityUnlocalized != "ERROR"
	}
	return away(err)
}

// tried wraps a refusal with what was tried. nil stays nil.
func tried(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, refusal(err))
}
