package client

import (
	"context"
	"net/http"
	"net/url"

	"postern/hub/wire"
)

// Started is the answer to a start.
type Started struct {
	Row     wire.Row     `json:"row"`
	Message wire.Message `json:"message"`
}

// Start begins a conversation with the users.
func (c *Client) Start(ctx context.Context, key, title, html string, to ...string) (Started, error) {
	var s Started
	in := map[string]any{"to": to, "audience": "shared", "title": title, "html": html, "key": key}
	return s, c.Do(ctx, http.MethodPost, "/conversations", in, &s)
}

// Send writes into a conversation over HTTP.
func (c *Client) Send(ctx context.Context, conversation, key, html string) (wire.Message, error) {
	var answer struct{ Message wire.Message }
	in := map[string]any{"key": key, "html": html}
	return answer.Message, c.Do(ctx, http.MethodPost, "/conversations/"+conversation+"/messages", in, &answer)
}

// Page is a stretch of a conversation.
type Page struct {
	Messages   []wire.Message `json:"messages"`
	Receipts   []wire.Receipt `json:"receipts"`
	MoreBefore bool           `json:"more_before"`
	AsOf       string         `json:"as_of"`
}

// History reads a whole conversation, page by page, oldest first.
func (c *Client) History(ctx context.Context, conversation string) ([]wire.Message, error) {
	all, _, err := c.HistoryAsOf(ctx, conversation)
	return all, err
}

// HistoryAsOf also says where the stream stood when the newest page was read: later events add to it.
func (c *Client) HistoryAsOf(ctx context.Context, conversation string) (all []wire.Message, asOf string, err error) {
	before := ""
	for {
		var p Page
		q := url.Values{"limit": {"200"}}
		if before != "" {
			q.Set("before", before)
		}
		if err := c.Do(ctx, http.MethodGet, "/conversations/"+conversation+"/messages?"+q.Encode(), nil, &p); err != nil {
			return nil, "", err
		}
		if asOf == "" {
			asOf = p.AsOf
		}
		all = append(p.Messages, all...)
		if !p.MoreBefore || len(p.Messages) == 0 {
			return all, asOf, nil
		}
		before = p.Messages[0].Position
	}
}

// Badge asks /me.
func (c *Client) Badge(ctx context.Context) (int, error) {
	var me Me
	err := c.Do(ctx, http.MethodGet, "/me", nil, &me)
	return me.Badge, err
}

// Read marks everything up to the position as read.
func (c *Client) Read(ctx context.Context, conversation, position string) error {
	return c.Do(ctx, http.MethodPost, "/conversations/"+conversation+"/read", map[string]any{"position": position, "opened": true}, nil)
}

// Unread marks the conversation as unread.
func (c *Client) Unread(ctx context.Context, conversation string) error {
	return c.Do(ctx, http.MethodPost, "/conversations/"+conversation+"/unread", map[string]any{}, nil)
}

// HeldLetter is what a proof needs to know of a letter in quarantine.
type HeldLetter struct {
	ID       string   `json:"id"`
	From     string   `json:"from"`
	Text     string   `json:"text"`
	Signers  []string `json:"signers"`
	Decision string   `json:"decision"`
}

// Held reads the letter that a grey line tells of.
func (c *Client) Held(ctx context.Context, line wire.Message) (h HeldLetter, err error) {
	return h, c.Do(ctx, http.MethodGet, letterOf(line), nil, &h)
}

// Decide settles it: accepted, aliased, trusted (with the domain) or rejected.
func (c *Client) Decide(ctx context.Context, line wire.Message, decision, domain string) (HeldLetter, error) {
	var answer struct{ Letter HeldLetter }
	in := map[string]string{"decision": decision}
	if domain != "" {
		in["domain"] = domain
	}
	return answer.Letter, c.Do(ctx, http.MethodPost, letterOf(line), in, &answer)
}

func letterOf(line wire.Message) string {
	return "/conversations/" + line.Conversation + "/messages/" + line.ID + "/letter"
}

// Upload sends a file that waits for its message.
func (c *Client) Upload(ctx context.Context, name string, content []byte) (wire.Attachment, error) {
	var a wire.Attachment
	return a, c.ask(ctx, http.MethodPost, "/attachments?name="+url.QueryEscape(name), "application/octet-stream", content, &a)
}
