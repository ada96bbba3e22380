package main

import (
	"fmt"
	"strings"

	"postern/e2e/rig"
)

// hostile is what a stranger says and is to hear, in a connection of its own, and how many letters are stored by it.
type hostile struct {
	name   string
	stores int
	script []string
}

const bare = "554 5.6.0 The letter has line ends | -"

// smuggling ends a letter as some servers have it, with another behind it.
func (s *siege) smuggling() (all []hostile) {
	second := "MAIL FROM:<boss@client.example>\r\nRCPT TO:<" + s.to + ">\r\nDATA\r\nFrom: carl@client.example\r\n\r\nSmuggled.\r\n.\r\nQUIT\r\n"
	for _, end := range []string{
		"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r.\n", "\r\n.\r\r\n", "\r\r\n.\r\r\n", "\n\n.\n", "\r\n\n.\r\n",
	} {
		raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
		all = append(all, hostile{fmt.Sprintf("end %q", end), 0, []string{ready(s.to) + "DATA\r\n", "250 | 250 | 250 | 354", raw + "The first." + end + second, bare}})
	}
	for _, end := range []string{"\r\n\x00.\r\n", "\r\n.\x00\r\n", "\r\n..\r\n", "\r\n. \r\n", "\r\n .\r\n"} {
		raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
		all = append(all, hostile{fmt.Sprintf("end %q", end), 1, []string{ready(s.to) + "DATA\r\n", "250 | 250 | 250 | 354",
			raw + "The first." + end + second, "250 2.0.0 | 221 | -"}})
	}
	raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	return append(all,
		hostile{"a letter behind DATA", 0, []string{ready(s.to) + "DATA\r\n" + raw + "\r\n.\r\n" + second, "250 | 250 | 250 | 554 5.5.0 | -"}},
		hostile{"commands with LF alone", 0, []string{strings.ReplaceAll(ready(s.to), "\r\n", "\n"), "500 5.5.2 | -"}},
		hostile{"commands with CR alone", 0, []string{strings.ReplaceAll(ready(s.to), "\r\n", "\r") + "\r\n", "500 5.5.2 | -"}},
	)
}

// grammar is what is no command, no address and no parameter.
func (s *siege) grammar() (all []hostile) {
	for name, line := range map[string]string{
		"unknown": "XYZZY", "empty": "", "NUL": "NO\x00OP", "no UTF-8": "NOOP \xff\xfe", "a control": "EHLO a\x1b[31m", "HELO alone": "HELO", "HELO too long": "HELO " + strings.Repeat("x", 300),
		"LHLO": "LHLO x", "MAIL before EHLO": "MAIL FROM:<a@client.example>", "RCPT before MAIL": "RCPT TO:<" + s.to + ">", "DATA before MAIL": "DATA", "EXPN": "EXPN staff", "ETRN": "ETRN client.example",
		"TURN": "TURN", "SEND": "SEND FROM:<a@client.example>", "AUTH": "AUTH PLAIN AGEAYg==", "AUTH LOGIN": "AUTH LOGIN", "DEBUG": "DEBUG", "WIZ": "WIZ", "HTTP": "GET / HTTP/1.1",
	} {
		all = append(all, hostile{name, 0, []string{line + "\r\n", "50", "NOOP\r\n", "250"}})
	}
	for name, args := range map[string]string{
		"no brackets": "FROM:a@client.example", "no end": "FROM:<a@client.example", "two": "FROM:<a@client.example><b@client.example>", "glued": "FROM:<a@client.example>SIZE=1", "TO": "TO:<a@client.example>",
		"SIZE negative": "FROM:<a@client.example> SIZE=-1", "SIZE a word": "FROM:<a@client.example> SIZE=big", "SIZE empty": "FROM:<a@client.example> SIZE=", "SIZE twice": "FROM:<a@client.example> SIZE=1 SIZE=2",
		"SIZE of 30 digits": "FROM:<a@client.example> SIZE=" + strings.Repeat("9", 30), "SIZE hex": "FROM:<a@client.example> SIZE=0x10", "SIZE huge": "FROM:<a@client.example> SIZE=18446744073709551615",
		"SIZE past 64 bits": "FROM:<a@client.example> SIZE=99999999999999999999", "SIZE past 32 bits": "FROM:<a@client.example> SIZE=4294967296", "SIZE one over": fmt.Sprintf("FROM:<a@client.example> SIZE=%d", siegeLetter+1),
		"BODY unknown": "FROM:<a@client.example> BODY=9BIT", "BODY binary": "FROM:<a@client.example> BODY=BINARYMIME", "SMTPUTF8 with a value": "FROM:<a@client.example> SMTPUTF8=1",
		"AUTH": "FROM:<a@client.example> AUTH=<>", "RET": "FROM:<a@client.example> RET=FULL", "unknown": "FROM:<a@client.example> X=Y",
	} {
		all = append(all, hostile{"MAIL " + name, 0, []string{hello + "MAIL " + args + "\r\n", "250 | 5", "NOOP\r\n", "250"}})
	}
	return append(all,
		hostile{"HELP and VRFY", 0, []string{"HELP\r\nVRFY carl@client.example\r\n", "214 2.0.0 | 252 2.5.0"}},
		hostile{"8BITMIME and SMTPUTF8", 0, []string{hello + "MAIL FROM:<kärl@client.example> SIZE=100 BODY=8BITMIME SMTPUTF8\r\n", "250 | 250 2.1.0"}},
		hostile{"a command of 2,001 bytes", 0, []string{"NOOP " + strings.Repeat("x", 1994) + "\r\n", "500 5.5.2 | -"}},
		hostile{"a command without end", 0, []string{strings.Repeat("x", 1<<20), "500 5.5.2 | -"}},
		hostile{"NOTIFY", 0, []string{hello + "MAIL FROM:<>\r\nRCPT TO:<" + s.to + "> NOTIFY=SUCCESS\r\n", "250 | 250 | 555 5.5.4"}},
	)
}

// relaying asks to hand a letter on, in every spelling. Nobody elsewhere is a recipient here, and no spelling of ours is somebody else's.
func (s *siege) relaying() (all []hostile) {
	local, _, _ := strings.Cut(s.to, "@")
	ours := "@" + rig.MailDomain
	for _, to := range []string{
		"victim@elsewhere.example", "victim%elsewhere.example" + ours, ours + ":victim@elsewhere.example", "@elsewhere.example,@b.example:victim@elsewhere.example", `"victim@elsewhere.example"` + ours, "victim@elsewhere.example" + ours,
		"victim@@postern.test", "elsewhere.example!victim" + ours, "victim@[127.0.0.1]", "victim@localhost", "victim", "postmaster@elsewhere.example", local + "@elsewhere.example", local + "%postern.test" + ours,
		local + ours + "@elsewhere.example", local + "@pоstern.test", local + "@postern.test.elsewhere.example", local + ours + ".", local + "@[postern.test]", `"` + local + `\@elsewhere.example"` + ours,
		local + "\u200b" + ours, "\uff4c" + local[1:] + ours, local + "+tag" + ours, "<" + local + ours, local + ours + ",victim@elsewhere.example", local + " " + ours, "(x)" + local + ours, "",
		" ", "|/bin/true" + ours, "/etc/passwd" + ours, ":include:/etc/passwd" + ours, "../../x" + ours, "%s%n" + ours, "'; DROP TABLE users; --" + ours, strings.Repeat("a", 1900) + ours,
	} {
		all = append(all, hostile{fmt.Sprintf("RCPT %.40q", to), 0, []string{hello + "MAIL FROM:<carl@client.example>\r\nRCPT TO:<" + to + ">\r\nDATA\r\n", "250 | 250 | 5 | 503 5.5.1"}})
	}
	raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	desk := strings.Replace(raw, "carl@client.example", "stranger@elsewhere.example", 1)
	for _, to := range []string{"postmaster", "Postmaster" + ours, "abuse" + ours} {
		all = append(all, hostile{"a letter to " + to, 0, []string{
			hello + "MAIL FROM:<>\r\nRCPT TO:<" + to + ">\r\nDATA\r\n", "250 | 250 | 250 | 354", desk + "\r\n.\r\n", "250 2.0.0",
		}})
	}
	return append(all, hostile{"a source route to us is left out", 1, []string{
		strings.Replace(ready(s.to), "TO:<", "TO:<@a.example,@b.example:", 1) + "DATA\r\n", "250 | 250 | 250 | 354", raw + "\r\n.\r\n", "250 2.0.0",
	}})
}

// sized is a letter of exactly n bytes.
func (s *siege) sized(n int) string {
	raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	for len(raw) < n-80 {
		raw += strings.Repeat("x", 76) + "\r\n"
	}
	return raw + strings.Repeat("y", n-len(raw)-2) + "\r\n"
}

// sizes are letters at and past every bound.
func (s *siege) sizes() (all []hostile) {
	send := func(name string, stores int, raw, want string) {
		all = append(all, hostile{name, stores, []string{ready(s.to) + "DATA\r\n", "250 | 250 | 250 | 354", raw + ".\r\n", want}})
	}
	send("the size there may be", 1, s.sized(siegeLetter), "250 2.0.0")
	send("one byte over", 0, s.sized(siegeLetter+1), "552 5.3.4")
	send("ten times over", 0, s.sized(10*siegeLetter), "552 5.3.4")
	long := func(n int) string {
		raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
		return raw + strings.Repeat("x", n) + "\r\n"
	}
	send("a line of 65,536 bytes", 1, long(65_534), "250 2.0.0")
	send("a line of 65,537 bytes", 0, long(65_535), "554 5.6.0")
	nul, _ := s.letter("From: carl@client.example", "Subject: Re: Answered\x00 by mail")
	send("NUL in a letter", 1, nul+"a\x00b\r\n", "250 2.0.0")
	hops := func(n int) string {
		raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
		return strings.Repeat("Received: from a by b\r\n", n) + raw
	}
	send("30 servers on the way", 1, hops(30), "250 2.0.0")
	send("a loop of servers", 0, hops(120), "554 5.4.6")
	send("nothing", 0, "", "550 5.6.0")
	many := ready(s.to) + strings.Repeat("RCPT TO:<"+s.to+">\r\n", 100)
	raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	return append(all, hostile{"the 101st recipient", 1, []string{
		many + "DATA\r\n", "250 | 250 | " + strings.Repeat("250 | ", 100) + "452 4.5.3 | 354", raw + "\r\n.\r\n", "250 2.0.0",
	}})
}

// chunks are letters by BDAT, whole and not.
func (s *siege) chunks() (all []hostile) {
	begin := "250 | 250 | 250 | "
	add := func(name string, stores int, sent, want string) {
		all = append(all, hostile{name, stores, []string{ready(s.to) + sent, begin + want}})
	}
	raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	add("a letter in two chunks", 1, fmt.Sprintf("BDAT 50\r\n%sBDAT %d LAST\r\n%s", raw[:50], len(raw)-50, raw[50:]), "250 2.0.0 Go on | 250 2.0.0 OK: stored")
	block := strings.Repeat(strings.Repeat("x", 98)+"\r\n", 1500)
	inside := "MAIL FROM:<boss@client.example>\r\nRCPT TO:<" + s.to + ">\r\n"
	add("BDAT without a number", 0, "BDAT\r\n"+inside, "501 5.5.4 | -")
	add("BDAT negative", 0, "BDAT -1 LAST\r\n"+inside, "501 5.5.4 | -")
	add("BDAT of 21 digits", 0, "BDAT 100000000000000000000\r\n"+inside, "501 5.5.4 | -")
	add("BDAT of 4 GiB", 0, "BDAT 4294967296 LAST\r\n"+strings.Repeat("x", 2<<20), "552 5.3.4 | -")
	add("BDAT of 2^64 - 1", 0, "BDAT 18446744073709551615 LAST\r\n"+strings.Repeat("x", 2<<20), "552 5.3.4 | -")
	add("chunks that are too large together", 0, "BDAT 150000\r\n"+block+"BDAT 150000\r\n"+block+"BDAT 4 LAST\r\nNOOPRSET\r\nNOOP\r\n",
		"250 2.0.0 Go on | 552 5.3.4 | 503 5.5.1 | 250 | 250")
	raw, _ = s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	sly := raw + "The first.\n.\n" + inside
	add("bare LF in a chunk", 0, fmt.Sprintf("BDAT %d LAST\r\n%s", len(sly), sly), bare)
	add("other commands between chunks", 0, "BDAT 1\r\nxDATA\r\nMAIL FROM:<>\r\nRSET\r\nNOOP\r\n", "250 2.0.0 Go on | 503 5.5.1 | 503 5.5.1 | 250 | 250")
	all = append(all, hostile{"BDAT before MAIL", 0, []string{hello + "BDAT 6 LAST\r\nRSET\r\nNOOP\r\n", "250 | 503 5.5.1 | 250"}})
	whole, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	return append(all, hostile{"a chunk that does not come to its end", 0, []string{
		ready(s.to) + fmt.Sprintf("BDAT %d LAST\r\n%s", len(whole)+100, whole), begin + "421 4.4.2 | -",
	}})
}

// floods are commands without end.
func (s *siege) floods() (all []hostile) {
	for name, line := range map[string]string{"NOOP": "NOOP", "RSET": "RSET", "EHLO": "EHLO x", "VRFY": "VRFY a", "HELP": "HELP"} {
		all = append(all, hostile{name + " without end", 0, []string{strings.Repeat(line+"\r\n", 150), strings.Repeat("2 | ", 100) + "421 4.7.0 | -"}})
	}
	for name, line := range map[string]string{"AUTH": "AUTH PLAIN AGEAYg==", "nonsense": "XYZZY", "DATA": "DATA", "binary": "\x16\x03\x01\x02"} {
		all = append(all, hostile{name + " without end", 0, []string{strings.Repeat(line+"\r\n", 50), strings.Repeat("50 | ", 9) + "50 | 421 4.7.0 | -"}})
	}
	return append(all, hostile{"guesses without end", 0, []string{
		hello + "MAIL FROM:<carl@client.example>\r\n" + strings.Repeat("RCPT TO:<x@postern.test>\r\n", 30),
		"250 | 250 | " + strings.Repeat("550 5.1.1 | ", 19) + "421 4.7.0 | -",
	}})
}
