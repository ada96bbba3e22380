//go:build !race

package letter

import "time"

// slowest is the CPU time a letter may take.
const slowest = time.Second
