package sqlite

import (
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"postern/store/query"
)

// refusal gives chat's refusal for an error of the driver, where there is one.
func refusal(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return query.Taken(tableOf(e.Error())).Because(err)
	}
	switch e.Code() & 0xff { // the primary code
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM:
		return query.Unavailable(err)
	}
	return err
}

// tableOf reads the table from "UNIQUE constraint failed: users.office_id, users.email_folded": SQLite tells it nowhere else.
func tableOf(message string) string {
	_, columns, _ := strings.Cut(message, "UNIQUE constraint failed: ")
	table, _, _ := strings.Cut(columns, ".")
	return table
}
