package main

import (
	"strings"
	"testing"
)

// TestDisabledAndEnabled: the operator needs nobody's leave, but an office keeps an owner.
func TestDisabledAndEnabled(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	people := "ann@office.example,Ann,owner,\nbob@firm.example,Bob,client,\n"
	if code, _, said := postern(t, data, people, "user", "import", "-"); code != 0 {
		t.Fatal(said)
	}
	for _, c := range []struct {
		command, email string
		code           int
		says           string
	}{
		{"disable", "BOB@firm.example", 0, ""},
		{"disable", "bob@firm.example", 0, ""},
		{"disable", "ann@office.example", exitFailed, "last owner"},
		{"disable", "nobody@firm.example", exitFailed, ""},
		{"enable", "bob@firm.example", 0, ""},
		{"enable", "bob@firm.example", 0, ""},
	} {
		code, out, said := postern(t, data, "", "user", c.command, c.email)
		if code != c.code || out != "" || !strings.Contains(said, c.says) {
			t.Errorf("%s %s: exit code %d, %q, %q", c.command, c.email, code, out, said)
		}
	}
}

// TestTrustIsListed: nothing for who has nothing; what they do not have cannot be taken back.
func TestTrustIsListed(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	if code, _, said := postern(t, data, "ann@office.example,Ann,owner,\n", "user", "import", "-"); code != 0 {
		t.Fatal(said)
	}
	if code, out, said := postern(t, data, "", "user", "trust", "ann@office.example"); code != 0 || out != "" {
		t.Errorf("exit code %d, %q, %q", code, out, said)
	}
	for _, c := range [][]string{{"--forget", "esp.example", "ann@office.example"}, {"--forget", "a@esp.example", "ann@office.example"}, {"nobody@office.example"}} {
		if code, _, said := postern(t, data, "", append([]string{"user", "trust"}, c...)...); code != exitFailed {
			t.Errorf("%q: exit code %d, %q", c, code, said)
		}
	}
}

// TestToldOfReading: by address; nobody who is not there.
func TestToldOfReading(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	if code, _, said := postern(t, data, "ann@office.example,Ann,owner,\n", "user", "import", "-"); code != 0 {
		t.Fatal(said)
	}
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"ANN@office.example"}, 0},
		{[]string{"--off", "ann@office.example"}, 0},
		{[]string{"nobody@office.example"}, exitFailed},
	} {
		if code, out, said := postern(t, data, "", append([]string{"user", "told"}, c.args...)...); code != c.code || out != "" {
			t.Errorf("%q: exit code %d, %q, %q", c.args, code, out, said)
		}
	}
}

// TestAFirmIsStrict: by anybody of it; who belongs to none is told so.
func TestAFirmIsStrict(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	if code, _, said := postern(t, data, "ann@office.example,Ann,owner,\ncarl@client.example,Carl,client,Carl & Sons\n", "user", "import", "-"); code != 0 {
		t.Fatal(said)
	}
	for _, c := range []struct {
		args []string
		code int
		out  string
	}{
		{[]string{"carl@client.example"}, 0, "Carl & Sons: mail is private\n"},
		{[]string{"--off", "carl@client.example"}, 0, "Carl & Sons: mail is as the office has it\n"},
		{[]string{"ann@office.example"}, exitUsage, ""},
	} {
		if code, out, said := postern(t, data, "", append([]string{"account", "strict"}, c.args...)...); code != c.code || out != c.out {
			t.Errorf("%q: exit code %d, %q, %q", c.args, code, out, said)
		}
	}
}
