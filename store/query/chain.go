package query

// On SQLite the events of all streams lie one after the other, as they came: the next of each of a hundred streams are on one page, where
// they would be on a hundred in the order of (user_id, number). Each has the seq of the same stream's event before it, and the stream that
// of its last, so a stream is read from its end. Every 32nd event is in an index, so that a walk begins near what it is for.
//
// An event is of the chain only if its user and number say so: what lies before the oldest was trimmed, and its seq may be another's.

// Marked says which events the index events_mark has; its WHERE is the same text. A stream's first is among them.
const marked = `.number % 32 = 1`

// chained is SQLite's Past.
func chained(places, limit string) string {
	const columns = `e.seq, e.user_id, e.number, e.badge, e.type, e.conversation_id, e.position, e.subject_id, e.at, e.before`
	return `(WITH RECURSIVE walk (past, seq, user_id, number, badge, type, conversation_id, position, subject_id, at, before) AS (
			SELECT past.number, ` + columns + `
			FROM ` + places + ` AS past CROSS JOIN streams AS s ON s.user_id = past.id CROSS JOIN events AS e ON e.seq = COALESCE(
				(SELECT m.seq FROM events AS m INDEXED BY events_mark
				WHERE m.user_id = past.id AND m.number >= past.number + ` + limit + ` AND m` + marked + ` ORDER BY m.number LIMIT 1), s.last_event)
			WHERE e.user_id = past.id AND e.number > past.number
			UNION ALL
			SELECT w.past, ` + columns + `
			FROM walk AS w CROSS JOIN events AS e ON e.seq = w.before
			WHERE e.user_id = w.user_id AND e.number = w.number - 1 AND e.number > w.past)
		SELECT * FROM walk WHERE number <= past + ` + limit + `)`
}

// chainEnd is the least number or seq in the chain of a stream s: that of its oldest event. NULL: it has none.
func chainEnd(column string) string {
	return `(WITH RECURSIVE walk (seq, number, before) AS (
			SELECT e.seq, e.number, e.before FROM events AS e
			WHERE e.user_id = s.user_id AND e.seq = COALESCE(
				(SELECT m.seq FROM events AS m INDEXED BY events_mark WHERE m.user_id = s.user_id AND m` + marked + ` ORDER BY m.number LIMIT 1), s.last_event)
			UNION ALL
			SELECT e.seq, e.number, e.before FROM walk AS w CROSS JOIN events AS e ON e.seq = w.before
			WHERE e.user_id = s.user_id AND e.number = w.number - 1)
		SELECT min(` + column + `) FROM walk)`
}

// trimChain is SQLite's Trim. An event is kept when it or one before it is young.
var trimChain = `
	DELETE FROM events WHERE seq IN (
		SELECT old.seq FROM (SELECT e.seq, max(e.at) OVER (ORDER BY e.number) AS latest FROM ` + chained(`(
			SELECT o.user_id AS id, o.number - 1 AS number FROM streams AS s CROSS JOIN events AS o ON o.seq = `+chainEnd("seq")+`
			WHERE s.user_id = $1 AND o.at < $2)`, "$3") + ` AS e) AS old
		WHERE old.latest < $2)`
