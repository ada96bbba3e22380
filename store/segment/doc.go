// Package segment is the form of a sealed piece of the search's index: which of some thousand entries hold a word, and where these entries are.
//
// A segment is made once and never changed. Its words, in the order of their bytes, are cut into blocks of some 2 kB. A word's entry in a block is
//
//	uvarint: bytes shared with the word before it in the block
//	uvarint: length of the rest, and the rest
//	uvarint: how many entries hold the word, and behind it either their ordinals, each as a uvarint of the distance to the one before,
//	         or, where every eighth entry holds it, a bitmap of all
//
// Ordinals go by age: 0 is the oldest entry of the segment. Its places are kept for [Together] entries at a time: the conversations they are of, and for each
// the conversation's number among these, the position, and the distance in time to the one before.
//
// The package does no I/O and knows of no database. What it reads came from one, and is checked all the same: whatever the bytes, it gives an error or an
// answer.
package segment
