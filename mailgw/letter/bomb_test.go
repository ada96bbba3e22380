package letter

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

const mib = 1 << 20

// bombs are letters made to cost more than they weigh (S16).
var bombs = map[string]func() string{
	"nested closed":    func() string { return nested(5000, true) },
	"nested unclosed":  func() string { return nested(5000, false) },
	"nested to limit":  func() string { return nested(DefaultLimits().Depth, false) },
	"parts":            func() string { return manyParts(20000) },
	"parts to limit":   func() string { return manyParts(DefaultLimits().Parts - 1) },
	"header of 1 MiB":  func() string { return from + "X-A: " + strings.Repeat("a", mib) + "\r\n\r\nhi" },
	"fields":           func() string { return from + strings.Repeat("X-A: b\r\n", 100000) + "\r\nhi" },
	"folds":            func() string { return from + "X-A: b\r\n" + strings.Repeat(" c\r\n", 60000) + "\r\nhi" },
	"broken folds":     func() string { return from + strings.Repeat("a=b;\r\nSubject: x;\r\n", 900) + "\r\nhi" },
	"openers of words": func() string { return field("Subject", "=?a ", " ?=") },
	"halves of words":  func() string { return field("Subject", "=?a?q?", "") },
	"words":            func() string { return field("Subject", "=?utf-8?q?=c3?= ", "") },
	"words and angles": func() string { return field("To", "=?a?q?<", "?=") },
	"angles":           func() string { return field("To", "<", "") },
	"comments":         func() string { return field("To", "(", "") },
	"closed comments":  func() string { return field("Content-Type", "()", "") },
	"quotes":           func() string { return field("To", `"\`, "") },
	"commas":           func() string { return field("To", ",", "") },
	"groups":           func() string { return field("To", "a:", "") },
	"addresses":        func() string { return field("To", "a@b.example, ", "a@b") },
	"references":       func() string { return field("References", "<a@b> ", "") },
	"half references":  func() string { return field("References", "<", "") },
	"parameters":       func() string { return field("Content-Type", "text/plain; a=b;", "") },
	"sections":         func() string { return field("Content-Disposition", "attachment; filename*1*=a;", "") },
	"percents":         func() string { return field("Content-Disposition", "attachment; filename*=utf-8''%", "") },
	"header of a part": func() string { return multi("--b\r\nX-A: " + strings.Repeat("a", mib) + "\r\n\r\nhi\r\n--b--\r\n") },
	"dashes":           func() string { return multi(strings.Repeat("--\r\n", mib)) },
	"almost delimiter": func() string { return multi(strings.Repeat("--bb\r\nContent\r\n", mib/4)) },
	"long dashes":      func() string { return multi("--" + strings.Repeat("-", 4*mib) + "\r\n") },
	"long boundary":    func() string { return longBoundary(60000) },
	"one boundary":     func() string { return sameBoundary(90) },
	"begin":            func() string { return plain("", strings.Repeat("begin 644 a\r\n", mib/4)) },
	"begin and data":   func() string { return plain("", strings.Repeat("begin 644 a\r\n#0V%T\r\n", mib/8)) },
	"spaces in QP":     func() string { return plain("quoted-printable", strings.Repeat(" ", 4*mib)) },
	"equals in QP":     func() string { return plain("quoted-printable", strings.Repeat("= ", 2*mib)) },
	"base64":           func() string { return plain("base64", strings.Repeat("QUFB\r\n", mib)) },
	"padding":          func() string { return plain("base64", strings.Repeat("QQ==", mib)) },
	"bare CR":          func() string { return plain("", strings.Repeat("\r", 4*mib)) },
	"8-bit":            func() string { return plain("", strings.Repeat("\xe9", 4*mib)) },
	"utf-7":            func() string { return charset("utf-7", strings.Repeat("+", 2*mib)) },
	"utf-7 runs":       func() string { return charset("utf-7", strings.Repeat("+AGEA-", mib/2)) },
	"escapes":          func() string { return charset("iso-2022-jp", strings.Repeat("\x1b$B", mib)) },
	"gb18030":          func() string { return charset("gb2312", strings.Repeat("\x81\x30", mib)) },
	"quoted flow":      func() string { return charset("utf-8; format=flowed", strings.Repeat("> a \r\n", mib/2)) },
	"quote marks":      func() string { return charset("utf-8; format=flowed", strings.Repeat(">", 4*mib)) },
	"open tags":        func() string { return typed("text/html", strings.Repeat("<", 4*mib)) },
	"tags":             func() string { return typed("text/html", strings.Repeat("<a>", mib)) },
	"cids":             func() string { return typed("text/html", strings.Repeat("cid:a", mib/2)) },
	"enriched":         func() string { return typed("text/enriched", strings.Repeat("<param>", mib/4)) },
	"bounce words":     func() string { return bounceOf(strings.Repeat("a@b.example\r\n", mib/8)) },
	"bounce no words":  func() string { return bounceOf(strings.Repeat("a", 4*mib)) },
	"groups of status": func() string {
		return report(strings.Repeat("Final-Recipient: rfc822;a@b\r\nAction: failed\r\n\r\n", 50000))
	},
	"lines of status": func() string { return report(strings.Repeat("junk\r\n", 200000)) },
	"encoded multiparts": func() string {
		return from + "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("QUFB", mib)
	},
	"big file": func() string {
		return multi("--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat(strings.Repeat("QUFB", 19)+"\r\n", 100000) + "--b--\r\n")
	},
}

const from = "From: a@example.com\r\n"

func nested(depth int, closed bool) string {
	var b strings.Builder
	b.WriteString(from)
	for i := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("\r\nhello\r\n")
	for i := depth - 1; closed && i >= 0; i-- {
		fmt.Fprintf(&b, "--b%d--\r\n", i)
	}
	return b.String()
}

func manyParts(n int) string {
	return multi(strings.Repeat("--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n", n) + "--b--\r\n")
}

func multi(body string) string {
	return from + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body
}

func field(name, piece, end string) string {
	const size = 250 << 10 // just within the limit
	return from + name + ": " + strings.Repeat(piece, size/len(piece)) + end + "\r\n\r\nhi"
}

func longBoundary(n int) string {
	boundary := strings.Repeat("b", n)
	return from + "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n" + strings.Repeat("--"+boundary+"x\r\n", 60)
}

func sameBoundary(depth int) string {
	part := "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	return from + strings.Repeat(part, depth) + "\r\nhello\r\n" + strings.Repeat("--b--\r\n", depth)
}

func plain(encoding, body string) string {
	return from + "Content-Transfer-Encoding: " + encoding + "\r\n\r\n" + body
}

func charset(name, body string) string { return typed("text/plain; charset="+name, body) }

func typed(mediaType, body string) string {
	return from + "Content-Type: " + mediaType + "\r\n\r\n" + body
}

func bounceOf(body string) string { return "From: mailer-daemon@example.com\r\n\r\n" + body }

func report(status string) string {
	return from + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\n" + status + "\r\n--b--\r\n"
}

// busy is the CPU time of this process so far: a letter's own, however loaded the machine is.
func busy(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestBombs reads each within a second of CPU time and 64 MiB beyond the letter itself. Not
// parallel: it counts what the process allocates.
func TestBombs(t *testing.T) {
	for name, build := range bombs {
		raw := []byte(build())
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := busy(t)
		l := Read(raw, DefaultLimits())
		v := Judge(l, Envelope{})
		for _, p := range l.Files() {
			if _, err := io.Copy(io.Discard, p.Open()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		took := busy(t) - begin
		runtime.ReadMemStats(&after)
		allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
		if took > slowest || allocated > 64 {
			t.Errorf("%s: %s, %d MiB allocated for %d KiB of letter", name, took, allocated, len(raw)>>10)
		}
		if v.Fate == "" {
			t.Errorf("%s: no fate", name)
		}
		t.Logf("%-20s %8s %3d MiB %6d KiB %s %v", name, took.Round(time.Millisecond), allocated, len(raw)>>10, v.Fate, l.Exceeded)
	}
}

func TestLimitsRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		letter string
		want   Limit
		status string
	}{
		{"depth", nested(101, true), LimitDepth, "5.6.0"},
		{"parts", manyParts(1000), LimitParts, "5.6.0"},
		{"header", "X-A: " + strings.Repeat("a", 257<<10) + "\r\n" + from + "\r\nhi", LimitHeaderBytes, "5.6.0"},
		{"fields", from + strings.Repeat("X-A: b\r\n", 2000) + "\r\nhi", LimitHeaderFields, "5.6.0"},
		{"hops", strings.Repeat("Received: from a by b\r\n", 51) + from + "\r\nhi", LimitHops, "5.4.6"},
		{"bytes", from + "\r\n" + strings.Repeat("a", 36<<20), LimitBytes, "5.3.4"},
	} {
		v := Judge(Read([]byte(c.letter), DefaultLimits()), Envelope{})
		if v.Fate != Reject || v.Status != c.status {
			t.Errorf("%s: %s %s", c.name, v.Fate, v.Status)
		}
		if l := Read([]byte(c.letter), DefaultLimits()); len(l.Exceeded) != 1 || l.Exceeded[0] != c.want {
			t.Errorf("%s: %v", c.name, l.Exceeded)
		}
	}
	for name, letter := range map[string]string{
		"depth":  nested(100, true),
		"parts":  manyParts(999),
		"header": from + "X-A: " + strings.Repeat("a", 255<<10) + "\r\n\r\nhi",
		"fields": from + strings.Repeat("X-A: b\r\n", 1999) + "\r\nhi",
		"hops":   strings.Repeat("Received: from a by b\r\n", 50) + from + "\r\nhi",
	} {
		if v := Judge(Read([]byte(letter), DefaultLimits()), Envelope{}); v.Fate != AcceptReply {
			t.Errorf("%s at the limit: %s, %s", name, v.Fate, v.Reason)
		}
	}
}
