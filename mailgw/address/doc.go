// Package address makes and checks the mail addresses that Postern invents, and
// compares the ones it is given.
//
// Two kinds of address are invented. A reply address brings a participant's
// answer back into the conversation; a return path is the envelope sender of one
// mail, where delivery reports and auto-replies go. Both local parts are base32
// of public fields and a truncated HMAC-SHA256, so that the gateway can refuse a
// guessed address before it asks the database anything else:
//
//	reply        34 characters            reply id 64 bit, generation 16, key id 8, MAC 80
//	return path  "b-" and 44 characters   mail id 128 bit, key id 8, MAC 80
//
// A '-' never occurs in base32, so neither kind can be read as the other, and each
// MAC covers a label of its own. The MAC also covers the office: an address moved
// to another office's domain does not verify.
//
// Some servers fold the case of local parts, so only lower case is written and any
// case is read. Every other deviation (a bit, a length, left-over bits of the last
// character) is refused: one address has one spelling but for case.
//
// The package holds no state, starts nothing, and is safe for concurrent use.
package address
