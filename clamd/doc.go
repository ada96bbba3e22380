// Package clamd asks a ClamAV daemon whether contents hold a virus, over a unix socket or TCP: a connection for each question, in the form of commands that end
// in NUL (clamd(8), "COMMANDS").
//
// A content goes there in chunks (INSTREAM), never whole in memory; every step has a deadline; no more contents at a time than a daemon takes by default.
// An answer that is not understood is an error, never a clean file. What the daemon does not look at in full (its MaxFileSize, MaxScanSize,
// StreamMaxLength) is for its own configuration to refuse: docs/operating.md says how.
//
// The package starts no goroutine.
package clamd
