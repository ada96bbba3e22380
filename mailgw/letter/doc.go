// Package letter reads an email received: from its bytes to its facts, bodies and
// attachments, the class it belongs to, and what is to become of it.
//
// [Read] never fails and never panics. What a sender got wrong is repaired and
// noted, what cannot be repaired is kept as it is, and what passes a limit ends the
// reading and is listed in [Letter.Exceeded]. The bytes themselves stay with the
// caller: nothing here is the only copy of anything.
//
// The MIME structure is found in one pass over the lines, with a stack of open
// boundaries: time is linear in the size of the letter whatever the nesting, and
// parts are slices of the letter, not copies. (Readers stacked in readers, as
// mime/multipart and go-message have them, hand every byte through every level and
// stop at the first defect; go-message stands beside this package in its tests,
// where both must agree on what is well formed.)
//
// Every MIME leaf is body, inline or attachment. message/rfc822 is a leaf: a letter
// inside a letter is an attachment, and its parts never become this letter's text.
//
// [Classify] says what kind of letter it is, in an order in which a delivery report
// comes before an auto-reply; [Judge] turns class, limits and sender into a [Fate].
//
// The package holds no state and starts no goroutine. A Letter is read-only after
// Read and refers to the bytes it was read from.
package letter
