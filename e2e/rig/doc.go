// Package rig starts real servers for tests, load runs and chaos runs: PostgreSQL, PgBouncer,
// Redis alone, with Sentinels and as a cluster, S3, HAProxy and nodes of Postern, each private, on loopback, in a temporary directory of its own.
//
// The context given to a Start function bounds the start alone; a server lives until its Close.
// Every server is a child of one goroutine that waits for it on a thread of its own, because the
// kernel ends the child (PR_SET_PDEATHSIG) when the thread that made it ends: no server outlives
// the program that started it, however that program dies.
//
// Nothing here knows package testing: failures are returned, with the end of the server's log.
// Linux only.
package rig
