//go:build race

package letter

import "time"

// slowest is the time a letter may take; the race detector costs some ten times.
const slowest = 10 * time.Second
