package letter

import (
	"bytes"
	"strings"
)

// uuDecoder decodes the lines between "begin" and "end".
type uuDecoder struct {
	src    []byte
	line   []byte // decoded, not yet read
	broken bool
}

func (d *uuDecoder) damaged() bool { return d.broken }

func (d *uuDecoder) Read(p []byte) (int, error) {
	for len(d.line) == 0 {
		if len(d.src) == 0 {
			return 0, eof(0)
		}
		text, next := cutLine(d.src, 0)
		d.src = d.src[next:]
		var ok bool
		d.line, ok = uuLine(text)
		d.broken = d.broken || !ok
	}
	n := copy(p, d.line)
	d.line = d.line[n:]
	return n, nil
}

// uuLine decodes one line: a character for the length, then four for each three
// bytes. Bytes that no character stands for are missing, not zero: else two
// characters could claim to be sixty bytes.
func uuLine(text []byte) (decoded []byte, ok bool) {
	if len(text) == 0 {
		return nil, true
	}
	length := int(text[0]-' ') & 0x3f
	text = text[1:]
	decoded = make([]byte, 0, length+2)
	for i := 0; len(decoded) < length && i < len(text); i += 4 {
		var v [4]byte
		for j := range v {
			if i+j < len(text) {
				v[j] = (text[i+j] - ' ') & 0x3f
			}
		}
		decoded = append(decoded, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
	}
	decoded = decoded[:min(len(decoded), length, len(text)*6/8)]
	return decoded, len(decoded) == length
}

// uuBlock returns the lines between "begin" and "end" of a part that is declared to
// be uuencoded; either may be missing.
func uuBlock(b []byte) []byte {
	start, end := 0, len(b)
	for pos := 0; pos < len(b); {
		line, next := cutLine(b, pos)
		if _, ok := uuBegin(line); ok && start == 0 {
			start = next
		}
		if string(bytes.TrimRight(line, " ")) == "end" {
			end = pos
			break
		}
		pos = next
	}
	return b[min(start, end):end]
}

// uuFile is a uuencoded file within text; the positions are of the lines from
// "begin" to "end" and of the data between them.
type uuFile struct {
	name                      string
	start, data, dataEnd, end int
}

// uuBlocks finds at most limit uuencoded files in text. "begin" is a common word:
// only "begin 644 name", followed by a line whose length fits its first character,
// opens a block.
func uuBlocks(text []byte, limit int) []uuFile {
	var files []uuFile
	for pos := 0; pos < len(text) && len(files) < limit; {
		line, next := cutLine(text, pos)
		name, ok := uuBegin(line)
		if !ok {
			at := bytes.Index(text[pos:], []byte("\nbegin "))
			if at < 0 {
				break
			}
			pos += at + 1
			continue
		}
		f := uuFile{name: name, start: pos, data: next, dataEnd: next, end: next}
		if !f.scan(text) {
			pos = next
			continue
		}
		files = append(files, f)
		pos = f.end
	}
	return files
}

// scan finds the end of the data; false when there is none to speak of. A block cut
// short ends where its lines stop making sense.
func (f *uuFile) scan(text []byte) bool {
	for pos := f.data; pos < len(text); {
		line, next := cutLine(text, pos)
		if string(bytes.TrimRight(line, " ")) == "end" {
			f.dataEnd, f.end = pos, next
			return pos > f.data
		}
		if !uuPlausible(line) {
			break
		}
		pos = next
		f.dataEnd, f.end = pos, pos
	}
	return f.dataEnd > f.data
}

// uuPlausible: the data is as long as the first character says, but for spaces lost
// and a checksum added.
func uuPlausible(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	if line[0] < ' ' || line[0] > '`' {
		return false
	}
	want := (int(line[0]-' ')&0x3f + 2) / 3 * 4
	have := len(line) - 1
	return have <= want+2 && (have >= want-3 || want == 0)
}

func uuBegin(line []byte) (name string, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("begin "))
	if !ok {
		return "", false
	}
	mode, file, ok := strings.Cut(string(rest[:min(len(rest), 512)]), " ")
	if !ok || len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	file = strings.TrimSpace(file)
	return file, file != ""
}
