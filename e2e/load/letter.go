package main

import (
	"fmt"
	"strings"
	"time"
)

const minLetter = 2000 // bytes: the headers, a sentence and a quote

// letter is an answer as a mail program writes it: text and HTML, the answer above what it answers to. It has about so many bytes.
func letter(number int, from, to string, size int) []byte {
	answer := fmt.Sprintf("load-%d Thank you, the till reports of August are on their way, and the invoice for the new oven comes on Friday.", number)
	text, html := answer+"\r\n\r\n", "<div>"+answer+"</div><br>\r\n"
	quote := "On Mon, 2 Nov 2026 at 10:12, Office <office@" + rigDomain(to) + "> wrote:\r\n"
	text += quote
	html += "<div class=\"gmail_quote\"><div class=\"gmail_attr\">" + strings.ReplaceAll(strings.TrimSpace(quote), "<", "&lt;") + "</div><blockquote class=\"gmail_quote\">\r\n"
	const words = "Could you please send me the till reports of August and the invoice by Friday?"
	for len(text)+len(html) < size-1000 {
		text += "> " + words + "\r\n"
		html += "<p>" + words + "</p>\r\n"
	}
	html += "</blockquote></div>\r\n"
	return fmt.Appendf(nil, "From: A Client <%s>\r\nTo: <%s>\r\nSubject: Re: Group\r\nDate: %s\r\nMessage-ID: <load-%d-%d@client.example>\r\n"+
		"User-Agent: load\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_load\"\r\n\r\n"+
		"--=_load\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n"+
		"--=_load\r\nContent-Type: text/html; charset=utf-8\r\n\r\n%s\r\n--=_load--\r\n",
		from, to, time.Now().Format(time.RFC1123Z), number, time.Now().UnixNano(), text, html)
}

func rigDomain(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}
