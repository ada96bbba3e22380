package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"postern/chat"
)

type mailCmd struct {
	Log mailLogCmd `cmd:"" help:"Show what came and went by mail, the latest first."`
}

type mailLogCmd struct {
	baseSettings
	Office    string `help:"Name or id of the office; without it all of them, and what came to none."`
	Address   string `help:"Address of the other side: all of it, or its beginning."`
	Direction string `help:"in or out."`
	Fate      string `help:"What became of it, such as accepted, failed, posted, refused."`
	Since     string `help:"From then on: a day such as 2026-11-23, in this machine's zone, or a time as RFC 3339 has it." placeholder:"TIME"`
	Until     string `help:"Before then." placeholder:"TIME"`
	Limit     int    `help:"At most so many." default:"50"`
	JSON      bool   `name:"json" help:"One JSON object a line."`
}

// logged is a transaction as an operator is shown it.
type logged struct {
	At        time.Time `json:"at"`
	ID        string    `json:"id"`
	Office    string    `json:"office,omitempty"` // id; empty: none was found for it
	Direction string    `json:"direction"`
	Fate      string    `json:"fate"`
	Code      int       `json:"code,omitempty"`
	Enhanced  string    `json:"enhanced,omitempty"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Peer      string    `json:"peer,omitempty"`
	Size      int64     `json:"size,omitempty"`
	Reason    string    `json:"reason,omitempty"`
}

// Run prints the ledger.
func (c *mailLogCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	wanted, err := c.request()
	if err != nil {
		return err
	}
	return withCore(ctx, &c.baseSettings, io, func(core *core) error {
		var office chat.ID
		if c.Office != "" {
			o, err := core.officeOf(ctx, c.Office)
			if err != nil {
				return err
			}
			office = o.ID
		}
		rows, err := ledgerRows(ctx, core, office, wanted)
		if err != nil {
			return err
		}
		if c.JSON {
			return io.jsonLines(rows)
		}
		return io.table(rows)
	})
}

func (c *mailLogCmd) request() (r chat.LedgerRequest, err error) {
	r = chat.LedgerRequest{Direction: chat.Direction(c.Direction), Fate: c.Fate, Address: c.Address, Limit: c.Limit}
	if c.Limit < 1 {
		return r, &settingError{"limit", "it is a number from 1 on"}
	}
	if r.Since, err = momentOf("since", c.Since); err != nil {
		return r, err
	}
	r.Until, err = momentOf("until", c.Until)
	return r, err
}

// momentOf reads a day, which begins at midnight here, or a time; zero: none was said.
func momentOf(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return day, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, &settingError{name, "give a day like 2026-11-23, or a time like 2026-11-23T09:00:00Z"}
	}
	return at, nil
}

// ledgerRows goes on from page to page until there are as many as are wanted.
func ledgerRows(ctx context.Context, core *core, office chat.ID, r chat.LedgerRequest) (rows []chat.LedgerRow, err error) {
	wanted := r.Limit
	for len(rows) < wanted {
		r.Limit = wanted - len(rows)
		page, err := core.service.LedgerOf(ctx, office, r)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Rows...)
		if r.Next = page.Next; r.Next == "" {
			break
		}
	}
	return rows, nil
}

func (s streams) jsonLines(rows []chat.LedgerRow) error {
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	for _, l := range rows {
		line := logged{
			At: l.At, ID: l.ID.String(), Direction: string(l.Direction), Fate: l.Fate, Code: l.Code, Enhanced: l.Enhanced,
			From: l.EnvelopeFrom, To: l.EnvelopeTo, Peer: l.Peer, Size: l.Size, Reason: l.Reason,
		}
		if !l.Office.IsZero() {
			line.Office = l.Office.String()
		}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func (s streams) table(rows []chat.LedgerRow) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, l := range rows {
		// What strangers said is quoted: a terminal acts on what is not printable.
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%q\t%q\t%q\n", l.At.Local().Format(time.DateTime), l.Direction, l.Fate, replyOf(l), l.EnvelopeFrom, l.EnvelopeTo, l.Reason)
	}
	return w.Flush()
}

func replyOf(l chat.LedgerRow) string {
	if l.Code == 0 {
		return "-"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", l.Code, l.Enhanced))
}
