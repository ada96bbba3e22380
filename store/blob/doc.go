// Package blob keeps the bytes of attachments and letters: content-addressed per
// office, streamed, never whole in memory.
//
// A content's name is its SHA-256. It is a fact of this package, the database and no
// one else: a hash never leaves the server, for it would let an outsider ask whether
// some known file is stored. The same content in two offices is two contents.
//
// # References
//
// Which attachments use a content is counted by rows in the database, not here. Bytes
// and rows cannot change in one transaction, so their order carries the safety:
//
//   - Bytes before rows: Put returns when the content would survive a crash; only then
//     is a row written that names it. A crash between leaves a content without rows,
//     which costs room and nothing else.
//   - Rows before bytes: a content is deleted after its last row is gone, and only if
//     nobody has put it again since. Put renews a content's time even when the same
//     bytes are there; Delete takes a time and spares what was put at or after it.
//
// Two rules for callers follow. Whoever puts writes the row within Grace; whoever
// deletes passes a time at least Grace before it found no rows. Then a put that finds
// the same content about to be deleted is safe without a lock across disk and
// database. A row copied from another (a file sent on) must lock that other row, so
// that the count cannot be zero in between.
//
// A reader that has a content open keeps it to the end, deleted or not, on disk. On S3 it keeps it for as long as there is one.
//
// The package starts no goroutines but those of net/http for the connections to S3, which end when they have been
// idle for a while, or with Close.
package blob
