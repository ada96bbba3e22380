// Package richtext says what formatted text may contain (F10).
//
// Every door (browser, API, letter, signature, template) brings HTML through
// one piece, [Sanitizer.Sanitize], and stores what comes out: canonical HTML
// and the same content as plain text.
//
// # What is allowed
//
//	blocks   p h1 h2 h3 ul ol li blockquote pre
//	inline   strong em u s code br a[href] span[data-mention]
//
// A link goes to http, https or mailto, never carries a user name or password,
// and always has rel="noopener noreferrer nofollow". A mention is
// <span data-mention="UUID">@Name</span>; whether that user may be mentioned is
// for the domain to say. There are no images, styles, classes, ids or event
// handlers, and nothing that makes a browser ask another server for anything.
// What has a close relative is translated (b to strong, h5 to h3, div to a line
// of its own, a table's cells to text with bars); of anything else the text
// stays, but for what is not meant to be read: script, style, title, form
// controls, svg, frames.
//
// # Canonical form
//
// Tokens of any HTML are read into a small document (blocks of lines of runs)
// that cannot express anything outside the list above, and the output is
// written from that document alone. The written form then passes the same list
// once more as a bluemonday policy: two independent gates, so that a fault in
// one of them is not a hole. Sanitising what was sanitised changes nothing;
// equal documents are equal bytes. Input is never built into a tree by a
// parser, so it cannot be deep, slow or misnested: reading takes one pass.
//
// # Limits
//
// Input and both outputs are at most [MaxBytes]; past that [ErrTooLarge].
// Lists and quotes nest at most 16 deep; what is deeper is shown at that depth.
// Bytes that are no UTF-8, NUL and other control characters come out as U+FFFD,
// so every database stores the same text.
//
// # Text direction
//
// Bidirectional marks and overrides (U+202A to U+202E, U+2066 to U+2069) are
// kept: Hebrew, Arabic and Persian writers use them. They reach as far as their
// paragraph, so whoever shows names, titles or an [Excerpt] beside other text
// isolates it (<bdi>, dir="auto").
package richtext
