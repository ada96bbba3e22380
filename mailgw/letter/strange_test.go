package letter

import (
	"encoding/base64"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// strange is a letter as strangers and broken programs send it: what becomes of it, the words that its reader must be shown, and the files as "name=words
// of its content". A word that begins with '!' must not be shown.
type strange struct {
	name, letter string
	fate         Fate
	shown        []string
	files        []string
}

const who = "From: anna@client.example\nSubject: Keys\nMIME-Version: 1.0\n"

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func utf16le(s string) string {
	b := []byte{}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

const (
	reply = AcceptReply
	files = AcceptWithAttachments
)

func words(w ...string) []string { return w }

// strangeStructures have boundaries, nests and ends that are not as they should be.
var strangeStructures = []strange{
	{"no end", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam.\n--b\nContent-Type: application/pdf; name=a.pdf\n\nPDF", files, words("Hello, Sam."), words("a.pdf=PDF")},
	{"no end, three deep", who + "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nHello, Sam.\n--c\nContent-Type: text/html\n\n<p>Hello, Sam.</p>", reply, words("Hello, Sam."), nil},
	{"inner never closed, outer goes on", who + "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nHello, Sam.\n--a\nContent-Type: image/png; name=p.png\n\nPNG\n--a--\n", files, words("Hello, Sam."), words("p.png=PNG")},
	{"closed too early", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam.\n--b--\n--b\nContent-Type: application/pdf; name=a.pdf\n\nPDF\n--b--\n", files, words("Hello, Sam."), words("a.pdf=PDF")},
	{"inner closed too early", who + "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam.\n--b--\n\n--b\nContent-Type: application/pdf; name=a.pdf\n\nPDF\n--b--\n--a\n\nAnd bye.\n--a--\n", files, words("Hello, Sam.", "And bye."), words("a.pdf=PDF")},
	{"boundary is the start of another", who + "Content-Type: multipart/mixed; boundary=\"x\"\n\n--x\nContent-Type: multipart/alternative; boundary=\"xx\"\n\n--xx\n\nHello, Sam.\n--xx\nContent-Type: text/html\n\n<p>Hello, Sam.</p>\n--xx--\n--x\nContent-Type: text/csv; name=t.csv\n\na,b\n--x--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary is the end of another", who + "Content-Type: multipart/mixed; boundary=\"x\"\n\n--x\nContent-Type: multipart/alternative; boundary=\"-x\"\n\n---x\n\nHello, Sam.\n---x--\n--x\nContent-Type: text/csv; name=t.csv\n\na,b\n--x--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"spaces behind the delimiter", who + "Content-Type: multipart/mixed; boundary=b\n\n--b  \t\n\nHello, Sam.\n--b \nContent-Type: text/csv; name=t.csv\n\na,b\n--b-- \n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"a space at the end of the boundary, quoted", who + "Content-Type: multipart/mixed; boundary=\"b \"\n\n--b \n\nHello, Sam.\n--b \nContent-Type: text/csv; name=t.csv\n\na,b\n--b --\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"the close of a boundary that ends in a space", who + "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=\"b \"\n\n--b \n\nHello, Sam.\n--b --\n--a\nContent-Type: text/csv; name=t.csv\n\na,b\n--a--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary in single quotes", who + "Content-Type: multipart/mixed; boundary='b'\n\n--'b'\n\nHello, Sam.\n--'b'\nContent-Type: text/csv; name=t.csv\n\na,b\n--'b'--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary in single quotes that are not of it", who + "Content-Type: multipart/mixed; boundary='b'\n\n--b\nContent-Type: text/plain\n\nHello, Sam.\n--b\nContent-Type: text/csv; name=t.csv\n\na,b\n--b--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary not quoted, with a space inside", who + "Content-Type: multipart/mixed; boundary=b c\n\n--b c\n\nHello, Sam.\n--b c\nContent-Type: text/csv; name=t.csv\n\na,b\n--b c--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary with specials, not quoted", who + "Content-Type: multipart/mixed; boundary=----=_Part(1)?x:y/z\n\n------=_Part(1)?x:y/z\n\nHello, Sam.\n------=_Part(1)?x:y/z\nContent-Type: text/csv; name=t.csv\n\na,b\n------=_Part(1)?x:y/z--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary without a closing quote", who + "Content-Type: multipart/mixed; boundary=\"b\n\n--b\n\nHello, Sam.\n--b\nContent-Type: text/csv; name=t.csv\n\na,b\n--b--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary in sections", who + "Content-Type: multipart/mixed; boundary*1=\"y\"; boundary*0=\"x\"\n\n--xy\n\nHello, Sam.\n--xy\nContent-Type: text/csv; name=t.csv\n\na,b\n--xy--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"boundary that is a word of RFC 2047", who + "Content-Type: multipart/mixed; boundary=\"=?utf-8?q?b?=\"\n\n--=?utf-8?q?b?=\n\nHello, Sam.\n--=?utf-8?q?b?=\nContent-Type: text/csv; name=t.csv\n\na,b\n--=?utf-8?q?b?=--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"two boundaries in one field", who + "Content-Type: multipart/mixed; boundary=x; boundary=b\n\n--x\n\nHello, Sam.\n--x\nContent-Type: text/csv; name=t.csv\n\na,b\n--x--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"two boundaries, the second is used", who + "Content-Type: multipart/mixed; boundary=x; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello, Sam.\n--b\nContent-Type: text/csv; name=t.csv\n\na,b\n--b--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"two Content-Types, the same", who + "Content-Type: text/plain; charset=utf-8\nContent-Type: text/plain; charset=utf-8\n\nHällo, Sam.", reply, words("Hällo, Sam."), nil},
	{"two Content-Types, text first", who + "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam.\n--b--\n", reply, words("Hello, Sam."), nil},
	{"two Content-Types, multipart first", who + "Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n\nHello, Sam.\n--b--\n", reply, words("Hello, Sam.", "!--b"), nil},
	{"two transfer encodings, base64 first", who + "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\n" + b64("Hello, Sam, here are the keys.") + "\n", reply, words("Hello, Sam, here are the keys."), nil},
	{"two transfer encodings, 7bit first", who + "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: quoted-printable\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"no Content-Type but parts", who + "\n--b\nContent-Type: text/plain\n\nHello, Sam.\n--b--\n", reply, words("Hello, Sam."), nil},
	{"multipart of no parts", who + "Content-Type: multipart/mixed; boundary=b\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"multipart of nothing", who + "Content-Type: multipart/mixed; boundary=b\n\n--b--\n", reply, nil, nil},
	{"multipart of an empty part", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\n--b--\n", reply, nil, nil},
	{"part of a header alone", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam.\n--b\nContent-Type: application/pdf; name=a.pdf\n--b--\n", files, words("Hello, Sam."), words("a.pdf=")},
	{"part without an empty line", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\nHello, Sam.\n--b--\n", reply, words("Hello, Sam."), nil},
	{"part whose text looks like a field", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\nNote: bring the keys.\nHello, Sam.\n--b--\n", reply, words("Hello, Sam."), nil},
	{"text before the first part only", who + "Content-Type: multipart/mixed; boundary=b\n\nThis is a message in MIME format.\n--b\n\nHello, Sam.\n--b--\n", reply, words("Hello, Sam.", "!MIME format"), nil},
	{"boundary in the text of another part, inside a line", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam. --b is the boundary\nx--b\n --b\n--bb\n--b--\n", reply, words("Hello, Sam.", "--b is the boundary", "--bb"), nil},
	{"same boundary three deep", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam.\n--b--\n--b--\n--b--\n", reply, words("Hello, Sam."), nil},
	{"boundary of other case", who + "Content-Type: multipart/mixed; BOUNDARY=AbC\n\n--abc\nContent-Type: text/plain\n\nHello, Sam.\n--abc--\n", reply, words("Hello, Sam."), nil},
	{"boundary of 200 characters", who + "Content-Type: multipart/mixed; boundary=" + strings.Repeat("b", 200) + "\n\n--" + strings.Repeat("b", 200) + "\n\nHello, Sam.\n--" + strings.Repeat("b", 200) + "--\n", reply, words("Hello, Sam."), nil},
	{"empty boundary", who + "Content-Type: multipart/mixed; boundary=\"\"\n\n--\nContent-Type: text/plain\n\nHello, Sam.\n----\n", reply, words("Hello, Sam."), nil},
	{"the type alone", who + "Content-Type: multipart\n\n--b\nContent-Type: text/plain\n\nHello, Sam.\n--b--\n", reply, words("Hello, Sam."), nil},
	{"multipart with an unknown subtype", who + "Content-Type: multipart/x-zot; boundary=b\n\n--b\n\nHello, Sam.\n--b\n\nBye.\n--b--\n", reply, words("Hello, Sam.", "Bye."), nil},
	{"digest", who + "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: One\n\nfirst\n--b\n\nSubject: Two\n\nsecond\n--b--\n", files, nil, words("letter-1.eml=first", "letter-2.eml=second")},
	{"parallel", who + "Content-Type: multipart/parallel; boundary=b\n\n--b\n\nHello, Sam.\n--b\nContent-Type: audio/basic; name=a.au\n\nsound\n--b--\n", files, words("Hello, Sam."), words("a.au=sound")},
	{"related, root second", who + "Content-Type: multipart/related; boundary=b; start=\"<r>\"\n\n--b\nContent-Type: image/png\nContent-ID: <i>\n\nPNG\n--b\nContent-Type: text/html\nContent-ID: <r>\n\n<p>Hello, Sam.<img src=\"cid:i\">\n--b--\n", files, words("Hello, Sam."), words("image-1.png=PNG")},
	{"related without a root", who + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: image/png\nContent-ID: <i>\n\nPNG\n--b--\n", files, nil, words("image-1.png=PNG")},
	{"cid that nobody has", who + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hello, Sam.<img src=\"cid:none\">\n--b\nContent-Type: image/png; name=x.png\nContent-ID: <other>\n\nPNG\n--b--\n", files, words("Hello, Sam."), words("x.png=PNG")},
	{"alternative of two texts", who + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nHello, Sam.\n--b\n\nThe keys are under the mat.\n--b--\n", reply, words("Hello, Sam.", "under the mat"), nil},
	{"alternative of two HTMLs", who + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hello, Sam.</p>\n--b\nContent-Type: text/html\n\n<p>The keys are under the mat.</p>\n--b--\n", reply, words("Hello, Sam.", "under the mat"), nil},
	{"alternative of text twice the same", who + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nHello, Sam.\n--b\n\nHello, Sam.\n--b\nContent-Type: text/html\n\n<p>Hello, Sam.</p>\n--b--\n", reply, words("Hello, Sam."), nil},
	{"alternative with a file", who + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nHello, Sam.\n--b\nContent-Type: application/pdf; name=a.pdf\n\nPDF\n--b--\n", files, words("Hello, Sam."), words("a.pdf=PDF")},
	{"alternative of AMP alone", who + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/x-amp-html\n\n<html amp4email><p>Hello, Sam.</p>\n--b--\n", reply, words("Hello, Sam."), nil},
	{"alternative of text, AMP, HTML", who + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nHello, Sam.\n--b\nContent-Type: text/x-amp-html\n\n<html amp4email><p>Live!</p>\n--b\nContent-Type: text/html\n\n<p>Hello, Sam.</p>\n--b--\n", reply, words("Hello, Sam.", "!Live"), nil},
	{"alternative with mixed in it", who + "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nHello, Sam. Bye.\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hello, Sam.</p>\n--b\nContent-Type: application/pdf; name=a.pdf\n\nPDF\n--b\nContent-Type: text/html\n\n<p>Bye.</p>\n--b--\n--a--\n", files, words("Hello, Sam.", "Bye."), words("a.pdf=PDF")},
	{"apple double", who + "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nHello, Sam.\n--a\nContent-Type: multipart/appledouble; boundary=b\n\n--b\nContent-Type: application/applefile; name=._a.doc\n\nfork\n--b\nContent-Type: application/msword; name=a.doc\n\nDOC\n--b--\n--a--\n", files, words("Hello, Sam."), words("_a.doc=fork", "a.doc=DOC")},
	{"text, file, text", who + "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nHello, Sam.\n--a\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: inline\n\nPDF\n--a\n\nBye.\n--a--\n", files, words("Hello, Sam.", "Bye."), words("a.pdf=PDF")},
	{"HTML, file, text", who + "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>Hello, Sam.</p>\n--a\nContent-Type: application/pdf; name=a.pdf\n\nPDF\n--a\n\nBye & 1<2.\n--a--\n", files, words("Hello, Sam.", "Bye &amp; 1&lt;2."), words("a.pdf=PDF")},
	{"a multipart in base64", who + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n" + b64("--b\r\n\r\nHello, Sam.\r\n--b\r\nContent-Type: text/csv; name=t.csv\r\n\r\na,b\r\n--b--\r\n") + "\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"a multipart in QP", who + "Content-Type: multipart/mixed; boundary=\"=b\"\nContent-Transfer-Encoding: quoted-printable\n\n--=3Db\n\nHello, Sam.\n--=3Db--\n", reply, words("Hello, Sam."), nil},
	{"a multipart that says base64 and is not", who + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\nHello, Sam.\n--b\nContent-Type: text/csv; name=t.csv\n\na,b\n--b--\n", files, words("Hello, Sam."), words("t.csv=a,b")},
	{"the footer of a list behind the end", who + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello, Sam.\n--b--\n\n____\nThe list's footer\n", reply, words("Hello, Sam."), nil},
}

// strangeBodies have encodings and charsets that are not what they say.
var strangeBodies = []strange{
	{"base64 with junk", who + "Content-Transfer-Encoding: base64\n\n" + "SGVs!bG8s*IFNh\nbS4g#QmVzdA==\n", reply, words("Hello, Sam."), nil},
	{"base64 without padding", who + "Content-Transfer-Encoding: base64\n\nSGVsbG8sIFNhbQ\n", reply, words("Hello, Sam"), nil},
	{"base64 in one line", who + "Content-Transfer-Encoding: base64\n\n" + b64(strings.Repeat("Hello, Sam. ", 2000)) + "\n", reply, words("Hello, Sam."), nil},
	{"base64 with blanks", who + "Content-Transfer-Encoding: base64\n\nSGVs bG8s IFNh\n bS4=\n", reply, words("Hello, Sam."), nil},
	{"base64 in two that are joined", who + "Content-Transfer-Encoding: base64\n\nSGVsbG8=LCBTYW0u\n", reply, words("Hello, Sam."), nil},
	{"base64 that is none", who + "Content-Transfer-Encoding: base64\n\nHello, Sam. Here are the keys.\n", reply, words("Hello, Sam. Here are the keys."), nil},
	{"base64 that is one word", who + "Content-Transfer-Encoding: base64\n\nThanks\n", reply, words("Thanks"), nil},
	{"base64 that is three letters", who + "Content-Transfer-Encoding: base64\n\nYes\n", reply, words("Yes"), nil},
	{"base64 that is two paragraphs", who + "Content-Transfer-Encoding: base64\n\nHello\n\nTomorrow\n", reply, words("Hello", "Tomorrow"), nil},
	{"base64 that is two words", who + "Content-Transfer-Encoding: base64\n\nThanks Sam\n", reply, words("Thanks Sam"), nil},
	{"base64 with a footer behind it", who + "Content-Transfer-Encoding: base64\n\n" + b64("Hello, Sam. The keys are here.") + "\n\n_______________\nOur list, our rules: https://lists.example/\n", reply, words("Hello, Sam. The keys are here."), nil},
	{"BASE64 in capitals, with a comment", who + "Content-Transfer-Encoding: BASE64 (really)\n\nSGVsbG8sIFNhbS4=\n", reply, words("Hello, Sam."), nil},
	{"base64 in quotes", who + "Content-Transfer-Encoding: \"base64\"\n\nSGVsbG8sIFNhbS4=\n", reply, words("Hello, Sam."), nil},
	{"a comment before base64", who + "Content-Transfer-Encoding: (really) base64\n\nSGVsbG8sIFNhbS4=\n", reply, words("Hello, Sam."), nil},
	{"an encoding nobody knows", who + "Content-Transfer-Encoding: zot\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"an encoding of 8 bits", who + "Content-Transfer-Encoding: 8bits\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"QP ends in a soft break", who + "Content-Transfer-Encoding: quoted-printable\n\nHello, Sam.=\n", reply, words("Hello, Sam.", "!="), nil},
	{"QP ends in the middle", who + "Content-Transfer-Encoding: quoted-printable\n\nHello, Sam.=C", reply, words("Hello, Sam."), nil},
	{"QP with blanks behind a soft break", who + "Content-Transfer-Encoding: quoted-printable\n\nHello, = \t\nSam.\n", reply, words("Hello, Sam."), nil},
	{"QP of small letters", who + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=c3=bc=c3=9fe, Sam=\n.\n", reply, words("Grüße, Sam."), nil},
	{"QP that is none", who + "Content-Transfer-Encoding: quoted-printable\n\n1+1=2 and x=y, see https://x.example/?a=b\n", reply, words("1+1=2 and x=y"), nil},
	{"QP soft break inside a character", who + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=\n=BC=C3=9Fe, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"QP twice", who + "Content-Transfer-Encoding: quoted-printable\n\nHello=2C Sam=2E=0A\n", reply, words("Hello, Sam."), nil},
	{"format=flowed with QP", who + "Content-Type: text/plain; charset=utf-8; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\nHello, =20\nSam.\n", reply, words("Hello,", "Sam."), nil},
	{"UTF-16 with a mark", who + "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + b64("\xff\xfe"+utf16le("Grüße, Sam. Ключи")) + "\n", reply, words("Grüße, Sam. Ключи"), nil},
	{"UTF-16 without a mark", who + "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + b64(utf16le("Grüße, Sam.")) + "\n", reply, words("Grüße, Sam."), nil},
	{"UTF-16LE", who + "Content-Type: text/html; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n" + b64(utf16le("<p>Grüße, Sam.</p>")) + "\n", reply, words("Grüße, Sam."), nil},
	{"UTF-16 that says nothing", who + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b64("\xff\xfe"+utf16le("Grüße, Sam. Ключи")) + "\n", reply, words("Grüße, Sam. Ключи", "!ÿ"), nil},
	{"UTF-16 that says UTF-8", who + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + b64("\xff\xfe"+utf16le("Grüße, Sam. Ключи")) + "\n", reply, words("Grüße, Sam. Ключи", "!ÿ"), nil},
	{"UTF-8 that says UTF-16", who + "Content-Type: text/plain; charset=utf-16\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"UTF-8 that says UTF-16LE", who + "Content-Type: text/plain; charset=utf-16le\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"UTF-8 that says UTF-32", who + "Content-Type: text/plain; charset=utf-32\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"UTF-8 that says latin1", who + "Content-Type: text/plain; charset=iso-8859-1\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"UTF-8 that says Big5", who + "Content-Type: text/plain; charset=big5\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"UTF-8 that says shift_jis", who + "Content-Type: text/plain; charset=shift_jis\n\nGrüße, Sam. 鍵はここ\n", reply, words("Grüße, Sam. 鍵はここ"), nil},
	{"GBK that happens to be UTF-8", who + "Content-Type: text/plain; charset=gbk\n\n\xd0\xbb\xd0\xbb\xd0\xbb\xd0\xbb\n", reply, words("谢谢谢谢"), nil},
	{"latin1 that says UTF-8", who + "Content-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"latin1 that says ASCII", who + "Content-Type: text/plain; charset=us-ascii\n\nGr\xfc\xdfe, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"latin1 that says nothing", who + "\nGr\xfc\xdfe, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"windows-1252 that says latin1", who + "Content-Type: text/plain; charset=iso-8859-1\n\n\x80 5 \x96 \x93Sam\x94\n", reply, words("€ 5 – “Sam”"), nil},
	{"a charset nobody knows", who + "Content-Type: text/plain; charset=x-zot\n\nGr\xfc\xdfe, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"a charset with a slash", who + "Content-Type: text/plain; charset=\"../../etc/passwd\"\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"koi8-r", who + "Content-Type: text/plain; charset=koi8-r\n\n\xeb\xcc\xc0\xde\xc9\n", reply, words("Ключи"), nil},
	{"UTF-8 with a mark", who + "Content-Type: text/plain; charset=utf-8\n\n\xef\xbb\xbfGrüße, Sam.\n", reply, words("Grüße, Sam.", "!\ufeff"), nil},
	{"UTF-8 cut in the middle", who + "Content-Type: text/plain; charset=utf-8\n\nGrüße, Sam. \xe2\x82\n", reply, words("Grüße, Sam."), nil},
	{"surrogates in UTF-8", who + "Content-Type: text/plain; charset=utf-8\n\nGrüße, Sam. \xed\xa0\xbd\xed\xb4\x91\n", reply, words("Grüße, Sam."), nil},
	{"overlong UTF-8", who + "Content-Type: text/plain; charset=utf-8\n\nGrüße, Sam. \xc0\xbcscript\xc0\xbe\n", reply, words("Grüße, Sam.", "!<script"), nil},
	{"UTF-7", who + "Content-Type: text/plain; charset=utf-7\n\nGr+APwA3w-e, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"HTML that says UTF-16 of itself", who + "Content-Type: text/html\n\n<meta charset=utf-16><p>Grüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"HTML of another charset than its field", who + "Content-Type: text/html; charset=utf-8\n\n<meta charset=koi8-r><p>Grüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"two charsets in one field", who + "Content-Type: text/plain; charset=utf-8; charset=koi8-r\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"charset with a language (RFC 2231)", who + "Content-Type: text/plain; charset*=us-ascii'en'utf-8\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"NUL in the text", who + "\nHello, \x00Sam.\n", reply, words("Hello, Sam."), nil},
	{"controls in the text", who + "\nHello, \x07\x1bSam\x08.\n", reply, words("Hello, "), nil},
	{"bare CR in encoded text", who + "Content-Transfer-Encoding: quoted-printable\n\nHello,=0DSam.=0D.=0D", reply, words("Hello,", "Sam."), nil},
	{"a line of 60,000 bytes", who + "\n" + strings.Repeat("Hello ", 10000) + "Sam.\n", reply, words("Sam."), nil},
	{"yEnc", who + "\nHello, Sam.\n=ybegin line=128 size=4 name=k.bin\nxyz\xfc\n=yend size=4\n", reply, words("Hello, Sam."), nil},
	{"uuencode inside", who + "\nHello, Sam.\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nBye.\n", files, words("Hello, Sam.", "Bye.", "!#0V"), words("cat.txt=Cat")},
	{"uuencode without an end", who + "\nHello, Sam.\n\nbegin 644 cat.txt\n#0V%T\n", files, words("Hello, Sam."), words("cat.txt=Cat")},
	{"begin of a sentence", who + "\nLet us\nbegin 644 things today.\nSam\n", reply, words("begin 644 things today.", "Sam"), nil},
	{"uuencode with a path", who + "\nHello\nbegin 644 ../../etc/cat.txt\n#0V%T\n`\nend\n", files, words("Hello"), words("cat.txt=Cat")},
	{"enriched", who + "Content-Type: text/enriched\n\n<bold>Hello</bold>, <param>red</param>Sam. 1 << 2\n", reply, words("Hello, ", "Sam. 1 < 2"), nil},
	{"markdown", who + "Content-Type: text/markdown\n\n**Hello**, Sam.\n", reply, words("**Hello**, Sam."), nil},
	{"a text nobody knows", who + "Content-Type: text/zot\n\nHello, Sam.\n", files, nil, words("=Hello, Sam.")},
	{"rtf", who + "Content-Type: text/rtf\n\n{\\rtf1 Hello}\n", files, nil, words("=Hello")},
	{"text/*", who + "Content-Type: text/*\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"a type of one word", who + "Content-Type: text\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"an empty type", who + "Content-Type:\n\nHello, Sam.\n", reply, words("Hello, Sam."), nil},
	{"a type of nothing but parameters", who + "Content-Type: ; charset=utf-8\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"a type in angle brackets", who + "Content-Type: <text/plain>; charset=utf-8\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"a type with comments", who + "Content-Type: (a (b) c) text/plain (d); charset=(e)utf-8\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"a type with a comment inside", who + "Content-Type: text/(c)html; charset=utf-8\n\n<p>Grüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"a type with a comma", who + "Content-Type: text/plain, charset=utf-8\n\nGrüße, Sam.\n", reply, words("Grüße, Sam."), nil},
	{"HTML that says plain", who + "Content-Type: text/plain\n\n<html><body><p>Hello, Sam.</p></body></html>\n", reply, words("Hello, Sam."), nil},
	{"empty body", who + "\n", reply, nil, nil},
	{"no body", strings.TrimSuffix(who, "\n"), reply, nil, nil},
}

// TestStrangeLetters: whatever the form, the right fate, nothing lost, within a second of CPU time and 64 MiB.
func TestStrangeLetters(t *testing.T) {
	n := 0
	for _, list := range [][]strange{strangeStructures, strangeBodies, strangeHeaders, strangeFiles} {
		for _, s := range list {
			n++
			s.check(t)
		}
	}
	t.Logf("strange letters: %d", n)
}

func (s strange) check(t *testing.T) {
	t.Helper()
	raw := crlf(s.letter)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := busy(t)
	l := Read(raw, DefaultLimits())
	v := Judge(l, Envelope{})
	took := busy(t) - begin
	runtime.ReadMemStats(&after)
	if after.TotalAlloc-before.TotalAlloc > 64<<20 || took > slowest {
		t.Errorf("%s: %s, %d bytes", s.name, took, after.TotalAlloc-before.TotalAlloc)
	}
	if v.Fate != s.fate {
		t.Errorf("%s: %s (%s), want %s", s.name, v.Fate, v.Reason, s.fate)
	}
	if v.Fate == Reject {
		return
	}
	if got, want := countNodes(l), countLeaves(raw, DefaultLimits()); got != want {
		t.Errorf("%s: %d leaves of %d", s.name, got, want)
	}
	if !utf8.ValidString(l.Text + l.HTML + l.Subject + l.From.Name) {
		t.Errorf("%s: not UTF-8", s.name)
	}
	for _, w := range s.shown {
		word, not := strings.CutPrefix(w, "!")
		if in := strings.Contains(l.Text, word) || strings.Contains(l.HTML, word); in == not {
			t.Errorf("%s: shows %q: %v, of %q %q", s.name, word, in, cutRunes(l.Text, 300), cutRunes(l.HTML, 300))
		}
	}
	if len(s.files) > 0 && len(s.files) != len(l.Files()) && len(l.Files()) < 50 || s.files == nil && len(l.Files()) > 0 {
		t.Errorf("%s: %d files: %s", s.name, len(l.Files()), outline(t, l))
		return
	}
	for i, f := range s.files {
		name, word, _ := strings.Cut(f, "=")
		p := l.Files()[i]
		if len(p.ContentID) > longestCID {
			t.Errorf("%s: a Content-ID of %d bytes", s.name, len(p.ContentID))
		}
		if name != "" && p.Name != name || !strings.Contains(content(t, p), word) {
			t.Errorf("%s: %q %q, want %q", s.name, p.Name, cutRunes(content(t, p), 100), f)
		}
	}
}
