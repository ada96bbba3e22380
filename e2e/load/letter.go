package main

import (
	"fmt"
	"strings"
	"time"
)

const minLetter = 2000 // bytes: headers, a sentence, and something to quote

// letter is an answer as a mail program writes it: text and HTML, the answer above what it answers to. It has about so many bytes.
func letter(number int, from, to string, size int) []byte {
	const words = "Could you please send me the till reports of August and the invoice by Friday?"
	bare := letterQuoting("", "", number, from, to)
	lines := max(0, size-len(bare)) / (len("> \r\n<p></p>\r\n") + 2*len(words))
	return letterQuoting(strings.Repeat("> "+words+"\r\n", lines), strings.Repeat("<p>"+words+"</p>\r\n", lines), number, from, to)
}

func letterQuoting(text, html string, number int, from, to string) []byte {
	answer := fmt.Sprintf("load-%d Thank you, the till reports of August are on their way, and the invoice for the new oven comes on Friday.", number)
	_, domain, _ := strings.Cut(to, "@")
	wrote := "On Mon, 2 Nov 2026 at 10:12, Office "
	return fmt.Appendf(nil, "From: A Client <%s>\r\nTo: <%s>\r\nSubject: Re: Group\r\nDate: %s\r\nMessage-ID: <load-%d-%d@client.example>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_load\"\r\n\r\n"+
		"--=_load\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n\r\n%s<office@%s> wrote:\r\n%s\r\n"+
		"--=_load\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div>%s</div><br>\r\n<div class=\"gmail_quote\"><div class=\"gmail_attr\">%s&lt;office@%s&gt; wrote:</div>"+
		"<blockquote class=\"gmail_quote\">\r\n%s</blockquote></div>\r\n--=_load--\r\n",
		from, to, time.Now().Format(time.RFC1123Z), number, time.Now().UnixNano(), answer, wrote, domain, text, answer, wrote, domain, html)
}
