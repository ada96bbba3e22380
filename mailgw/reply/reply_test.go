package reply

import (
	"strings"
	"testing"
)

// written is a letter's text in which the lines that must be folded begin with
// "|"; all others are what the person wrote.
func written(t *testing.T, letter string, opts Options) {
	t.Helper()
	var text, want []string
	for l := range strings.SplitSeq(letter, "\n") {
		folded, ok := strings.CutPrefix(l, "|")
		text = append(text, folded)
		if !ok {
			want = append(want, l)
		}
	}
	r := Cut(strings.Join(text, "\n"), "", opts)
	if got := r.Reply; got != trimLines(strings.Join(want, "\n")) {
		t.Errorf("%s\n--- reply:\n%s\n--- folded:\n%s", letter, got, r.Folded)
	}
}

func TestWhatIsFolded(t *testing.T) {
	t.Parallel()
	for name, letter := range map[string]string{
		"nothing to fold": "Yes.\n\nOn Friday then.",
		"our marker alone": "Yes.\n" +
			"|##~ Bitte schreiben Sie Ihre Antwort über diese Zeile ~##\n|anything",
		"our marker below an introduction nobody knows": "Yes.\n\n" +
			"|Blarg 2020-05-05 10:30 zot Ann <ann@example.com>:\n|\n|##~ Answer above ~##\n|Can you come?",
		"our marker below header lines nobody knows": "Yes.\n\n" +
			"|Frobo: 2020-05-05 10:30:\n|________________\n|From: Ann\n|##~ Answer above ~##\n|Can you come?",
		"our marker in a quote":                "Yes.\n\n|Ann hat am 5. Mai etwas gesagt 10:30:\n|> ##~ Answer above ~##\n|> Can you come?\n|\nAnd bring two.",
		"original message":                     "Yes.\n\n|-----Original Message-----\n|Can you come?",
		"original message in bold":             "Yes.\n\n|*-----Ursprüngliche Nachricht-----*\n|Kommen Sie?",
		"wrote between dashes":                 "Yes.\n\n|-----\"Ann Lee\" <ann@example.com> wrote: -----\n|To: Bob\n|Can you come?",
		"answer between two quotes":            "On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n> Can you come?\n\nYes.\n\n> And Eve?\n\nNo.\n\n|> Regards\n|> Ann",
		"answer below one quote":               "|On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n|> Can you come?\n|\nYes.",
		"greeting, quote, answer":              "Hello Ann,\n\n|On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n|> Can you come?\n|\nYes.",
		"own quote above the program's":        "You said\n> Friday\nand I agree.\n\n|On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n|> Friday.",
		"own quote at the end":                 "Please run this:\n\n> make test",
		"own quotes without the mail":          "> Can you come?\nYes.\n> And Eve?\nNo.",
		"quote without introduction":           "Yes.\n\n|> Can you come?\n|> Ann",
		"wrapped quote":                        "Yes.\n\n|On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n|> This line was so long that a program on its way here broke it in the middle,\n|in two.\n|> Really.",
		"signature":                            "Yes.\n\n|-- \n|Bob Roe\n|Any text at all may stand in here. Even sentences, and many of them.",
		"signature without its space":          "Yes.\n|--\n|Bob Roe\n|Roe & Partners",
		"signature with prose, its space lost": "Yes.\n\n|--\n|Bob Roe, who always has something clever to say about everything at the end:\n|A rolling stone gathers no moss, they say, but who wants moss anyway.",
		"signature above the quote":            "Yes.\n\n|-- \n|Bob\n|\n|On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n|> Can you come?",
		"signature below the quote":            "|On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n|> Can you come?\n|\nYes.\n\n|-- \n|Bob",
		"closing formula":                      "Yes.\n\n|Kind regards,\n|Bob",
		"closing formula with a card":          "Yes.\n\n|Mit freundlichen Grüßen\n|\n|Bob Roe\n|Steuerberater\n|Tel. +49 711 1234567\n|www.example.com",
		"closing formula and company":          "Oui.\n\n|Bien cordialement,\n|\n|Anne Martin\n|Cabinet Martin & Fils",
		"dash and name":                        "Yes.\n\n|-Bob",
		"dash and name in Swedish":             "Ja.\n\n|/Björn",
		"card":                                 "Yes.\n\n|Bob Roe\n|Director\n|Tel: +44 20 7946 0000\n|bob@example.com\n|www.example.com",
		"card under a rule":                    "Yes.\n\n|----------\n|Bob Roe\n|Director\n|bob@example.com",
		"disclaimer":                           "Yes.\n\n|This message and its attachments are confidential and intended solely for the addressee. If you are not that person, delete it.",
		"disclaimer with its heading":          "Yes.\n\n|Disclaimer\n|\n|The information in this email is confidential and is intended solely for the use of the recipient and nobody else.",
		"virus notice":                         "Yes.\n\n|This email has been scanned for viruses by somebody.",
		"list footer":                          "Yes.\n\n|_______________________________________________\n|A mailing list\n|https://example.com/listinfo/a",
		"mobile line":                          "Yes.\n\n|Sent from my iPhone",
		"mobile line with a link":              "Yes.\n\n|Get Outlook for iOS<https://aka.ms/x>",
		"mobile line of no known device":       "Yes.\n\n|Sent from my Zork 9",
		"mobile line that excuses":             "Yes.\n\n|Sent from my mobile, please excuse any typos.",
		"formula, mobile line, quote":          "Yes.\n\n|Best regards\n|Bob\n|\n|Sent from my iPad\n|\n|Am 05.05.2020 um 10:30 schrieb Ann <ann@example.com>:\n|\n|Kommst du?",
		"forwarded mail":                       "Please see below.\n\n---------- Forwarded message ---------\nFrom: Ann <ann@example.com>\nDate: Tue, May 5, 2020 at 10:30 AM\nSubject: x\nTo: Bob\n\nText\n\n-- \nAnn",
		"forwarded by Apple":                   "See this.\n\nBegin forwarded message:\n\n> From: Ann\n> Subject: x\n>\n> Text",
		"forwarded in what is answered":        "Yes.\n\n|On 5 May 2020, at 10:30, Ann <ann@example.com> wrote:\n|\n|See this.\n|\n|---------- Forwarded message ---------\n|From: Eve",
		"answers inside, as said":              "Please see my answers in red below.\n\n-----Original Message-----\nFrom: Ann\nSent: Tuesday\n\nCan you come?\nYES",
		"sender and subject without a date":    "Yes.\n\n|From: Ann <ann@example.com>\n|Subject: Report\n|\n|Can you come?",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written(t, letter, Options{})
		})
	}
}

// TestWhatPersonsWriteStays holds what looks like quoting or a signature, and is
// not. All of each must stay.
func TestWhatPersonsWriteStays(t *testing.T) {
	t.Parallel()
	for name, letter := range map[string]string{
		"telling of a letter":              "Hello,\n\nOn 5 May 2020 I wrote to you about these points:\n\n1. The report\n2. The invoice",
		"telling of a letter, with time":   "Hello,\n\nOn 5 May 2020 at 10:30 I wrote to you about this:\n\nThe report is late.",
		"quoting oneself":                  "As you know:\n\nOn 5 May 2020 I wrote:\n\nThe report is late.",
		"telling in German":                "Guten Tag,\n\nam 5. Mai 2020 um 10:30 schrieb ich Ihnen:\n\nDer Bericht fehlt.",
		"telling of an address":            "Hello,\n\nplease send the file of 5 May 2020 to ann@example.com:\n\nreport.pdf",
		"telling whom one wrote to":        "Hello,\n\nOn 5 May 2020 at 10:30 I wrote to ann@example.com about this:\n\nThe report is late.",
		"telling whom one wrote to, short": "On 5 May 2020 we wrote to Ann <ann@example.com>:\n\nThe report is late.",
		"telling of a date":                "Two things.\n\nOn 5 May 2020:\nthe report\n\nOn 6 May 2020 10:30:\nthe invoice",
		"telling of a meeting":             "Let us meet:\n\nDate: Tuesday, 5 May 2020\nTime: 10:30\nPlace: Main St 3\n\nBring the report.",
		"telling of a journey":             "My journey:\n\nFrom: Berlin\nTo: Paris\nDate: 5 May 2020\n\nWhat can I deduct?",
		"a journey with times":             "My journey:\n\nDate: 5 May 2020 10:30\nTo: Paris\n\nWhat can I deduct?",
		"a business letter":                "Guten Tag,\n\nBetreff: Steuererklärung 2019\nDatum: 5.5.2020\n\nwann ist sie fertig?",
		"an invoice by lines":              "Here it is:\n\nTotal: 500 EUR\nTax: 95 EUR\nTo: Bob Roe\n\nPlease pay.",
		"asked for contact data":           "My new data are:\n\nBob Roe\nMain St 3\nTel: +44 20 7946 0000\nbob@example.com\nwww.example.com",
		"asked for bank data":              "Sure.\n\nIBAN: DE02 1203 0000 0000 2020 51\nBIC: BYLADEM1001",
		"a list":                           "We need:\n\n- the report\n- the invoice",
		"a list of one":                    "We need:\n- reports",
		"an answer with a dash":            "Is it done?\n- not yet",
		"a rule between sections":          "First this.\n\n---\n\nThen that, which is a longer sentence with a full stop.\n\n---\n\nThen the rest?",
		"dashes between paragraphs":        "First part.\n\n--\n\nSecond part, where the amounts are explained in a sentence that goes on for a while.",
		"dashes between thoughts":          "First part\n--\nSecond part, where the amounts are explained in a sentence that goes on for a while.",
		"sent by courier":                  "The originals are on their way.\n\nSent by courier",
		"gesendet":                         "Ja.\n\nIch habe die Unterlagen gestern an Sie gesendet",
		"verzonden":                        "Ja.\n\nVerzonden naar de belastingdienst",
		"sent from my desk":                "Yes.\n\nSent from my desk, which is where I am, and not from a train.",
		"thanks":                           "It is done.\n\nThank you very much!\nBob",
		"regards in a sentence":            "As regards the invoice, it is paid.\n\nRegards from Berlin where the sun is shining on all of us today",
		"a formula at the start":           "Best wishes\n\nfor your birthday, dear Ann, and a good year with your family and at work.",
		"talk of confidence":               "This is confidential, please do not tell the recipient.",
		"on and wrote":                     "On Monday we met. She wrote it down.\nOn balance: fine.",
		"something wrote":                  "Ann wrote:\n\nplease change the second page.",
		"a time":                           "Let us meet at\n10:30:\nroom 5",
		"a web address with wrote":         "See https://example.com/on-2020-05-05-bob-wrote:",
		"an arrow":                         "Settings --> Mail\n=> Rules",
		"code":                             "Run:\n\n    if x > 1 {\n    -- comment\n    }\n\nand tell me.",
		"a forwarding address":             "Our forwarding address: Main St 3",
		"see below without a quote":        "See below:\n\nthe list.",
		"a diary":                          "2020-05-05 10:30 phone call with Ann\n2020-05-06 11:00 letter from ann@example.com\n2020-05-07: nothing",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written(t, letter, Options{})
			if name == "code" {
				return
			}
			written(t, letter+"\n\n|On Tue, May 5, 2020 at 10:30 AM Ann <ann@example.com> wrote:\n|> q", Options{})
		})
	}
}

func TestNothingWouldRemain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, reply string
		whole       bool
	}{
		"only a quote":                {"> Can you come?\n> Ann", "> Can you come?\n> Ann", true},
		"only an introduced quote":    {"On 5 May 2020, Ann <ann@example.com> wrote:\n\n> q", "On 5 May 2020, Ann <ann@example.com> wrote:\n\n> q", true},
		"only header lines":           {"From: Ann <ann@example.com>\nSent: 5 May 2020\nSubject: x\n\nText", "From: Ann <ann@example.com>\nSent: 5 May 2020\nSubject: x\n\nText", true},
		"only a signature":            {"-- \nBob", "--\nBob", false},
		"a signature above the quote": {"Sent from my iPhone\n\nOn 5 May 2020, Ann <ann@example.com> wrote:\n> q", "Sent from my iPhone", false},
		"nothing at all":              {"", "", false},
		"white space":                 {" \n\n\t", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Cut(c.text, "", Options{})
			if r.Reply != c.reply || r.Whole != c.whole {
				t.Errorf("reply %q, whole %v; want %q, %v", r.Reply, r.Whole, c.reply, c.whole)
			}
		})
	}
}

func TestForwardedBySubject(t *testing.T) {
	t.Parallel()
	letter := "FYI\n\nFrom: Ann <ann@example.com>\nSent: 5 May 2020 10:30\nTo: Bob\nSubject: Report\n\nText"
	for subject, kept := range map[string]bool{"Fwd: Report": true, "WG: Report": true, "RE: Report": false, "Report": false, "": false} {
		if got := Cut(letter, "", Options{Subject: subject}).Reply; (got == letter) != kept || !kept && got != "FYI" {
			t.Errorf("%q: %q", subject, got)
		}
	}
}

func TestPartsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	r := Cut("Yes.\r\n\r\n-- \r\nBob\r\n\r\nOn 5 May 2020, Ann <ann@example.com> wrote:\r\n> q\r\n", "", Options{})
	want := []Part{
		{Written, "Yes.\n\n"},
		{Signature, "-- \nBob\n\n"},
		{Quote, "On 5 May 2020, Ann <ann@example.com> wrote:\n> q\n"},
	}
	if len(r.Parts) != len(want) {
		t.Fatalf("%q", r.Parts)
	}
	for i := range want {
		if r.Parts[i] != want[i] {
			t.Errorf("part %d: %v %q, want %v %q", i, r.Parts[i].Kind, r.Parts[i].Text, want[i].Kind, want[i].Text)
		}
	}
	if r.Folded != "--\nBob\n\nOn 5 May 2020, Ann <ann@example.com> wrote:\n> q" {
		t.Errorf("folded %q", r.Folded)
	}
}

func TestIntroductionInALineWithWords(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{
		"Yes. On Tue, May 5, 2020 at 10:30 AM, Ann <ann@example.com> wrote:\n> q",
		"Yes.--- On Tue, May 5, 2020 at 10:30 AM, Ann <ann@example.com> wrote:\n> q",
		"Yes. Am 05.05.2020 um 10:30 hat Ann geschrieben:\n> q",
	} {
		if got := Cut(letter, "", Options{}).Reply; got != "Yes." {
			t.Errorf("%q: %q", letter, got)
		}
	}
}

func TestHTMLOrText(t *testing.T) {
	t.Parallel()
	const quotedText = "Yes.\n\n> q"
	for name, c := range map[string]struct{ text, html, reply, replyHTML string }{
		"HTML when it says where the quote is": {quotedText, `<p>Yes, <b>please</b>.</p><blockquote type="cite">q</blockquote>`, "Yes, please.", "<p>Yes, <b>please</b>."},
		"text when the HTML shows no quote":    {"Yes.\n\n-----Original Message-----\nq", "<p>Yes.<br>-- -- q</p>", "Yes.", ""},
		"text when the HTML has no words":      {quotedText, `<html><img src="x"></html>`, "Yes.", ""},
		"HTML without its head":                {"", "<html><head><style>p{}</style></head><body><p>Yes.</p></body></html>", "Yes.", "<body><p>Yes.</p></body></html>"},
		"HTML when there is no text":           {"", "<p>Yes.</p>", "Yes.", "<p>Yes.</p>"},
		"HTML when neither shows a quote":      {"Yes.", "<i>Yes.</i>", "Yes.", "<i>Yes.</i>"},
		"HTML when there is nothing but quote": {"> q", "<blockquote type=cite>q</blockquote>", "q", "<blockquote type=cite>q</blockquote>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Cut(c.text, c.html, Options{})
			if r.Reply != c.reply || r.HTML != c.replyHTML {
				t.Errorf("reply %q, HTML %q; want %q, %q", r.Reply, r.HTML, c.reply, c.replyHTML)
			}
		})
	}
}
