package query_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/store/query"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, email string
		want        []string
	}{
		{"Anna Client", "Anna@Example.com", []string{"anna@example.com", "anna", "client"}},
		{"  Anne-Marie  O’Neil ", "", []string{"anne-marie", "anne", "marie", "o’neil", "o", "neil"}},
		{"ÖZGÜR e\u0301tude", "", []string{"özgür", "e\u0301tude"}},
		{"Dora dora DORA", "", []string{"dora"}},
		{"李 小龍", "", []string{"李", "小龍"}},
		{"-- ' --", "", []string{"--", "'"}},
		{"", "", nil},
	} {
		if diff := cmp.Diff(c.want, query.Words(c.name, c.email)); diff != "" {
			t.Errorf("words of %q differ (-want +got):\n%s", c.name, diff)
		}
	}
	many := query.Words(strings.Repeat("a b c d e f g h i j k l m n o p q r s t u v w x y z ", 50), "x@example.com")
	if len(many) != 24 {
		t.Errorf("%d words of a name of many", len(many))
	}
}
