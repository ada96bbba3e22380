// Package hub tells who is looking, now: it holds a node's live connections (docs/protocol.md) and shows each of them its
// user's stream of events, every number once and in order, from wherever the client left off.
//
// The log is the truth; what comes by the bus, or from this node's own commits, is news of it. News may be lost, doubled or
// reordered, and nothing here relies on it: it only makes the usual case fast.
//
// # How a connection gets its events
//
// [Hub.Serve] puts the connection with its user's stream first and asks for a greeting after: what is committed later is
// news that will be seen, what was before is in the greeting's snapshot. Then it gives the client stretches of the log, at the
// client's pace, until the connection stands where the stream stands, and joins.
//
// A stream (one a user, shared by all the user's connections) shows an event when its number is the next one. It holds
// back what is later, drops what was before, and asks the log when
//
//   - a gap lasts longer than 100 ms;
//   - the comparison of heads, each second and after every gap in the bus, finds it behind;
//   - news of another epoch arrives, or the database's head is below what was shown.
//
// Only an answer of the log changes the epoch or moves a stream back. Both are a reset; another epoch also ends the connections that were greeted in
// the one before.
//
// # Goroutines
//
// [Hub.Run] owns, and waits for: the bus's own; one writer a processor, for fan-outs to more than 64 users; 32 that
// fill; one that compares heads; one that pings. [Hub.Drain] waits for those of connections: each has one that reads
// its socket and runs its commands one after the other; one more while it starts and catches up (the HTTP handler's);
// one more while the socket takes less than it is sent.
//
// # Locks
//
// In this order: Hub.mu (who is connected), stream.mu (one user's place and connections), outbox.mu (one socket's way out). The
// bus, the database and a socket that would have to be waited for are never touched under any of them; the system calls made under
// outbox.mu and stream.mu are a write that returns at once and the closing of a socket, which must not come between.
//
// # Bounds
//
//	a connection: 1 MiB queued, but for a single larger frame; past it the reader is too slow and is closed (4002)
//	a peer's half message: 384 KiB, taken as it comes, not as it is announced; after 2 minutes it ends the connection
//	a node: 256 MiB queued; past it every blocked connection is too slow. The end of a frame that many wait with, a message's body, counts once
//	a blocked write without any progress: 10 s; a farewell: 5 s
//	a user: 20 connections (4003)
//	a stream: 256 events held back, 1 MiB of bodies; the rest is filled
//	commands: 384 KiB each, 20 a second and connection, 60 at once; a peer's pings spend the same tokens, and wait for them
//	connections: Options.MostSockets; not live yet: 4,000; past either 503
//	starting connections that ask the database: 256 at a time, 15 s each; then 4004
//	a publication: 1 MiB; larger ones go without bodies, which are then asked for
package hub
