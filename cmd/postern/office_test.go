package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestOfficeIsRenamedAndMoved(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	code, out, said := postern(t, data, "", "office", "set", "--name", "Miller", "--url", "https://post.miller.example/", "--mail-domain", "Post.Miller.example")
	if want := "\tMiller\thttps://post.miller.example\tpost.miller.example\tprivacy\n"; code != 0 || !strings.HasSuffix(out, want) {
		t.Errorf("exit code %d, printed %q, said %q", code, out, said)
	}
	if _, list, _ := postern(t, data, "", "office", "list"); list != out {
		t.Errorf("listed %q, want %q", list, out)
	}
	_, link, _ := postern(t, data, "", "user", "create", "--name", "Ann", "--role", "owner", "ann@miller.example")
	if !strings.HasPrefix(link, "https://post.miller.example/link#") {
		t.Errorf("link %q", link)
	}
	for flag, want := range map[string]string{
		"":                    "--name: say what to change",
		"--url=miller":        "must be like https://",
		"--mail-domain=a..b":  "must be like mail.example.org",
		"--office=Nobody":     "--office: name one of the 1 offices",
		"--name= ":            "name",
		"--url=ftp://x.y":     "must be like https://",
		"--url=https://x.y/z": "must be like https://",
	} {
		args := []string{"office", "set"}
		if flag != "" {
			args = append(args, flag)
		}
		if strings.HasPrefix(flag, "--office") {
			args = append(args, "--name=x")
		}
		if code, _, said := postern(t, data, "", args...); code != exitUsage || !strings.Contains(said, want) {
			t.Errorf("%s: exit code %d, said %q, want %q", flag, code, said, want)
		}
	}
}

func TestTeamsHaveAddresses(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	for _, c := range []struct {
		args []string
		code int
		want string // what is printed, or said
	}{
		{[]string{"user", "create", "--name", "Ann", "--role", "owner", "ann@office.example"}, 0, "/link#"},
		{[]string{"roster", "list"}, 0, "No teams or circles yet"},
		{[]string{"roster", "set", "Tax", "ann@office.example"}, 0, ""},
		{[]string{"roster", "list"}, 0, "team\tTax\t1\n"},
		{[]string{"roster", "address", "tax", "Tax.Office"}, 0, "team\tTax\t1\ttax.office@post.example.org (off: postern office set --team-letters on)\n"},
		{[]string{"office", "set", "--team-letters", "on"}, 0, "\tPractice\t"},
		{[]string{"roster", "list"}, 0, "team\tTax\t1\ttax.office@post.example.org\n"},
		{[]string{"doctor"}, 1, "senders      not checked, so letters to the teams of Practice are all refused"},
		{[]string{"roster", "address", "Tax", "postmaster"}, exitUsage, "kept for something else"},
		{[]string{"roster", "address", "Payroll", "pay"}, 1, "no team of that name"},
		{[]string{"office", "set", "--team-letters", "perhaps"}, exitUsage, "must be one of"},
		{[]string{"roster", "address", "Tax", ""}, 0, "team\tTax\t1\n"},
	} {
		code, out, said := postern(t, data, "", c.args...)
		if code != c.code || !strings.Contains(out+said, c.want) {
			t.Errorf("%v: exit code %d, printed %q, said %q, want %q", c.args, code, out, said, c.want)
		}
	}
}

func TestDoctorSaysWhereTheOfficeIs(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	code, out, _ := postern(t, data, "", "doctor", "--public-url", "https://post.example.org")
	if code == 0 || !strings.Contains(out, "the office is at http://127.0.0.1:8080, not at https://post.example.org") {
		t.Errorf("exit code %d, printed %q", code, out)
	}
	if code, out, _ := postern(t, data, "", "doctor"); code != 0 || !strings.Contains(out, "relay        none set: mails wait") {
		t.Errorf("exit code %d, printed %q", code, out)
	}
}

func TestDoctorMakesNothing(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	code, out, said := postern(t, data, "", "doctor")
	if code != 0 || !strings.Contains(out, "data folder  none yet") || !strings.Contains(out, "database     none yet") {
		t.Errorf("exit code %d, printed %q, said %q", code, out, said)
	}
	if !absent(data) {
		t.Error("the data folder was made")
	}
}

func TestDemoLeavesARealOfficeAlone(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	code, _, said := postern(t, data, "", "demo", "--listen", "127.0.0.1:0", "--smtp-listen", "127.0.0.1:0")
	if code != exitUsage || !strings.Contains(said, `--data: "Practice" lives here`) {
		t.Errorf("exit code %d, said %q", code, said)
	}
	if _, out, _ := postern(t, data, "", "user", "link", "astrid@lindgren.example"); out != "" {
		t.Error("the demo's people were put into it")
	}
}
