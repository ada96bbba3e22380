// Package reply finds what a person wrote in a letter that also carries the mail
// it answers, a signature, a disclaimer (F31).
//
// # What is promised
//
// Nothing is lost: [Result].Parts, put together, are the whole body, in order
// and byte for byte (line ends become LF). Cutting only says of each part what
// it is. Doubt keeps: a quote that is shown is a small nuisance, a sentence
// that is folded away may never be read. If nothing would remain, the signature
// is shown again, and if that is nothing too, everything (Result.Whole).
//
// # How it is found
//
// A body is read into lines, from plain text or from HTML. A line knows how deep
// it is quoted ("> ", blockquote), and what the HTML of known mail programs
// says of it: in a quote, where quoting begins, in a signature. From there on
// text and HTML take the same way:
//
//  1. Where does quoting begin? In order of strength: our own marker (see
//     [MarkerLine]), structure of a known program, "Original Message" lines, a
//     block of From/Sent/To/Subject lines, an attribution ("On ... wrote:").
//     Words of some fifty languages are known; what every program writes alike
//     (a date, an address in angle brackets, a final colon) is enough in others.
//  2. How far does it reach? An attribution before quoted lines covers those
//     lines; before others it covers the rest, as Outlook and its kind mean it.
//  3. Which quotes stay? Those that the person set themselves (not introduced by
//     a program, with words after them, or announced by a colon), and in
//     interleaved answers all up to the last words of the person, with the
//     attribution, because "yes, and the second on Friday" says nothing without
//     the question. A quote with one answer below it and none inside is folded.
//     Who says "see my answers in red below" has written into a quote that has
//     no marks: then all of it stays.
//  4. What is signature? From the end upwards: "-- ", mobile programs' lines,
//     confidentiality notices, list footers, "-Name", a closing formula with a
//     name or two lines under it, a card with at least three lines of contact
//     data. Thanks are words, not a formula.
//
// A forwarded mail is what the person wanted to show: from its marker on all is
// kept.
//
// # HTML or text
//
// HTML is read when it has visible words: no quote markers are wrapped away in
// it, programs say where the quote is, and formatting stays. Text is read
// otherwise, and also when cutting the HTML would leave nothing or finds
// nothing while the text shows a quote.
//
// Where line ends count (<pre>, white-space: pre), HTML is cut at them too.
//
// What is known of languages and programs is held by TestBreadth: some 10,000 letters
// made of testdata/tongues, in the ways that programs write and wrap them. A program
// or language that is met for the first time goes in there first. TestStrangers cuts
// letters that were written, with what must be seen of them, before the rules were looked
// at: testdata/strangers.
//
// All of it takes linear time: each line is looked at a bounded number of times,
// long lines only for their quote marks.
package reply
