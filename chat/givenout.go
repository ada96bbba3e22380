package chat

import (
	"path"
	"strings"
	"unicode"
)

// How a file is named and typed where it leaves Postern, whatever its sender called it.

// inert are the types that are told as they are; everything else, above all what can hold scripts, is just bytes.
var inert = map[string]bool{
	"application/pdf": true, "application/zip": true, "application/x-gzip": true, "text/plain": true,
	"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "image/bmp": true,
	"audio/mpeg": true, "audio/wave": true, "audio/basic": true, "audio/aiff": true, "audio/midi": true,
	"video/mp4": true, "video/webm": true, "video/avi": true, "application/ogg": true,
}

// HarmlessType is what a browser or mail program is told of a file of the type.
func HarmlessType(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	if inert[strings.TrimSpace(base)] {
		return mediaType
	}
	return "application/octet-stream"
}

// LongestName is of a file, in bytes: file systems end at 255.
const LongestName = 200

// SafeName takes from a file's name what could lead out of a folder, hide its ending or break a header: control and format
// characters (which turn text around), separators of paths, what Windows reserves, dots and spaces at the ends.
func SafeName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.C, r), r == '\u2028', r == '\u2029', r == unicode.ReplacementChar:
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		}
		return r
	}, name)
	name = shorten(strings.Trim(name, " ."))
	if name == "" {
		return "file"
	}
	return name
}

// shorten cuts a name in front of its ending.
func shorten(name string) string {
	if len(name) <= LongestName {
		return name
	}
	ending := path.Ext(name)
	if len(ending) > 20 {
		ending = ""
	}
	return strings.TrimRight(strings.ToValidUTF8(name[:LongestName-len(ending)], ""), " .") + ending
}
