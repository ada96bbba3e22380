package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// Small images fit into this, which is twice the place they have on a screen.
const (
	mostWidth  = 640
	mostHeight = 480
)

// ErrDamaged says that a file is no image after all.
var ErrDamaged = errors.New("picture: damaged")

// small decodes a JPEG or PNG that was measured, and gives it as a JPEG on white ground, upright.
func small(file []byte) ([]byte, error) {
	m := measure(file)
	decode, configure := jpeg.Decode, jpeg.DecodeConfig
	if bytes.HasPrefix(file, []byte("\x89PNG")) {
		decode, configure = png.Decode, png.DecodeConfig
	}
	// Decoders are more forgiving than Measure: a file can have one size for it, by which there is room in memory, and another one for them.
	c, err := configure(bytes.NewReader(file))
	if err != nil || m.bytes == 0 || c.Width != m.width || c.Height != m.height {
		return nil, fmt.Errorf("%w: %d x %d measured, %d x %d to be decoded (%v)", ErrDamaged, m.width, m.height, c.Width, c.Height, err)
	}
	whole, err := decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	pixels, ok := whole.(image.RGBA64Image)
	if !ok {
		return nil, fmt.Errorf("%w: it is a %T", ErrDamaged, whole)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright{shrink(pixels, m.turned >= 5), m.turned}, &jpeg.Options{Quality: 82}); err != nil {
		return nil, fmt.Errorf("picture: encode: %w", err)
	}
	return out.Bytes(), nil
}

// shrink gives each small pixel the mean of those that it stands for. An image that fits stays as large as it is.
func shrink(whole image.RGBA64Image, sideways bool) *image.RGBA {
	b := whole.Bounds()
	w, h := fit(b.Dx(), b.Dy(), sideways)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		top, bottom := b.Min.Y+y*b.Dy()/h, b.Min.Y+(y+1)*b.Dy()/h
		for x := range w {
			left, right := b.Min.X+x*b.Dx()/w, b.Min.X+(x+1)*b.Dx()/w
			to.SetRGBA(x, y, mean(whole, image.Rect(left, top, right, bottom)))
		}
	}
	return to
}

// fit gives the size of an image that is to be no larger than it is, nor than the place for it.
func fit(w, h int, sideways bool) (int, int) {
	placeW, placeH := mostWidth, mostHeight
	if sideways {
		placeW, placeH = placeH, placeW
	}
	if w <= placeW && h <= placeH {
		return w, h
	}
	if w*placeH > h*placeW {
		return placeW, max(1, h*placeW/w)
	}
	return max(1, w*placeH/h), placeH
}

// samples are looked at in each direction of what a small pixel stands for: more would not be seen.
const samples = 3

// mean is the colour of an area, on white ground.
func mean(of image.RGBA64Image, area image.Rectangle) color.RGBA {
	var r, g, b, n uint32
	stepX, stepY := max(1, area.Dx()/samples), max(1, area.Dy()/samples)
	for y := area.Min.Y; y < area.Max.Y; y += stepY {
		for x := area.Min.X; x < area.Max.X; x += stepX {
			p := of.RGBA64At(x, y) // multiplied by A already
			white := 0xffff - uint32(p.A)
			r, g, b, n = r+(uint32(p.R)+white)>>8, g+(uint32(p.G)+white)>>8, b+(uint32(p.B)+white)>>8, n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 0xff}
}

// upright is an image turned as its orientation says (Exif 2.32, section 4.6.4 A).
type upright struct {
	lying  *image.RGBA
	turned int
}

// ColorModel implements [image.Image].
func (u upright) ColorModel() color.Model { return u.lying.ColorModel() }

// Bounds implements [image.Image].
func (u upright) Bounds() image.Rectangle {
	b := u.lying.Bounds()
	if u.turned >= 5 {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return b
}

// At implements [image.Image].
func (u upright) At(x, y int) color.Color {
	right, bottom := u.lying.Rect.Dx()-1, u.lying.Rect.Dy()-1
	switch u.turned {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return u.lying.RGBAAt(x, y)
}
