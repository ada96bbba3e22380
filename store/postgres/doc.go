// Package postgres is chat.Store on PostgreSQL.
//
// # Decisions
//
// Decisions wait in one queue for a few workers. A worker is a goroutine with
// a connection of its own, to which nothing else is sent. It takes whatever decisions wait, at most 64, without
// waiting for more, and runs them in one transaction of two round trips: BEGIN, locks and loads; all writes and COMMIT. Any error rolls that
// back, and each decision is run alone. A second and a third group run beside the first only when that does not keep up, and two of them are never about the
// same conversation ([queue]). A caller whose context ends takes back a decision that still waits; one that a
// worker has taken is run to its end, under the worker's own deadline, and the caller is told how it went.
//
// When the answer to a COMMIT is lost, a decision that can be told apart when it comes again (an idempotency key, a letter's hash) is
// run again, on a new connection; any other one is answered Unavailable. A worker without a connection answers Unavailable, and tries
// to connect at growing intervals.
//
// # What locks what
//
// Locks are taken in one order: conversations by id, then streams by user id, FOR NO KEY UPDATE. The lock of a conversation stands for its
// participants, spans, messages and receipts, which nobody writes without it: they need no locks of their own. Each lock is a statement of its
// own, before everything that is read under it: in READ COMMITTED a statement sees what was committed before it
// began, so what is read in the statement that waits for the lock is from before the wait. The key of a decision is looked up
// under its actor's stream lock, so the same key twice meets itself, on whatever node.
//
// [Store.Update] takes the same locks in the same order, by Load, on a connection of the pool.
//
// # Plans
//
// A prepared statement's generic plan may have been made when the tables were empty, and then it may read them whole, or everything an
// office has, until they are analysed. So what is asked for leaves no choice, even when an office seems to have a row or two: people are joined by
// their id, and lists of keys are looked up one by one ([query.Dialect], Each). All we ask are look-ups and stretches of an index: no connection
// considers anything else ([parameters]). What the pool runs is planned a few times as the tables are, and then once for all where PostgreSQL
// finds that as good: to plan a look-up takes longer than to run it. The workers' few statements are
// planned once, and are written so that every plan is good: they join by whole keys, whose values come from unnest(), to tables on which no other
// index begins as the key does; or by a unique id, with the office in a condition that no index serves. An index that is there for one question has a
// condition, or an expression, that no other question has; and what is claimed has an index of its whole order, for a thousand may be due at the same
// moment, and all would be sorted for the first. Tests read the plans made on empty tables,
// and count the pages that they touch on full ones, which nobody has analysed.
//
// # Goroutines
//
// [Open] starts the workers, and the pool's own goroutines; [Store.Close] stops them and waits. Nothing is shared between workers but the
// queue, which is bounded: whoever finds it full waits, as long as their context lets them.
package postgres
