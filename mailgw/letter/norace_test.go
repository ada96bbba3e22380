//go:build !race

package letter

import "time"

// slowest is the time a letter may take.
const slowest = time.Second
