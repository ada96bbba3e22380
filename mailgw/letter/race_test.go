//go:build race

package letter

import "time"

// slowest is the CPU time a letter may take; the race detector costs some ten times. What grows with the square takes minutes.
const slowest = time.Minute
