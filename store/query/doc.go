// Package query is the cold path of the store, written once for both databases: [Reader] is chat.Reader, and
// [Writer] adds the plain writes of chat.Tx. What it leaves to store/postgres and store/sqlite is connecting,
// errors, grouping, and the hot statements: loading and writing a chat.Group.
//
// It is SQL that PostgreSQL and SQLite both take: $1 parameters, RETURNING, ON CONFLICT, row values. What differs is in
// a [Dialect]. Every column is named, every order is explicit, every page is a keyset.
//
// What it counts on in the schema of store/migrate, the same in both: what is not there (an id, a time, a hash) is NULL where a
// column may be empty; text is empty and never NULL; a list of ids within a row is JSON text; the
// words that people are found by are rows of user_words (office_id, word, user_id), folded here in Go by [Words],
// compared by code point (COLLATE "C").
//
// The package starts no goroutine and holds no lock. A [Reader] is as long-lived as the transaction it reads in.
package query
