// Package archive writes all that Postern remembers, database and files, as one stream, and fills an empty Postern from it. A backup of
// either database restores into the other.
//
// # The format
//
// A backup is a tar (POSIX.1-2001, pax) of these entries, in this order:
//
//	postern.json               [Head]: format, schema, when it was taken, the columns of each table
//	tables/NAME/000001.jsonl   rows of a table, one JSON array a line, in the order of its columns; parts of about 4 MiB
//	files/OFFICE/HASH          a file of the record: its office's id and its SHA-256, in hex, ascending
//	manifest.json              [Manifest]: how many rows, their hashes, how many files. It is last: without it a backup is not whole
//
// Values are what the SQLite schema holds (package migrate has the table of types): NULL is null, a number is a number, text is a
// string, and bytes (ids and hashes among them) are base64. Times are microseconds since 1970, UTC.
//
// # What is in it
//
// The tables are one snapshot of the database. The files are copied after it, and are those that it names: a file of the record is
// never removed, so they are there. What is not in it: the streams of events, because a restore gives every stream a new epoch and
// clients reload; uploads that were not sent; the secrets of nodes, which are not in the database.
//
// # What a restore promises
//
// All tables are filled in one transaction, which is committed after every count, hash and link of the record was verified: a
// restore that fails or is killed has changed nothing in the database. Files come before that commit (bytes before rows).
//
// The package starts no goroutines. One row and one part of a file are in memory at a time.
package archive
