package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"postern/e2e/client"
)

// Kinds of ids of what is filled in.
const (
	accountKind = iota + 1
	staffKind
	contactKind
	conversationKind
	messageKind
)

const (
	scaleStaff       = 20
	perContact       = 2   // conversations, each with two of staff
	perConversation  = 10  // messages
	secondsApart     = 300 // the newest messages of one conversation and the next
	secondsOfMessage = 20  // between two messages of one
	unreadOneIn      = 97  // conversations, for each of their people
)

// scaleID is the id of something filled in, as the API has it.
func scaleID(kind, number int) string {
	hex := fmt.Sprintf("%08x%024x", kind, number)
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]
}

func scaleEmail(staff int) string { return fmt.Sprintf("staff%d@office.example", staff) }

// template is a conversation that was made by the API, and whose.
type template struct {
	conversation           string
	first, second, contact string // ids of its two of staff and its contact, as hex digits
}

// makeTemplate starts a conversation of two of staff and a contact, and lets each write in turn.
func makeTemplate(ctx context.Context, s *site) (t template, err error) {
	people, err := s.enter(ctx, 4, func(int) string { return s.addresses[0] })
	if err != nil {
		return t, err
	}
	three := []*client.Client{people[0], people[3], people[1]} // people 0 and 3 are staff, 1 is a contact
	g, err := converse(ctx, three, 0)
	if err != nil {
		return t, err
	}
	body := "<p>" + strings.Repeat("The till reports of August and the invoice for the new oven. ", 7)[:400-len("<p></p>")] + "</p>"
	for i := 1; i < perConversation; i++ {
		if _, err := three[i%3].Send(ctx, g.conversation, fmt.Sprintf("template-%d", i), body); err != nil {
			return t, fmt.Errorf("write template: %w", err)
		}
	}
	hex := func(id string) string { return strings.ReplaceAll(id, "-", "") }
	return template{hex(g.conversation), hex(three[0].Me.User.ID), hex(three[1].Me.User.ID), hex(three[2].Me.User.ID)}, nil
}

// fill puts so many contacts, and what belongs to them, beside the template, while the node is stopped.
func (s *site) fill(ctx context.Context, contacts int) error {
	t, err := makeTemplate(ctx, s)
	if err != nil {
		return err
	}
	began := time.Now()
	err = s.offline(ctx, func(db *sql.DB) error {
		c := &cloner{db: db, dialect: sqliteDialect}
		if s.d.Postgres != nil {
			c.dialect = postgresDialect
		}
		return errors.Join(c.run(ctx, c.dialect.before), c.fill(ctx, t, contacts), c.run(ctx, c.dialect.after))
	})
	tell("%d messages filled in within %.1f s", contacts*perContact*perConversation, time.Since(began).Seconds())
	return err
}

func (c *cloner) fill(ctx context.Context, t template, contacts int) error {
	if err := c.fillPeople(ctx, t, contacts); err != nil {
		return err
	}
	return c.fillConversations(ctx, t, contacts*perContact)
}

func (c *cloner) fillPeople(ctx context.Context, t template, contacts int) error {
	id, staff, contact := c.dialect.id, "id = "+c.dialect.literal(t.first), "id = "+c.dialect.literal(t.contact)
	named := func(kind int, name, email string) map[string]string {
		return map[string]string{"id": id(kind, "i"), "name": name, "email": email, "email_folded": email}
	}
	contacting := named(contactKind, "'Contact ' || i", "'contact' || i || '@firm.example'")
	contacting["account_id"] = id(accountKind, "i / 2")
	words := func(kind int) map[string]string {
		return map[string]string{"user_id": id(kind, "i"), "word": "t.word || i"}
	}
	ofUser := func(user string) string { return "user_" + user }
	for _, step := range []struct {
		table, template, order string
		count                  int
		set                    map[string]string
	}{
		{"accounts", "id = (SELECT account_id FROM users WHERE " + contact + ")", "id", (contacts + 1) / 2, map[string]string{"id": id(accountKind, "i"), "name": "'Firm ' || i"}},
		{"users", staff, "id", scaleStaff, named(staffKind, "'Staff ' || i", "'staff' || i || '@office.example'")},
		{"users", contact, "id", contacts, contacting},
		{"user_words", ofUser(staff), "word", scaleStaff, words(staffKind)},
		{"user_words", ofUser(contact), "word", contacts, words(contactKind)},
		{"streams", ofUser(staff), "user_id", scaleStaff, map[string]string{"user_id": id(staffKind, "i")}},
		{"streams", ofUser(contact), "user_id", contacts, map[string]string{"user_id": id(contactKind, "i")}},
	} {
		if err := c.copies(ctx, step.table, step.template, step.order, step.count, step.set); err != nil {
			return err
		}
	}
	return nil
}

func (c *cloner) fillConversations(ctx context.Context, t template, count int) error {
	d, newest := c.dialect, fmt.Sprintf("i * %d + %d", secondsApart, perConversation*secondsOfMessage)
	who := func(column string) string {
		return fmt.Sprintf("CASE t.%s WHEN %s THEN %s WHEN %s THEN %s WHEN %s THEN %s END", column,
			d.literal(t.first), d.id(staffKind, fmt.Sprintf("i %% %d", scaleStaff)),
			d.literal(t.second), d.id(staffKind, fmt.Sprintf("(i + 1 + i / %d %% %d) %% %d", scaleStaff, scaleStaff-1, scaleStaff)),
			d.literal(t.contact), d.id(contactKind, fmt.Sprintf("i / %d", perContact)))
	}
	conversation, active := d.id(conversationKind, "i"), d.at(newest)
	of := "conversation_id = " + d.literal(t.conversation)
	read := fmt.Sprintf("CASE WHEN i %% %d = 0 THEN 0 ELSE t.newest_other END", unreadOneIn)
	for _, step := range []struct {
		table, template, order string
		set                    map[string]string
	}{
		{"conversations", "id = " + d.literal(t.conversation), "id", map[string]string{
			"id": conversation, "title": "'A title of ' || i", "started_by": who("started_by"), "active_at": active, "active_public": active,
		}},
		{"participants", of, "user_id", map[string]string{
			"conversation_id": conversation, "user_id": who("user_id"), "active_at": active, "active_hour": d.hour(active),
			"last_read": read, "unread": "(t.active AND (t.marked_unread OR t.newest_other > " + read + "))",
		}},
		{"spans", of, "user_id", map[string]string{"conversation_id": conversation, "user_id": who("user_id")}},
		{"messages", of, "position", map[string]string{
			"conversation_id": conversation, "id": d.id(messageKind, fmt.Sprintf("i * %d + t.ordinal_", 10*perConversation)),
			"author_id": who("author_id"), "client_key": "t.client_key || '-' || i",
			"text": "t.text || ' tenth' || (i % 10) || ' hundredth' || (i % 100) || ' rare' || i || 'x'",
			"at":   d.at(fmt.Sprintf("i * %d + t.ordinal_ * %d", secondsApart, secondsOfMessage)),
		}},
		{"receipts", of, "reader_id", map[string]string{"conversation_id": conversation, "reader_id": who("reader_id")}},
	} {
		if err := c.copies(ctx, step.table, step.template, step.order, count, step.set); err != nil {
			return err
		}
	}
	return c.run(ctx, []string{`DELETE FROM search_refill`, `INSERT INTO search_refill (one, after, through)
		SELECT 1, ` + d.literal(strings.Repeat("0", 32)) + `, m.id FROM messages AS m ORDER BY m.id DESC LIMIT 1`})
}
