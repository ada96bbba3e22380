package letter

import (
	"net/mail"
	"strings"
	"time"
)

// longestID bounds a Message-ID: a line of RFC 5322 has no room for more.
const longestID = 998

// messageID returns the id in a Message-ID field with its angle brackets, "" when
// there is none to be used. Whatever stands between brackets will do: ids are
// compared and never taken apart.
func messageID(value string, n *notes) string {
	ids := messageIDs(value, 2)
	if len(ids) != 1 {
		if value != "" {
			n.add(NoteMessageID)
		}
		if len(ids) == 0 {
			return ""
		}
	}
	if strings.Count(ids[0], "@") != 1 {
		n.add(NoteMessageID)
	}
	return ids[0]
}

// messageIDs returns the ids of In-Reply-To or References: the first and the newest
// of them where there are more than limit. Text without brackets counts when it has
// an '@' and there is nothing else.
func messageIDs(value string, limit int) []string {
	var ids []string
	rest := value
	for {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			break
		}
		rest = rest[open+1:]
		end := strings.IndexAny(rest, "<>")
		if end < 0 {
			break
		}
		if rest[end] == '>' {
			if id := cleanID(rest[:end]); id != "" {
				ids = append(ids, id)
			}
			rest = rest[end+1:]
		}
	}
	if len(ids) == 0 && !strings.ContainsAny(value, "<>") {
		if id := strings.TrimSpace(value); strings.Contains(id, "@") && !strings.ContainsAny(id, " \t") {
			ids = append(ids, cleanID(id))
		}
	}
	if len(ids) > limit {
		ids = append(ids[:1:1], ids[len(ids)-limit+1:]...)
	}
	return ids
}

// cleanID removes folding white space, which some servers put inside long ids.
func cleanID(id string) string {
	id = strings.Join(strings.Fields(toUTF8([]byte(id), "")), "")
	if id == "" || len(id) > longestID-2 {
		return ""
	}
	return "<" + id + ">"
}

// date returns the zero time for what cannot be read.
func date(value string) time.Time {
	const longest = 128
	if value == "" || len(value) > longest {
		return time.Time{}
	}
	if t, err := mail.ParseDate(value); err == nil {
		return t
	}
	for _, layout := range []string{time.RFC3339, time.ANSIC, time.UnixDate, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t
		}
	}
	return time.Time{}
}
