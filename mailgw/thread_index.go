package mailgw

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// filetimeEpoch is the Unix time of FILETIME's first tick, of 100 ns each, in such ticks.
const filetimeEpoch = 116_444_736_000_000_000

func filetime(t time.Time) uint64 { return uint64(t.UnixMilli()*10_000 + filetimeEpoch) }

// threadIndex is what Outlook puts mails of one thread together by, where it goes by no References (MS-OXOMSG, section 2.2.1.3): when the first mail was made, a number
// made of its Message-ID, and for a later mail the time between. Nothing in it is of what mails say, nor how many there are.
func threadIndex(first string, began, at time.Time, later bool) string {
	start := filetime(began)
	index := binary.BigEndian.AppendUint64(nil, start)[:6] // to 6.5 ms
	index[0] = 1
	number := sha256.Sum256([]byte("thread " + first))
	index = append(index, number[:16]...)
	if !later {
		return base64.StdEncoding.EncodeToString(index)
	}
	passed := max(filetime(at), start) - start
	delta := uint32(passed >> 18)
	if passed>>49 != 0 { // more than 1.7 years are told in larger steps
		delta = 1<<31 | uint32(passed>>23)&(1<<31-1)
	}
	index = binary.BigEndian.AppendUint32(index, delta)
	return base64.StdEncoding.EncodeToString(append(index, number[16]))
}
