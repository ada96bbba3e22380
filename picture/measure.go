package picture

import (
	"bytes"
	"encoding/binary"
)

// mostPixels is the largest image that is shown: more than cameras make, and some 200 MB at worst while it is decoded.
const mostPixels = 25_000_000

// Measure gives the size of a JPEG, PNG, GIF or WebP in pixels as it is looked at, by the beginning of its file. Zero: it is none of them, damaged, too
// large to be shown, or does not say its size so early.
func Measure(head []byte) (width, height int) {
	for _, read := range []func([]byte) (int, int){pngSize, gifSize, webpSize} {
		if w, h := read(head); w > 0 && h > 0 {
			return bounded(w, h)
		}
	}
	w, h, turned := jpegSize(head)
	if turned >= 5 { // lies on its side
		w, h = h, w
	}
	return bounded(w, h)
}

func bounded(w, h int) (int, int) {
	if w < 1 || h < 1 || w > 1<<16 || h > 1<<16 || w*h > mostPixels {
		return 0, 0
	}
	return w, h
}

// pngSize: PNG, section 11.2.2 (IHDR comes first).
func pngSize(head []byte) (w, h int) {
	if len(head) < 24 || !bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")) || string(head[12:16]) != "IHDR" {
		return 0, 0
	}
	return int(binary.BigEndian.Uint32(head[16:])), int(binary.BigEndian.Uint32(head[20:]))
}

// gifSize: GIF89a, section 18 (logical screen descriptor).
func gifSize(head []byte) (w, h int) {
	if len(head) < 10 || string(head[:6]) != "GIF87a" && string(head[:6]) != "GIF89a" {
		return 0, 0
	}
	return int(binary.LittleEndian.Uint16(head[6:])), int(binary.LittleEndian.Uint16(head[8:]))
}

// webpSize: RFC 9649, section 2.
func webpSize(head []byte) (w, h int) {
	if len(head) < 30 || string(head[:4]) != "RIFF" || string(head[8:12]) != "WEBP" {
		return 0, 0
	}
	switch string(head[12:16]) {
	case "VP8X":
		return uint24(head[24:]) + 1, uint24(head[27:]) + 1
	case "VP8L":
		bits := binary.LittleEndian.Uint32(head[21:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1
	case "VP8 ":
		return int(binary.LittleEndian.Uint16(head[26:]) & 0x3fff), int(binary.LittleEndian.Uint16(head[28:]) & 0x3fff)
	}
	return 0, 0
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
