package mailgw

import (
	"slices"
	"strings"
	"testing"

	"postern/chat"
	"postern/mailgw/letter"
)

// TestAMailOfOursIsReadAsItWent: header, text and HTML of each kind of mail, also where its files stand outside of the bytes.
func TestAMailOfOursIsReadAsItWent(t *testing.T) {
	t.Parallel()
	c, reader := testComposer(t), NewReader(letter.DefaultLimits())
	field := func(m chat.MailParts, name string) string {
		at := slices.IndexFunc(m.Header, func(f chat.MailField) bool { return f.Name == name })
		if at < 0 {
			return ""
		}
		return m.Header[at].Value
	}
	for name, f := range map[string]chat.NoticeFacts{
		"privacy": facts(chat.Privacy), "convenience": facts(chat.Convenience), "files": enclosing(facts(chat.Convenience)),
	} {
		composed, err := c.Notice(f)
		if err != nil {
			t.Fatal(err)
		}
		got, reveals := reader.ReadMail(composed.Raw), f.Content != nil
		if !strings.Contains(field(got, "To"), f.To.Email) || field(got, "Subject") != map[bool]string{true: "VAT return, third quarter – übrig", false: "A message waits for you"}[reveals] {
			t.Errorf("%s: header %+v", name, got.Header)
		}
		if strings.Contains(got.Text, "\r") || got.Text == "" || got.HTML == "" {
			t.Errorf("%s: %q, %q", name, got.Text, got.HTML)
		}
		if reveals && (!strings.Contains(got.Text, f.Content.Messages[0].Text) || !strings.Contains(got.HTML, "Could you send the <strong>invoice</strong>?")) {
			t.Errorf("%s: %q, %q", name, got.Text, got.HTML)
		}
	}
	if got := reader.ReadMail([]byte("\x00")); got.Text != "" || got.HTML != "" {
		t.Errorf("of no mail: %+v", got)
	}
}
