package picture

import (
	"bytes"
	"encoding/binary"
)

// jpegSize walks a JPEG's segments (ITU T.81, section B.1) up to the one that has its size, and notes how the camera was held on the way.
func jpegSize(head []byte) (m measured) {
	if !bytes.HasPrefix(head, []byte{0xff, 0xd8}) {
		return m
	}
	for rest := head[2:]; ; {
		marker, body, next := segment(rest)
		switch {
		case next == nil:
			return measured{}
		case marker == 0xe1 && m.turned == 0:
			m.turned = orientation(body)
		case startOfFrame(marker):
			m.frame(marker, body)
			return m
		}
		rest = next
	}
}

// progressive is SOF2: every coefficient is kept until the last scan is read.
const progressive = 0xc2

// frame reads a frame's header (ITU T.81, section B.2.2), and reckons what Go's decoder takes for it: a byte for each sample of each component, four more
// for its coefficient where the frame is progressive, and four for each pixel where components are joined to one image.
func (m *measured) frame(marker byte, body []byte) {
	if len(body) < 6 || len(body) < 6+3*int(body[5]) {
		return
	}
	m.height, m.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
	components := body[6 : 6+3*int(body[5])]
	most, blocks := [2]int{1, 1}, 0
	for c := components; len(c) > 0 && len(components) > 3; c = c[3:] { // of one alone the ratios say nothing
		most[0], most[1] = max(most[0], int(c[1]>>4)), max(most[1], int(c[1]&0xf))
	}
	across, down := (m.width+8*most[0]-1)/(8*most[0]), (m.height+8*most[1]-1)/(8*most[1])
	for c := components; len(c) > 0; c = c[3:] {
		blocks += across * down * int(c[1]>>4) * int(c[1]&0xf)
		if len(components) == 3 {
			blocks = across * down
		}
	}
	m.bytes = blocks * 64
	if marker == progressive {
		m.bytes *= 5
	}
	m.bytes += 4 * m.width * m.height
}

// segment takes one marker and what belongs to it; next is nil where there is none, or the picture itself begins.
func segment(b []byte) (marker byte, body, next []byte) {
	for len(b) > 1 && b[0] == 0xff && b[1] == 0xff {
		b = b[1:] // any marker may be preceded by these
	}
	if len(b) < 4 || b[0] != 0xff || b[1] < 0xc0 || b[1] >= 0xd0 && b[1] <= 0xda {
		return 0, nil, nil // also those without a length, where decoders go on elsewhere
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
