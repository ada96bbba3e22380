package picture

import (
	"bytes"
	"encoding/binary"
)

const (
	mostPixels = 25_000_000  // of the largest image that is shown: more than cameras make
	mostBytes  = 300_000_000 // that one takes while it is decoded here; only JPEG and PNG are
)

// measured is what the beginning of a file says.
type measured struct {
	width, height int // as it is stored
	turned        int // as Exif says
	bytes         int // that decoding takes; 0: it is not decoded here
}

// Measure gives the size of a JPEG, PNG, GIF or WebP in pixels as it is looked at, by the beginning of its file. Zero: it is none of them, damaged, too
// large to be shown, or does not say its size so early.
func Measure(head []byte) (width, height int) {
	m := measure(head)
	if m.turned >= 5 { // lies on its side
		return m.height, m.width
	}
	return m.width, m.height
}

// measure is zero for what is not shown.
func measure(head []byte) measured {
	for _, read := range []func([]byte) measured{pngSize, gifSize, webpSize, jpegSize} {
		if m := read(head); m.width > 0 && m.height > 0 {
			if m.width > 1<<16 || m.height > 1<<16 || m.width*m.height > mostPixels || m.bytes > mostBytes {
				return measured{}
			}
			return m
		}
	}
	return measured{}
}

// pngSize: PNG, section 11.2.2 (IHDR comes first). Go decodes to at most 8 bytes a pixel where samples have 16 bits, and to 4 elsewhere; interlaced, the
// last pass is half of the pixels again.
func pngSize(head []byte) (m measured) {
	if len(head) < 29 || !bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")) || string(head[12:16]) != "IHDR" {
		return m
	}
	m.width, m.height = int(binary.BigEndian.Uint32(head[16:])), int(binary.BigEndian.Uint32(head[20:]))
	if m.width > 1<<16 || m.height > 1<<16 {
		return measured{}
	}
	m.bytes = m.width * m.height * 4
	if head[24] == 16 {
		m.bytes *= 2
	}
	if head[28] != 0 {
		m.bytes += m.bytes / 2
	}
	return m
}

// gifSize: GIF89a, section 18 (logical screen descriptor).
func gifSize(head []byte) (m measured) {
	if len(head) < 10 || string(head[:6]) != "GIF87a" && string(head[:6]) != "GIF89a" {
		return m
	}
	m.width, m.height = int(binary.LittleEndian.Uint16(head[6:])), int(binary.LittleEndian.Uint16(head[8:]))
	return m
}

// webpSize: RFC 9649, section 2.
func webpSize(head []byte) (m measured) {
	if len(head) < 30 || string(head[:4]) != "RIFF" || string(head[8:12]) != "WEBP" {
		return m
	}
	switch string(head[12:16]) {
	case "VP8X":
		m.width, m.height = uint24(head[24:])+1, uint24(head[27:])+1
	case "VP8L":
		bits := binary.LittleEndian.Uint32(head[21:])
		m.width, m.height = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
	case "VP8 ":
		m.width, m.height = int(binary.LittleEndian.Uint16(head[26:])&0x3fff), int(binary.LittleEndian.Uint16(head[28:])&0x3fff)
	}
	return m
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
