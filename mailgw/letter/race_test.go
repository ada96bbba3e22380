//go:build race

package letter

import "time"

// slowest is the time a letter may take; the race detector costs some ten times, and
// the tests beside it as much again. What grows with the square takes minutes.
const slowest = time.Minute
