// Package sqlite is chat.Store in one SQLite file, for one node.
//
// # What the database decides, and what the process may assume
//
// The file is in WAL mode with synchronous=FULL: what a commit has said is on the disk. SQLite lets one connection write at a
// time; this process has one that writes, and others (another process, such as `postern office create`) wait for it, as it
// waits for them, busy_timeout long. A reader's transaction is one snapshot, and readers never wait.
//
// # Goroutines and who owns what
//
// [Open] starts one goroutine, the writer. It owns the writing connection and the transaction on it; nobody else
// touches them. [Store.Close] tells it to finish what is queued, and waits for it. It starts none of its own.
//
// Callers of Decide and Update put a job into the writer's queue, which is bounded: when it is full the answer is Unavailable. A
// caller whose context ends before the writer took the job leaves without it having happened. Once taken, the job is seen
// through, and the caller waits for its outcome: no context of a caller reaches the driver, because an interrupted statement
// rolls back everybody's work.
//
// The writer takes the decisions that wait (never waiting for company) into one transaction: one chat.Group is loaded
// for all, they decide one after the other, one set of writes, one commit. An update has a transaction of its
// own, between groups. After an error the transaction is rolled back, whether SQLite has done so already or not, and the decisions of the
// group run again one by one, so that each caller gets its own outcome; when the database itself is at
// fault (full, locked, read-only) all get Unavailable at once. A panic in a decision or update is its caller's error.
//
// The writer remembers the conversations, people and streams that its groups were about, as the last commit left them (known.go). What it
// remembers holds for as long as nobody else writes the file; it asks SQLite at the start of each group. So a decision must not
// change what it is shown: what it wants changed are its effects.
//
// Readers take a connection from a pool for as long as their View lasts, the one that came back last; when all are out they wait for one,
// or for their context.
//
// # What a message costs
//
// The writer is one core, and the limit. Each tree (a table or an index) that a statement touches costs it some microseconds, and each page
// that a group has changed two writes to the log; so an UPDATE names no indexed column that stays as it is, what is added is added in
// statements of up to 32 rows, and a badge is counted only where it may have changed. Events lie as they came, not by their streams: those of all
// who hear of a group's messages are on a few pages (store/query, chain.go). The log is folded into the file every 64 MB, by the commit that fills
// it. TestStatements counts.
//
// # Locks
//
// One mutex, held while a job is put into the queue and while the queue is closed, and one around the list of idle readers; neither across I/O. The driver starts a goroutine for
// a reader's statement when its context can end; it ends with the statement.
package sqlite
