package mailgw

import "sync/atomic"

// maxLine bounds a line of a letter, in bytes with its end. RFC 5321, section 4.5.3.1.6 has 1,000; programs that put a paragraph on a line send more.
const maxLine = 64 << 10

// arrival is a letter as it comes, under its limits. Once it is refused the rest of it is read and forgotten, so that the answer is heard.
type arrival struct {
	server  *Server
	raw     []byte // what it has taken of the memory is its capacity
	last    byte
	line    int  // bytes since the last line end
	fresh   bool // the next byte begins a line
	refused *response
}

// watch sees the bytes as they came over the wire.
func (a *arrival) watch(p []byte) {
	for _, c := range p {
		if (c == '\n') != (a.last == '\r') {
			a.refuse(errBareLine)
		}
		a.fresh = c == '\n' && a.last == '\r'
		a.last = c
		if a.line++; a.line > maxLine {
			a.refuse(errLongLine)
		}
		if c == '\n' {
			a.line = 0
		}
	}
}

// keep adds bytes to the letter.
func (a *arrival) keep(p []byte) {
	if a.refused != nil {
		return
	}
	if int64(len(a.raw)+len(p)) > a.server.MaxLetter {
		a.refuse(errTooLarge)
		return
	}
	for len(a.raw)+len(p) > cap(a.raw) {
		if !a.grow() {
			a.refuse(errMemory)
			return
		}
	}
	a.raw = append(a.raw, p...)
}

// grow makes more room: twofold, with the memory taken before.
func (a *arrival) grow() bool {
	bigger := min(max(2*cap(a.raw), 16<<10), int(a.server.MaxLetter)+1)
	if !a.server.memory.take(int64(bigger)) {
		return false
	}
	grown := append(make([]byte, 0, bigger), a.raw...)
	a.server.memory.give(int64(cap(a.raw)))
	a.raw = grown
	return true
}

// refuse gives the first reason why the letter is not taken. Line ends that one server takes for the end of a letter and another does not (SMTP
// smuggling) come before every other.
func (a *arrival) refuse(r *response) {
	if a.refused == nil || r == errBareLine {
		a.refused = r
	}
	a.free()
}

// free gives the memory back.
func (a *arrival) free() {
	a.server.memory.give(int64(cap(a.raw)))
	a.raw = nil
}

// whole says that the end has come.
func (a *arrival) whole() {
	if a.last == '\r' {
		a.refuse(errBareLine)
	}
}

// memory counts the bytes of all letters being taken.
type memory struct {
	most int64
	used atomic.Int64
}

func (m *memory) take(n int64) bool {
	if m.used.Add(n) <= m.most {
		return true
	}
	m.used.Add(-n)
	return false
}

func (m *memory) give(n int64) { m.used.Add(-n) }
