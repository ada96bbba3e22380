// Package picture knows how images look: their size, from the beginning of the file alone, and how they look small.
//
// What comes here was sent by anybody. A size is read without decoding, in memory that is given; an image is decoded only when its size is known and
// within bounds, a few at a time, bounded together by their pixels; whoever finds too many waiting is told to come later. Small images are made new of
// pixels, so nothing of a file but its picture reaches who looks at it: no place where it was taken, no thumbnail of before it was cut.
//
// The package starts no goroutine.
package picture
