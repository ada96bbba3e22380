// Package migrate brings a database to the schema that this binary works with.
//
// Both dialects have the same migrations by number, and in them the same tables and columns; they differ in types alone:
//
//	what                     PostgreSQL        SQLite (STRICT tables)
//	chat.ID                  uuid              BLOB, 16 bytes
//	time                     timestamptz       INTEGER, microseconds since 1970, UTC
//	time.Duration            bigint            INTEGER, microseconds
//	[32]byte                 bytea             BLOB
//	bool                     boolean           INTEGER, 0 or 1
//	chat.Position, numbers   bigint, integer   INTEGER
//	text, names of kinds     text              TEXT
//	[]chat.ID                text              TEXT, a JSON array of ids, [] when empty
//
// A zero ID, time or [32]byte is NULL; text is never NULL. Whatever compares without case was folded in Go
// (users.email_folded, user_words), because the two databases fold differently.
//
// Migrations expand first and contract a release later. schema_info.min_compatible is the oldest schema number
// a binary must know to work with the database; a migration that contracts raises it.
package migrate
