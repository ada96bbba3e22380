package reply

import (
	"strings"
	"testing"
)

// programs are letters as known programs write them, reduced to what matters. In
// all of them the person wrote answer, above the quote where it is not said
// otherwise.
var programs = map[string]string{
	"Gmail":                                `<div dir="ltr"><div>Yes, on Friday.</div><div>All 3 of them.</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, May 5, 2020 at 10:30 AM Ann Lee &lt;<a href="mailto:ann@example.com">ann@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>Can you come?</div></blockquote></div>`,
	"Gmail in a language nobody knows":     `<div>Yes, on Friday.<br>All 3 of them.</div><div class="gmail_quote"><div class="gmail_attr">Blarg zot Ann Lee frobs<br></div><blockquote class="gmail_quote"><div>Can you come?</div></blockquote></div>`,
	"Gmail with a signature":               `<div dir="ltr">Yes, on Friday.<br>All 3 of them.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">Bob Roe<br>It is a good day</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Tue, Ann wrote:</div><blockquote class="gmail_quote">q</blockquote></div>`,
	"Gmail, answered below":                `<div dir="ltr"><br></div><div class="gmail_quote"><div class="gmail_attr">On Tue, Ann wrote:<br></div><blockquote class="gmail_quote"><div>Can you come?</div></blockquote><div>Yes, on Friday.</div><div>All 3 of them.</div></div>`,
	"Gmail without a blockquote":           `Yes, on Friday.<br>All 3 of them.<div class="gmail_quote">Blarg zot<div>Can you come?</div></div>`,
	"Outlook for Windows":                  `<div class=WordSection1><p class=MsoNormal>Yes, on Friday.<br>All 3 of them.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>From:</b> Ann Lee &lt;ann@example.com&gt; <br><b>Sent:</b> Tuesday, May 5, 2020 10:30 AM<br><b>To:</b> Bob Roe<br><b>Subject:</b> Report<o:p></o:p></p></div></div><p class=MsoNormal>Can you come?</p></div>`,
	"Outlook in a language nobody knows":   `<div class=WordSection1><p class=MsoNormal>Yes, on Friday.<br>All 3 of them.</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Frobo:</b> Ann Lee &lt;ann@example.com&gt;<br><b>Zot:</b> 5 Foo 2020 10:30<br><b>Quux:</b> Bob<br><b>Plugh:</b> Report</p></div><p>Can you come?</p></div>`,
	"Outlook on the web":                   `<div dir="ltr">Yes, on Friday.<br>All 3 of them.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font><b>Blarg:</b> Ann Lee<br><b>Zot:</b> Tuesday</font><div>&nbsp;</div></div><div>Can you come?</div>`,
	"Outlook on the web, one field":        `<div>Yes, on Friday.<br>All 3 of them.</div><hr><div id="x_divRplyFwdMsg">Blarg</div><div>Can you come?</div>`,
	"Outlook, new":                         `<div class="elementToProof">Yes, on Friday.<br>All 3 of them.</div><div id="mail-editor-reference-message-container"><div>Blarg</div><div>Can you come?</div></div>`,
	"Outlook for phones":                   `<div dir="auto">Yes, on Friday.<br>All 3 of them.</div><div id="ms-outlook-mobile-signature"><div>Get Outlook for <a href="https://aka.ms/x">iOS</a></div></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ann</div><div>Can you come?</div>`,
	"Outlook for Mac":                      `<div>Yes, on Friday.</div><div>All 3 of them.</div><span id="OLK_SRC_BODY_SECTION"><div><b>Blarg: </b>Ann</div><div>Can you come?</div></span>`,
	"Apple Mail":                           `<body>Yes, on Friday.<div>All 3 of them.<br><div><br><blockquote type="cite"><div>On 5 May 2020, at 10:30, Ann Lee &lt;ann@example.com&gt; wrote:</div><br class="Apple-interchange-newline"><div>Can you come?</div></blockquote></div><br></div></body>`,
	"Apple Mail on the phone":              `<div dir="ltr">Yes, on Friday.<div>All 3 of them.<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">Blarg Ann frobs:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Can you come?</div></blockquote></div></div>`,
	"Thunderbird":                          `<p>Yes, on Friday.<br>All 3 of them.</p><div class="moz-cite-prefix">Blarg Ann zots<br></div><blockquote type="cite" cite="mid:x@example.com"><p>Can you come?</p></blockquote><pre class="moz-signature" cols="72">-- \nBob Roe</pre>`,
	"Thunderbird, answered below":          `<div class="moz-cite-prefix">Blarg Ann zots<br></div><blockquote type="cite" cite="mid:x@example.com">Can you come?</blockquote><p>Yes, on Friday.<br>All 3 of them.</p><div class="moz-signature">-- <br>Bob</div>`,
	"Yahoo":                                `<div>Yes, on Friday.<br>All 3 of them.</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div><div>Blarg Ann zots</div><div>Can you come?</div></div></div>`,
	"Proton":                               `<div>Yes, on Friday.<br>All 3 of them.</div><div class="protonmail_signature_block"><div>Sent with Proton Mail secure email.</div></div><div class="protonmail_quote">Blarg Ann zots<br><blockquote class="protonmail_quote" type="cite">Can you come?</blockquote></div>`,
	"Tutanota":                             `<div>Yes, on Friday.<br>All 3 of them.</div><div><br></div>5. May 2020, 10:30 by ann@example.com:<br><blockquote class="tutanota_quote">Can you come?</blockquote>`,
	"Zimbra":                               `<div>Yes, on Friday.<br>All 3 of them.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Blarg: </b>Ann</div><div data-marker="__QUOTED_TEXT__">Can you come?</div>`,
	"Hotmail":                              `<div>Yes, on Friday.<br>All 3 of them.<br><br><div><hr id="stopSpelling">Blarg: Tuesday<br>Can you come?</div></div>`,
	"Zoho":                                 `<div>Yes, on Friday.<br>All 3 of them.</div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- Blarg ----</div><blockquote>Can you come?</blockquote></div>`,
	"Roundcube":                            `<p>Yes, on Friday.<br>All 3 of them.</p><p id="reply-intro">Blarg zot:</p><blockquote type="cite"><p>Can you come?</p></blockquote>`,
	"Spark":                                `<div name="messageBodySection">Yes, on Friday.<br>All 3 of them.</div><div name="messageSignatureSection">Bob</div><div name="messageReplySection">Blarg zot:<br><blockquote type="cite">Can you come?</blockquote></div>`,
	"GMX":                                  `<div>Yes, on Friday.<br>All 3 of them.</div><div name="quote" style="margin:10px 5px;border-left:2px solid #C3D9E5"><div><b>Blarg:</b> Tuesday</div><div>Can you come?</div></div>`,
	"mail.ru":                              `<p>Yes, on Friday.<br>All 3 of them.</p>Вторник, 5 мая 2020, 10:30 +03:00 от Ann Lee &lt;ann@example.com&gt;:<br><blockquote style="border-left:1px solid #0857A6">Can you come?</blockquote>`,
	"Yandex":                               `<div>Yes, on Friday.</div><div>All 3 of them.</div><div>05.05.2020, 10:30, "Ann" &lt;ann@example.com&gt;:</div><blockquote><p>Can you come?</p></blockquote>`,
	"NetEase":                              `<div>Yes, on Friday.<br>All 3 of them.</div><div id="isReplyContent"><div>At 2020-05-05 10:30:00, Ann blarg</div><div>Can you come?</div></div>`,
	"QQ":                                   `<div>Yes, on Friday.<br>All 3 of them.</div><div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> Ann</div><div>Can you come?</div></div>`,
	"AOL":                                  `<div>Yes, on Friday.<br>All 3 of them.</div><div>-----Original Message-----<br>From: Ann<br>Can you come?</div>`,
	"Lotus Notes":                          `Yes, on Friday.<br>All 3 of them.<br><br><font color="#990099">-----"Ann Lee" &lt;ann@example.com&gt; wrote: -----</font><br>To: Bob<br>Can you come?`,
	"Samsung":                              `<div>Yes, on Friday.<br>All 3 of them.</div><div>-------- Original message --------</div><div>From: Ann Lee</div><div>Can you come?</div>`,
	"Missive":                              `<div>Yes, on Friday.<br>All 3 of them.</div><div><br></div><div>On Nov 19, 2026, at 2:07 PM, Ann Lee &lt;ann@example.com&gt; wrote:</div><blockquote class="missive_quote">Can you come?</blockquote>`,
	"Front":                                `<div>Yes, on Friday.<br>All 3 of them.</div><div class="front-signature">Bob Roe<br>Roe &amp; Partners</div><br>On November 19, 2026 at 2:07 PM GMT, Ann Lee &lt;ann@example.com&gt; wrote:<br><blockquote type="cite" class="front-blockquote">Can you come?</blockquote>`,
	"Fastmail":                             `<div>Yes, on Friday.</div><div>All 3 of them.</div><div><br></div><div>On Thu, 19 Nov 2026, at 2:07 PM, Ann Lee wrote:</div><blockquote type="cite" id="qt">Can you come?</blockquote>`,
	"Mailbird":                             `<div>Yes, on Friday.<br>All 3 of them.</div><blockquote class="history_container" type="cite"><p>On 19/11/2026 14:07:18, Ann Lee &lt;ann@example.com&gt; wrote:</p>Can you come?</blockquote>`,
	"Edison":                               `<div>Yes, on Friday.<br>All 3 of them.</div><div id="edo-signature">Blarg</div><div id="edo-original"><div>Blarg 19 Nov</div><div>Can you come?</div></div>`,
	"Superhuman":                           `<div>Yes, on Friday.<br>All 3 of them.</div><div class="sh-signature"><div class="gmail_signature">Bob Roe</div></div><div class="gmail_quote"><div>On Thu, Nov 19, 2026 at 2:07 PM, Ann Lee <span>&lt; ann@example.com &gt;</span> wrote:<br></div><blockquote class="gmail_quote">Can you come?</blockquote></div>`,
	"Nine":                                 `<div id="nine_body_1" dir="auto">Yes, on Friday.<br>All 3 of them.</div><div class="quote_header_nine" id="quoted_header_1"><hr><div id="quoted_header"><b>Blarg:</b> Ann Lee<br><b>Zot:</b> 19 Nov 2026 14:07</div></div><blockquote>Can you come?</blockquote>`,
	"Samsung, with a signature":            `<div dir="auto">Yes, on Friday.</div><div dir="auto">All 3 of them.</div><div dir="auto"><br></div><div id="composer_signature" dir="auto"><div style="font-size:85%">Blarg my Galaxy</div></div><div><br></div><div style="font-size:100%;color:#000000"><!-- originalMessage --><div>-------- Original message --------</div><div>From: Ann Lee &lt;ann@example.com&gt; </div><div>Date: 19/11/2026  14:07  (GMT+00:00) </div><div>To: Bob </div><div>Subject: Re: Keys </div><div><br></div></div><div>Can you come?</div>`,
	"163.com":                              `<div>Yes, on Friday.<br>All 3 of them.</div><div id="divNeteaseMailCard"></div><pre><br>At 2026-11-19 14:07:18, "Ann Lee" &lt;ann@example.com&gt; wrote:</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex"><div>Can you come?</div></blockquote>`,
	"Windows Mail":                         `<div class="WordSection1"><p class="MsoNormal">Yes, on Friday.<br>All 3 of them.</p><p class="MsoNormal">Sent from <a href="https://go.microsoft.com/x">Mail</a> for Windows</p><div style="mso-element:para-border-div;border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Blarg: </b><a href="mailto:ann@example.com">Ann Lee</a><br><b>Zot: </b>19 November 2026 14:07<br><b>Quux: </b>Bob<br><b>Plugh: </b>Keys</p></div><p class="MsoNormal">Can you come?</p></div>`,
	"a Lotus Notes table":                  `Yes, on Friday.<br>All 3 of them.<br><br><table><tr><td>From:</td><td>Ann Lee/Office/ACME</td></tr><tr><td>To:</td><td>Bob Roe &lt;bob@client.example&gt;</td></tr><tr><td>Date:</td><td>19.11.2026 14:07</td></tr><tr><td>Subject:</td><td>Keys</td></tr></table><hr><div>Can you come?</div>`,
	"Yahoo, quoted by another":             `<div>Yes, on Friday.<br>All 3 of them.</div><div id="ydp1a2b3c4dyahoo_quoted_9" class="ydp1a2b3c4dyahoo_quoted"><div>Blarg</div><div>Can you come?</div></div>`,
	"a plain blockquote":                   `Yes, on Friday.<br>All 3 of them.<blockquote>Can you come?</blockquote>`,
	"a mail of ours in an unknown program": `<div>Yes, on Friday.<br>All 3 of them.</div><div>Blarg 2020-05-05 10:30 ann@example.com</div><div>##~ Please answer above this line ~##</div><div>Can you come?</div>`,
	"lists and tables":                     `<div>Yes, on Friday.<table><tr><td>All 3</td><td>of</td><td>them.</td></tr></table></div><blockquote type="cite"><ul><li>q</li></ul></blockquote>`,
	"indented text":                        `<blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>Yes, on Friday.</div></blockquote>All 3 of them.<blockquote type="cite">q</blockquote>`,
	"unclosed tags":                        `<div><b>Yes, on Friday.<p>All 3 of them.<blockquote type=cite>Can you come?`,
	"a stray end":                          `</div></blockquote>Yes, on Friday.</span><br>All 3 of them.<div class=gmail_quote>x<blockquote>q</blockquote></div>`,
}

func TestPrograms(t *testing.T) {
	t.Parallel()
	for name, letter := range programs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Cut("", letter, Options{})
			if got := strings.ReplaceAll(r.Reply, "\n\n", "\n"); got != answer || r.Whole || r.Folded == "" {
				t.Errorf("%s\n--- reply:\n%s\n--- folded:\n%s", letter, r.Reply, r.Folded)
			}
		})
	}
}

func TestHTMLThatStays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ html, reply string }{
		"Gmail's quote set by the person":  {`See:<blockquote class="gmail_quote">their words</blockquote>`, "See:\n\ntheir words"},
		"answers inside, Apple":            {`<blockquote type="cite"><div>On 5 May 2020, at 10:30, Ann wrote:</div><div>Come?</div></blockquote><div>Yes.</div><blockquote type="cite"><div>And Eve?</div></blockquote><div>No.</div><blockquote type="cite">Bye</blockquote>`, "On 5 May 2020, at 10:30, Ann wrote:\nCome?\n\nYes.\n\nAnd Eve?\n\nNo."},
		"answers inside, Gmail":            {`<div class="gmail_quote"><div class="gmail_attr">On Tue, Ann wrote:<br></div><blockquote class="gmail_quote"><div>Come?</div></blockquote><div>Yes.</div><blockquote class="gmail_quote"><div>And Eve?</div></blockquote><div>No.</div></div>`, "On Tue, Ann wrote:\n\nCome?\n\nYes.\n\nAnd Eve?\n\nNo."},
		"forwarded by Gmail":               {`FYI<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Ann<br></div>Text</div>`, "FYI\n---------- Forwarded message ---------\nFrom: Ann\nText"},
		"forwarded by Thunderbird":         {`<p>FYI</p><div class="moz-forward-container">-------- Weitergeleitete Nachricht --------<table class="moz-email-headers-table"><tr><th>Betreff: </th><td>x</td></tr></table>Text</div>`, "FYI\n\n-------- Weitergeleitete Nachricht --------\n\nBetreff: x\n\nText"},
		"a rule between sections":          {`<p>One.</p><hr><p>Note: this</p><p>Two.</p>`, "One.\n\nNote: this\n\nTwo."},
		"words with an emoji as a picture": {`Fine <img src="https://example.com/x.png" alt="👍">`, "Fine 👍"},
		"what is not shown":                {`<style>p{}</style><title>T</title>Fine<script>x</script>`, "Fine"},
		"a list":                           {`<ol><li>one</li><li>two<ul><li>three</li></ul></li></ol>`, "1. one\n2. two\n  - three"},
		"preformatted":                     {"<pre>a  b\n  c</pre>", "a  b\n  c"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Cut("", c.html, Options{}).Reply; got != c.reply {
				t.Errorf("%s\n got %q\nwant %q", c.html, got, c.reply)
			}
		})
	}
}
