package letter

import (
	"strings"
	"testing"
)

// BenchmarkRead reads a letter of 6 kB as T6 has it: text and HTML with what it
// answers quoted below.
func BenchmarkRead(b *testing.B) {
	quote := strings.Repeat("> as discussed, we need the papers for the annual accounts=\r\n by the end of May.\r\n", 30)
	raw := []byte(from + "To: reply@example.net\r\nSubject: =?utf-8?q?Re:_Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@example.com>\r\n" +
		"References: <1@example.net> <2@example.net>\r\nDate: Tue, 5 May 2026 12:00:00 +0200\r\n" +
		strings.Repeat("Received: from a.example by b.example with ESMTPS id 1234; Tue, 5 May 2026 12:00:00 +0200\r\n", 4) +
		"Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nThank you.\r\n\r\n" + quote +
		"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Thank you.</p><blockquote>" + quote +
		"</blockquote>\r\n--b--\r\n")
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if v := Judge(Read(raw, DefaultLimits()), Envelope{}); v.Fate != AcceptReply {
			b.Fatal(v.Fate)
		}
	}
}
