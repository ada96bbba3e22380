package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
)

// halves is red above and blue below, as it lies.
func halves(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{R: 255, A: 255}
			if y >= h/2 {
				c = color.NRGBA{B: 255, A: 255}
			}
			m.Set(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image, turned uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	if turned == 0 {
		return b.Bytes()
	}
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	binary.BigEndian.PutUint16(exif[6+8+2+8:], turned)
	app1 := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return append(append([]byte{0xff, 0xd8}, append(app1, exif...)...), b.Bytes()[2:]...)
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func hugePNG(t testing.TB) []byte {
	b := asPNG(t, halves(2, 2))
	binary.BigEndian.PutUint32(b[16:], 100_000)
	binary.BigEndian.PutUint32(b[20:], 100_000)
	return b
}

// ofTwoSizes is a JPEG whose real beginning stands, to who takes a restart marker for a segment, inside of one: 8 x 8 stand behind it.
func ofTwoSizes(t testing.TB) []byte {
	const segment = 0xffdb // the length that the marker of the real one's first table makes
	file := append([]byte("\xff\xd8\xff\xd0"), asJPEG(t, halves(200, 100), 0)[2:]...)
	file = append(file, make([]byte, 2+2+segment-len(file))...)
	file = append(file, "\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00"...)
	return file
}

// frame is the beginning of a JPEG with so many components, by their ratios, and of one scan of them all that says nothing.
func frame(marker byte, w, h int, ratios ...byte) []byte {
	file := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, marker}, uint16(8+3*len(ratios)))
	file = binary.BigEndian.AppendUint16(append(file, 8), uint16(h))
	file = append(binary.BigEndian.AppendUint16(file, uint16(w)), byte(len(ratios)))
	scan := append([]byte{0xff, 0xda, 0}, byte(6+2*len(ratios)), byte(len(ratios)))
	for i, hv := range ratios {
		file, scan = append(file, byte(i+1), hv, 0), append(scan, byte(i+1), 0)
	}
	last := byte(63)
	if marker == progressive {
		last = 0
	}
	return append(append(file, scan...), 0, last, 0)
}

// TestMemoryIsReckoned: no image takes more than there is room for. Not parallel: it looks at what the whole process allocates.
func TestMemoryIsReckoned(t *testing.T) {
	deep := asPNG(t, image.NewNRGBA64(image.Rect(0, 0, 1000, 800)))
	for name, c := range map[string]struct {
		file   []byte
		decode func(io.Reader) (image.Image, error)
	}{
		"baseline":                  {frame(0xc0, 1000, 1000, 0x22, 0x11, 0x11), jpeg.Decode},
		"progressive, subsampled":   {frame(0xc2, 1000, 1000, 0x22, 0x11, 0x11), jpeg.Decode},
		"progressive, grey":         {frame(0xc2, 1000, 1000, 0x44), jpeg.Decode},
		"progressive, whole":        {frame(0xc2, 1000, 1000, 0x11, 0x11, 0x11), jpeg.Decode},
		"progressive, four of them": {frame(0xc2, 1000, 1000, 0x11, 0x11, 0x11, 0x11), jpeg.Decode},
		"PNG of 16 bits":            {deep, png.Decode},
	} {
		reckoned := measure(c.file).bytes
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = c.decode(bytes.NewReader(c.file)) // a scan that says nothing is damaged, once there is room for it
		runtime.ReadMemStats(&after)
		took := int(after.TotalAlloc - before.TotalAlloc)
		if took < reckoned/4 || took > reckoned+reckoned/50+200_000 {
			t.Errorf("%s takes %d bytes, reckoned as %d", name, took, reckoned)
		}
	}
}

func TestSizesAreReadFromTheBeginning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		file []byte
		w, h int
	}{
		{"PNG", asPNG(t, halves(30, 20)), 30, 20},
		{"JPEG", asJPEG(t, halves(30, 20), 0), 30, 20},
		{"JPEG upright", asJPEG(t, halves(30, 20), 1), 30, 20},
		{"JPEG upside down", asJPEG(t, halves(30, 20), 3), 30, 20},
		{"JPEG on its side", asJPEG(t, halves(30, 20), 6), 20, 30},
		{"GIF", asGIF(t, halves(30, 20)), 30, 20},
		{"WebP, lossy", []byte("RIFF....WEBPVP8 ....\x00\x00\x00\x9d\x01\x2a\x1e\x00\x14\x00"), 30, 20},
		{"WebP, lossless", []byte("RIFF....WEBPVP8L....\x2f\x1d\xc0\x04\x00.....padding"), 30, 20},
		{"WebP, extended", []byte("RIFF....WEBPVP8X....\x00\x00\x00\x00\x1d\x00\x00\x13\x00\x00"), 30, 20},
		{"a bomb", hugePNG(t), 0, 0},
		{"of two sizes", ofTwoSizes(t), 0, 0},
		{"of two sizes, by what is no marker", bytes.Replace(ofTwoSizes(t), []byte{0xff, 0xd0}, []byte{0xff, 0x00}, 1), 0, 0},
		{"baseline, 24 million pixels", frame(0xc0, 6000, 4000, 0x11, 0x11, 0x11), 6000, 4000},
		{"progressive, 24 million pixels of a camera", frame(0xc2, 6000, 4000, 0x22, 0x11, 0x11), 6000, 4000},
		{"progressive, 12 million pixels of a telephone", frame(0xc2, 4000, 3000, 0x22, 0x11, 0x11), 4000, 3000},
		{"progressive, every component whole", frame(0xc2, 5000, 4000, 0x11, 0x11, 0x11), 0, 0},
		{"cut off", asPNG(t, halves(30, 20))[:20], 0, 0},
		{"JPEG cut off", asJPEG(t, halves(30, 20), 6)[:40], 0, 0},
		{"text", []byte("hello, this is no picture at all"), 0, 0},
		{"nothing", nil, 0, 0},
	} {
		if w, h := Measure(c.file); w != c.w || h != c.h {
			t.Errorf("%s is %d x %d, want %d x %d", c.name, w, h, c.w, c.h)
		}
	}
}

// TestSmallImagesAreUpright: red is where the camera's top was.
func TestSmallImagesAreUpright(t *testing.T) {
	t.Parallel()
	red := func(c color.Color) bool { r, _, b, _ := c.RGBA(); return r > b }
	for turned, side := range []string{"top", "top", "top", "bottom", "bottom", "left", "right", "right", "left"} {
		made, err := small(asJPEG(t, halves(800, 600), uint16(turned)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := jpeg.Decode(bytes.NewReader(made))
		if err != nil {
			t.Fatal(err)
		}
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		wantW, wantH := 640, 480
		if turned >= 5 {
			wantW, wantH = 360, 480
		}
		at := map[string]color.Color{"top": m.At(w/2, 5), "bottom": m.At(w/2, h-5), "left": m.At(5, h/2), "right": m.At(w-5, h/2)}
		opposite := map[string]string{"top": "bottom", "bottom": "top", "left": "right", "right": "left"}[side]
		if w != wantW || h != wantH || !red(at[side]) || red(at[opposite]) {
			t.Errorf("orientation %d: %d x %d, want %d x %d with red at the %s: %v", turned, w, h, wantW, wantH, side, at)
		}
	}
}

func TestSmallImagesStandOnWhiteAndAreNeverEnlarged(t *testing.T) {
	t.Parallel()
	made, err := small(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 40, 30)))) // nothing but air
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(made))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := m.At(20, 15).RGBA(); m.Bounds().Dx() != 40 || r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("%v, %d %d %d", m.Bounds(), r>>8, g>>8, b>>8)
	}
	for _, thin := range []image.Rectangle{image.Rect(0, 0, 5000, 1), image.Rect(0, 0, 1, 5000)} {
		if _, err := small(asPNG(t, image.NewGray(thin))); err != nil {
			t.Errorf("%v: %v", thin, err)
		}
	}
	for name, file := range map[string][]byte{"a bomb": hugePNG(t), "of two sizes": ofTwoSizes(t), "half": asPNG(t, halves(300, 200))[:200], "text": []byte("text")} {
		if _, err := small(file); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnImageIsDrawnOnceForItsKey(t *testing.T) {
	t.Parallel()
	m, file := NewMaker(), asPNG(t, halves(100, 100))
	var opened atomic.Int32
	open := func() (io.ReadCloser, error) { opened.Add(1); return io.NopCloser(bytes.NewReader(file)), nil }
	for _, key := range []byte{1, 1, 2} {
		if _, err := m.Small(t.Context(), [16]byte{key}, open); err != nil {
			t.Fatal(err)
		}
	}
	if opened.Load() != 2 {
		t.Errorf("opened %d times for two keys", opened.Load())
	}
	m.kept = newKept(1)
	for range 2 {
		if _, err := m.Small(t.Context(), [16]byte{3}, open); err != nil || m.kept.bytes != 0 {
			t.Fatalf("%v, %d bytes kept where one has room", err, m.kept.bytes)
		}
	}
}

// TestALongFileTakesRoom for itself, however small its picture is.
func TestALongFileTakesRoom(t *testing.T) {
	t.Parallel()
	m := NewMaker()
	open := func() (io.ReadCloser, error) {
		rest := readerFunc(func([]byte) (int, error) {
			if most := int64(mostBytes - mostBytes/mostFiles); m.memory.TryAcquire(most + 1) {
				t.Error("a long file is read with room for its picture alone")
				m.memory.Release(most + 1)
			}
			return 0, io.EOF
		})
		head := append(asJPEG(t, halves(8, 8), 0), make([]byte, headRead)...)
		return io.NopCloser(io.MultiReader(bytes.NewReader(head[:headRead]), rest)), nil
	}
	if _, err := m.Small(t.Context(), [16]byte{1}, open); err != nil {
		t.Error(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestWhoFindsTooManyWaitingIsTold(t *testing.T) {
	t.Parallel()
	m := NewMaker()
	if err := m.memory.Acquire(t.Context(), mostBytes); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error, mostWaiting+1)
	for i := range mostWaiting + 1 {
		go func() {
			_, err := m.Small(ctx, [16]byte{byte(i), 1}, func() (io.ReadCloser, error) { panic("read before there is room") })
			errs <- err
		}()
	}
	if err := <-errs; !errors.Is(err, ErrBusy) {
		t.Errorf("one too many: %v", err)
	}
	cancel()
	for range mostWaiting {
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	m.memory.Release(mostBytes)
	if s := m.Stats(); s.Waiting != 0 || s.Drawn != 0 {
		t.Errorf("%+v", s)
	}
}

// FuzzMeasure holds for all bytes: a size within bounds, and what is drawn has its shape.
func FuzzMeasure(f *testing.F) {
	for _, seed := range [][]byte{asPNG(f, halves(3, 2)), asJPEG(f, halves(3, 2), 6), asGIF(f, halves(3, 2)), hugePNG(f)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		w, h := Measure(file)
		if w < 0 || h < 0 || (w == 0) != (h == 0) || w*h > mostPixels {
			t.Fatalf("%d x %d", w, h)
		}
		if w*h > 1<<16 {
			return // too slow to draw a million times
		}
		made, err := small(file)
		if err != nil {
			return
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(made))
		if err != nil || config.Width > mostWidth || config.Height > mostHeight {
			t.Fatalf("%+v, %v", config, err)
		}
	})
}

func BenchmarkSmall(b *testing.B) {
	file := asJPEG(b, halves(4000, 3000), 6)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := small(file); err != nil {
			b.Fatal(err)
		}
	}
}
