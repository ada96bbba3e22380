package letter

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName bounds a file's name in bytes: what file systems take.
const longestName = 200

// cleanName makes a name from a letter fit for a list, a header and a disk: the
// last element of a path, one line, no controls, no character that turns its
// reading order around, none that Windows or a shell gives a meaning, no leading
// dot. It returns "" when nothing is left. Two parts may still have one name.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`:*?"<>|`, r):
			return '_'
		case r == '\\':
			return '/'
		}
		return r
	}, name)
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = strings.Trim(strings.Join(strings.Fields(name), " "), " .")
	if isDevice(name) {
		name = "_" + name
	}
	return shorten(name)
}

// isDevice holds for the names that Windows reserves, with any extension.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch strings.TrimSpace(stem) {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9'
}

// shorten keeps the extension.
func shorten(name string) string {
	if len(name) <= longestName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := cutRunes(strings.TrimSuffix(name, ext), longestName-len(ext))
	return strings.TrimRight(stem, " .") + ext
}

// cutRunes returns at most n bytes of s, no character cut in two.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// inventName names a part that has no name: by its kind and its place among the
// attachments.
func inventName(mediaType string, number int) string {
	switch mediaType {
	case "message/rfc822", "message/global":
		return fmt.Sprintf("letter-%d.eml", number)
	case "text/calendar":
		return "invite.ics"
	}
	if kind, ok := strings.CutPrefix(mediaType, "message/"); ok {
		return cleanName(kind) + ".txt" // "delivery-status.txt"
	}
	stem := "attachment"
	if strings.HasPrefix(mediaType, "image/") {
		stem = "image"
	}
	return fmt.Sprintf("%s-%d%s", stem, number, extension(mediaType))
}

// extension is a fixed choice for common types: the table of the mime package
// depends on the machine, and its first answer for a type on the alphabet.
func extension(mediaType string) string {
	switch mediaType {
	case "text/plain":
		return ".txt"
	case "text/html":
		return ".html"
	case "text/csv":
		return ".csv"
	case "image/jpeg", "image/jpg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "image/gif":
		return ".gif"
	case "image/tiff":
		return ".tif"
	case "image/heic":
		return ".heic"
	case "application/pdf":
		return ".pdf"
	case "application/zip":
		return ".zip"
	case "application/pgp-signature":
		return ".asc"
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return ".p7s"
	case "text/vcard", "text/x-vcard":
		return ".vcf"
	}
	return ".bin"
}
