package query

import (
	"fmt"
	"time"
)

// Dialect is what the two databases write differently, as fragments of SQL.
type Dialect struct {
	// Now is the time of the database's clock, in the form of its time columns.
	Now string
	// Claim ends a SELECT of rows to be claimed: they are locked, and those that others hold are passed over.
	Claim string
	// Lock ends a SELECT of rows that are to stay as they are until the transaction ends.
	Lock string
	// Hold ends one of rows that are to be held by nobody else until then; others may still refer to them.
	Hold string
	// Ago is that time so long before now.
	Ago func(time.Duration) string
	// Among says that a hash is among those of a JSON parameter, hexadecimal.
	Among func(hash, param string) string
	// IDs is a table (id) of a []chat.ID parameter. What is looked up by it is joined by Each.
	IDs func(param string) string
	// Numbers, Words and Seats are tables (id, number), (id, word) and (conversation_id, user_id) as Places is.
	Numbers, Words, Seats func(param string) string
	// In says that an id is among those of a []chat.ID parameter.
	In func(id, param string) string
	// By follows a table in FROM, and names the index to take where the database would not find it.
	By func(index string) string
	// Unread says that a row of participants, by its alias, is one that its user, given as SQL, has unread and not archived. It is looked up
	// in participants_unread.
	Unread func(alias, user string) string
	// Places is a table (conversation_id, position) of a JSON parameter [["uuid", 1], ...]. What is looked up by it is joined by Each.
	Places func(param string) string
	// Each joins the rows of a table that fit each row before it, by an index. Left to themselves, both databases may look through the
	// rows before it for each row of an office: PostgreSQL for as long as it knows nothing of a new table.
	Each func(table, alias, fit string) string
	// Past is a FROM of events AS e: those that follow places (id, number) of a table in streams, up to so many numbers each.
	Past func(places, limit string) string
	// Oldest is the number of the oldest event kept of a stream s, or NULL.
	Oldest string
	// Trim deletes from a stream ($1) what lies before its first event of a time ($2) or later, at most so many events ($3).
	Trim string
}

// Postgres is the dialect of PostgreSQL.
func Postgres() Dialect {
	const oldest = `(SELECT min(o.number) FROM events AS o WHERE o.user_id = $1)`
	return Dialect{
		// A query of its own is asked once a statement, and its answer can be looked up in an index; the bare function, which changes with
		// every call, is held against each row.
		Now:   "(SELECT clock_timestamp())",
		Claim: " FOR UPDATE SKIP LOCKED",
		Lock:  " FOR UPDATE",
		Hold:  " FOR NO KEY UPDATE",
		In:    func(id, param string) string { return id + " = ANY(" + param + "::uuid[])" },
		IDs:   func(param string) string { return "(SELECT unnest(" + param + "::uuid[]) AS id)" },
		By:    func(string) string { return "" },
		Ago: func(d time.Duration) string {
			return fmt.Sprintf("(SELECT clock_timestamp() - interval '%d milliseconds')", d.Milliseconds())
		},
		Among: func(hash, param string) string {
			return hash + " = ANY(ARRAY(SELECT decode(one, 'hex') FROM jsonb_array_elements_text(" + param + "::text::jsonb) AS one))"
		},
		// An expression that no other index has. With the user alone the planner, who takes each user for as negligent as all, may well read
		// the rows of the primary key that are theirs, most of them long read.
		Unread: func(alias, user string) string {
			unread := alias + ".unread AND NOT " + alias + ".archived"
			return "(CASE WHEN " + unread + " THEN " + alias + ".user_id END) = " + user + " AND " + unread
		},
		Numbers: func(param string) string {
			return "(SELECT (pair->>0)::uuid AS id, (pair->>1)::bigint AS number" +
				" FROM jsonb_array_elements(" + param + "::text::jsonb) AS pair)"
		},
		Words: func(param string) string {
			return "(SELECT (pair->>0)::uuid AS id, pair->>1 AS word" +
				" FROM jsonb_array_elements(" + param + "::text::jsonb) AS pair)"
		},
		Seats: func(param string) string {
			return "(SELECT (pair->>0)::uuid AS conversation_id, (pair->>1)::uuid AS user_id" +
				" FROM jsonb_array_elements(" + param + "::text::jsonb) AS pair)"
		},
		Places: func(param string) string {
			return "(SELECT (pair->>0)::uuid AS conversation_id, (pair->>1)::bigint AS position" +
				" FROM jsonb_array_elements(" + param + "::text::jsonb) AS pair)"
		},
		Each: lateral,
		Past: func(places, limit string) string {
			return places + " AS past" + lateral("events", "e", "e.user_id = past.id AND e.number > past.number AND e.number <= past.number + "+limit)
		},
		Oldest: "(SELECT min(e.number) FROM events AS e WHERE e.user_id = s.user_id)",
		Trim: `
			DELETE FROM events WHERE user_id = $1 AND number < COALESCE(
				(SELECT k.number FROM events AS k WHERE k.user_id = $1 AND k.number < ` + oldest + ` + $3 AND k.at >= $2 ORDER BY k.number LIMIT 1),
				` + oldest + ` + $3)`,
	}
}

// lateral is PostgreSQL's Each.
func lateral(table, alias, fit string) string {
	return " CROSS JOIN LATERAL (SELECT * FROM " + table + " AS " + alias + " WHERE " + fit + " OFFSET 0) AS " + alias
}

// SQLite is the dialect of SQLite, where one transaction writes at a time. Its clock shows milliseconds.
func SQLite() Dialect {
	return Dialect{
		Now: "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
		In:  func(id, param string) string { return id + " IN (SELECT unhex(value) FROM json_each(" + param + "))" },
		IDs: func(param string) string { return "(SELECT unhex(value) AS id FROM json_each(" + param + "))" },
		By:  func(index string) string { return " INDEXED BY " + index },
		Ago: func(d time.Duration) string {
			return fmt.Sprintf("CAST(unixepoch('subsec') * 1000000 - %d AS INTEGER)", d.Microseconds())
		},
		Among: func(hash, param string) string {
			return hash + " IN (SELECT unhex(value) FROM json_each(" + param + "))"
		},
		Unread: func(alias, user string) string {
			return alias + ".user_id = " + user + " AND " + alias + ".unread AND NOT " + alias + ".archived"
		},
		Numbers: func(param string) string {
			return "(SELECT unhex(value->>0, '-') AS id, value->>1 AS number FROM json_each(" + param + "))"
		},
		Words: func(param string) string {
			return "(SELECT unhex(value->>0, '-') AS id, value->>1 AS word FROM json_each(" + param + "))"
		},
		Seats: func(param string) string {
			return "(SELECT unhex(value->>0, '-') AS conversation_id, unhex(value->>1, '-') AS user_id FROM json_each(" + param + "))"
		},
		Places: func(param string) string {
			return "(SELECT unhex(value->>0, '-') AS conversation_id, value->>1 AS position FROM json_each(" + param + "))"
		},
		Each: func(table, alias, fit string) string {
			return " CROSS JOIN " + table + " AS " + alias + " ON " + fit
		},
		Past:   func(places, limit string) string { return chained(places, limit) + " AS e" },
		Oldest: chainEnd("number"),
		Trim:   trimChain,
	}
}
