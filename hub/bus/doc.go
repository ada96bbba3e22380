// Package bus carries news between the nodes of a deployment: that something was
// committed, and what the hub needs to show it.
//
// # What is promised, and what is not
//
// Delivery is best effort, at most once for each subscribed node, the publishing
// node included. The event log in the database is the truth (docs/architecture.md,
// decision 3); news may be lost at any time, and the hub repairs that by comparing
// heads. What the bus adds is word of it: whenever news on a channel may have been
// missed, Handler.Gap names the channel. That is the case
//
//   - when a channel's subscription comes into force, the first time or again: from
//     now on news arrives, what was published before may be missing;
//   - when this node was too slow and its inbox had to drop.
//
// A publication dropped on its way out is known to its publisher only (ErrFull, or
// Stats.Dropped); no Gap tells of it.
//
// Messages of one channel reach the handler in the order in which they were
// published, on every node the same. The handler is called by one goroutine, never
// twice at once.
//
// # Goroutines
//
// Run owns all of them and returns when they have ended.
//
// Memory: one, which hands the inbox to the handler.
//
// Redis: four, and one more while a context is being cancelled.
//
//   - deliver hands the inbox to the handler;
//   - flush takes what Publish queued and sends it, up to 256 publications in one
//     pipeline, on one connection at a time, so order is kept;
//   - listen keeps a session: it connects, reads until the connection fails, waits
//     (20 ms doubling to 500 ms, with jitter) and connects anew;
//   - within a session, write sends SUBSCRIBE, UNSUBSCRIBE and, each half second, PING.
//     A second of silence after a PING ends the session, so a server that is paused
//     or cut off is noticed within two seconds.
//
// go-redis also keeps a goroutine of its own that dials once a second while the
// server is unreachable; it ends within two seconds of Run's return.
//
// The reader never waits for the handler, so answers to PING are always read; the
// inbox between them is what may overflow. The subscription is read without a read
// deadline, since a deadline that strikes within a frame would leave the stream torn.
//
// # Bounds
//
//	outbox: 8,192 publications or 16 MiB, whichever comes first; past it ErrFull
//	inbox:  8,192 messages or 16 MiB; past it the message is dropped and Gap follows
//	each queue may be held twice over: once filling, once being worked off
//	a dial, a write or an answer: 500 ms each
//
// No lock is held while the handler runs or while anything is read or written.
package bus
