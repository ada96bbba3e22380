package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// postern runs a command on a data folder.
func postern(t *testing.T, data, input string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), append(args, "--data", data), nil, strings.NewReader(input), &o, &e)
	return code, o.String(), e.String()
}

func officeIn(t *testing.T) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	if code, _, said := postern(t, data, "", "office", "create", "Practice", "--mail-domain", "post.example.org"); code != 0 {
		t.Fatalf("office create: %s", said)
	}
	return data
}

func TestImportMakesEveryoneWithALink(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	people := "email,name,role,account\nann@office.example,Ann,owner,\nbob@firm.example,\"Bob, junior\",client,Firm\ncid@firm.example,Cid,client_staff,Firm\n"
	code, out, said := postern(t, data, people, "user", "import", "--sign-in", "-")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	want := regexp.MustCompile(`^ann@office\.example\thttp://127\.0\.0\.1:8080/link#\S+\nbob@firm\.example\thttp\S+\ncid@firm\.example\thttp\S+\n$`)
	if !want.MatchString(out) {
		t.Errorf("printed %q", out)
	}
	if code, _, said := postern(t, data, "", "user", "link", "bob@firm.example"); code != 0 {
		t.Errorf("a link for one of them: %s", said)
	}
}

func TestImportGoesOnPastWhoIsRefused(t *testing.T) {
	t.Parallel()
	data := officeIn(t)
	people := "ann@office.example,Ann,owner,\nann@office.example,Ann again,staff,\nbob@firm.example,Bob,boss,\ncid@firm.example,Cid,client,\n"
	code, out, said := postern(t, data, people, "user", "import", "-")
	if code == 0 || strings.Count(out, "\n") != 2 || !strings.Contains(out, "cid@firm.example\t") {
		t.Errorf("exit code %d, printed %q", code, out)
	}
	for _, want := range []string{"line 2: ", "line 3: ", "2 of 4 were not made"} {
		if !strings.Contains(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	}
}

func TestImportOfABrokenFileMakesNobody(t *testing.T) {
	t.Parallel()
	for name, people := range map[string]string{
		"too few fields": "ann@office.example,Ann,owner,\nbob@firm.example,Bob,client\n",
		"an open quote":  "ann@office.example,Ann,owner,\nbob@firm.example,\"Bob,client,\n",
		"too large":      "ann@office.example,Ann,owner,\n" + strings.Repeat("bob@firm.example,Bob,client,\n", maxImport/20),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := officeIn(t)
			if code, out, _ := postern(t, data, people, "user", "import", "-"); code != exitFailed || out != "" {
				t.Errorf("exit code %d, printed %q", code, out)
			}
			if code, _, _ := postern(t, data, "", "user", "link", "ann@office.example"); code == 0 {
				t.Error("somebody was made")
			}
		})
	}
}
