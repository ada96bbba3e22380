package archive

// Kind is the form of a column's values in a backup.
type Kind string

// The kinds.
const (
	Number Kind = "number" // int64; times too, as microseconds since 1970, and booleans, as 0 or 1
	Text   Kind = "text"   // UTF-8
	Bytes  Kind = "bytes"
)

// Column is a column of a table in a backup.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`

	// Generated says that this database derives the column from others, and lets nobody write it. The other may not.
	Generated bool `json:"-"`
}

// Row is a row's values in the order of the columns: nil, int64, string or []byte.
type Row []any

// Tables are the tables of a backup, those that others refer to before those that refer to them.
func Tables() []string {
	return []string{
		"offices", "office_hosts", "accounts", "account_tags", "users", "user_words", "streams", "sessions", "links",
		"conversations", "participants", "spans", "signatures", "messages", "attachments", "copied", "rosters", "roster_members",
		"drafts", "draft_files", "templates", "receipts",
		"notices", "reply_addresses", "letters", "aliases", "trusted_signers", "mails", "suppressions", "ledger", "audit",
	}
}

// Left are tables that no backup has. A restore empties the events, and the search's index, which is made again of the messages; who did which chore when has
// nothing to do with what is restored.
func Left() []string {
	return []string{"events", "chores", "schema_info", "search_tail", "search_segments", "search_blocks", "search_places", "search_refill"}
}

// filter is what of a table goes into a backup.
func filter(table string) string {
	if table == "attachments" {
		return " WHERE " + keptFiles
	}
	return ""
}

// keptFiles says of a row of attachments that it is the record's or waits in a draft. The others were uploaded and never sent.
const keptFiles = `(conversation_id IS NOT NULL OR id IN (SELECT attachment_id FROM draft_files))`
