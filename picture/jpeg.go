package picture

import (
	"bytes"
	"encoding/binary"
)

// jpegSize walks a JPEG's segments (ITU T.81, section B.1) up to the one that has its size, and notes how the camera was held on the way.
func jpegSize(head []byte) (w, h, turned int) {
	if !bytes.HasPrefix(head, []byte{0xff, 0xd8}) {
		return 0, 0, 0
	}
	for rest := head[2:]; ; {
		marker, body, next := segment(rest)
		switch {
		case next == nil:
			return 0, 0, 0
		case marker == 0xe1 && turned == 0:
			turned = orientation(body)
		case startOfFrame(marker):
			if len(body) < 5 {
				return 0, 0, 0
			}
			return int(binary.BigEndian.Uint16(body[3:])), int(binary.BigEndian.Uint16(body[1:])), turned
		}
		rest = next
	}
}

// segment takes one marker and what belongs to it; next is nil where there is none, or the picture itself begins.
func segment(b []byte) (marker byte, body, next []byte) {
	for len(b) > 1 && b[0] == 0xff && b[1] == 0xff {
		b = b[1:] // any marker may be preceded by these
	}
	if len(b) < 4 || b[0] != 0xff || b[1] == 0xda || b[1] == 0xd9 {
		return 0, nil, nil
	}
	size := int(binary.BigEndian.Uint16(b[2:]))
	if size < 2 || 2+size > len(b) {
		return 0, nil, nil
	}
	return b[1], b[4 : 2+size], b[2+size:]
}

// startOfFrame leaves out DHT, JPG and DAC, which are among them (ITU T.81, table B.1).
func startOfFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// orientation is 1 to 8 as Exif 2.32, section 4.6.4 A, has it; 0: not said.
func orientation(body []byte) int {
	tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	fields := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(fields) < 12 {
			return 0
		}
		if order.Uint16(fields) == 0x0112 {
			if turned := int(order.Uint16(fields[8:])); turned >= 1 && turned <= 8 {
				return turned
			}
			return 0
		}
		fields = fields[12:]
	}
	return 0
}
