// Package auth finds out who wrote a letter, as far as a mail server can (F34): SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) with
// alignment, asked of DNS here; or what a configured relay says in its Authentication-Results (RFC 8601).
//
// Nothing here decides on a letter: [Findings] say what was found, and [Findings.Standing] what it amounts to for whoever binds the
// sender. Alignment compares organisational domains by the public suffix list that is compiled in.
//
// Everything that comes from outside is bounded: signatures, records, the questions of one letter (RFC 7208, section 4.6.4), and the header, by
// whoever read the letter. The package holds no state and starts no goroutine that outlives a call.
package auth
