package mailgw

import (
	"bytes"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"github.com/emersion/go-message"

	"postern/chat"
)

// enclose writes a part for each file, without its content, and says where that belongs.
func enclose(w *message.Writer, out *bytes.Buffer, files []chat.Attachment) ([]chat.Enclosed, error) {
	enclosed := make([]chat.Enclosed, 0, len(files))
	for _, f := range files {
		part, err := w.CreatePart(fileHeader(f))
		if err != nil {
			return nil, err
		}
		enclosed = append(enclosed, chat.Enclosed{At: int64(out.Len()), File: f.ID, Hash: f.Hash, Size: f.Size})
		if err := part.Close(); err != nil {
			return nil, err
		}
	}
	return enclosed, nil
}

// fileHeader names the file twice: by RFC 2231, and for old programs by RFC 2047. A safe name has nothing in it that ends a quoted string.
func fileHeader(f chat.Attachment) message.Header {
	var h message.Header
	name := chat.SafeName(f.Name)
	h.Set("Content-Type", contentType(f.Type)+`; name="`+mime.BEncoding.Encode("utf-8", name)+`"`)
	h.Set("Content-Disposition", "attachment; "+filename(name))
	h.Set("Content-Transfer-Encoding", "base64")
	return h
}

// contentType has of the parameters the charset alone.
func contentType(sniffed string) string {
	media, params, err := mime.ParseMediaType(chat.HarmlessType(sniffed))
	if charset := params["charset"]; err == nil && charset != "" {
		return mime.FormatMediaType(media, map[string]string{"charset": charset})
	}
	return media
}

// mostOfName is how many bytes of a name a line has.
const mostOfName = 60

// filename is the parameter (RFC 2231, sections 3 and 4) of a safe name: as it is where it can be, else encoded, and in pieces where it is long.
func filename(name string) string {
	if len(name) <= mostOfName && isASCII(name) {
		return `filename="` + name + `"`
	}
	pieces := pieces(name)
	if len(pieces) == 1 {
		return "filename*=utf-8''" + pieces[0]
	}
	var b strings.Builder
	for i, piece := range pieces {
		if i == 0 {
			piece = "utf-8''" + piece
		} else {
			b.WriteString("; ")
		}
		b.WriteString("filename*" + strconv.Itoa(i) + "*=" + piece)
	}
	return b.String()
}

// pieces encodes a name, a piece for each line.
func pieces(name string) (pieces []string) {
	var b strings.Builder
	for _, r := range name {
		encoded := strings.ReplaceAll(url.QueryEscape(string(r)), "+", "%20")
		if b.Len()+len(encoded) > mostOfName {
			pieces = append(pieces, b.String())
			b.Reset()
		}
		b.WriteString(encoded)
	}
	return append(pieces, b.String())
}
