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
// Redis: one, and three for each partition of the channels, of which a single server has one and a cluster
// sixteen, so that a server out of reach holds up nobody else's news; and one more while a context is being cancelled.
//
//   - deliver hands the inbox to the handler;
//   - flush takes what Publish queued and sends it, up to 256 publications in one
//     pipeline, on one connection at a time, so order is kept;
//   - listen keeps a session: it connects, reads until the connection fails, waits
//     (20 ms doubling to 500 ms, with jitter) and connects anew, in a cluster to whoever has the partition then;
//   - within a session, write subscribes and unsubscribes and, each half second, publishes
//     on a channel of the session's own. A second without its echo or anything else ends the session: so
//     a server that is paused or cut off is noticed within two seconds, and so is one that is no longer
//     where others publish.
//
// go-redis also keeps a goroutine of its own that dials once a second while the
// server is unreachable; it ends within two seconds of Run's return. So does the one that learns anew who serves
// what in a cluster. With Sentinels it keeps one more, which listens to one of them, until Run returns.
//
// The reader never waits for the handler, so the echo is always read; the
// inbox between them is what may overflow. The subscription is read without a read
// deadline, since a deadline that strikes within a frame would leave the stream torn.
//
// # Servers that change
//
// Sentinels are asked for the master at each dial. In a cluster, the server of a moved slot ends the subscription, one
// that is not the right one refuses it, and one that has died is not reached: each ends the session, and the cluster
// is asked anew who serves what. Nothing is sent twice to make up for it: publications of that moment are lost, and
// the comparison of heads finds what they would have told.
//
// # Bounds
//
//	outbox: 8,192 publications or 16 MiB (4 MiB for each partition of a cluster), whichever comes first; past it ErrFull
//	inbox:  8,192 messages or 16 MiB; past it the message is dropped and Gap follows
//	each queue may be held twice over: once filling, once being worked off
//	a dial, a write or an answer: 500 ms each
//	connections: RedisOptions.PoolSize to each server, and one for each partition
//
// No lock is held while the handler runs or while anything is read or written.
package bus
