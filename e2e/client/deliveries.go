package client

import (
	"context"
	"net/http"

	"postern/hub/wire"
)

// Delivery is what became of word of a message for one recipient.
type Delivery struct {
	Recipient wire.Person `json:"recipient"`
	State     string      `json:"state"`
	Mails     []struct {
		ID      string `json:"id"`
		State   string `json:"state"`
		QueueID string `json:"queue_id"`
		Reason  string `json:"reason"`
	} `json:"mails"`
	SeenAt      string `json:"seen_at"`
	RepliedAt   string `json:"replied_at"`
	Suppression string `json:"suppression"`
	Retry       bool   `json:"retry"`
}

// Deliveries asks what became of word of a message.
func (c *Client) Deliveries(ctx context.Context, m wire.Message) ([]Delivery, error) {
	var answer struct{ Deliveries []Delivery }
	return answer.Deliveries, c.Do(ctx, http.MethodGet, "/conversations/"+m.Conversation+"/messages/"+m.ID+"/deliveries", nil, &answer)
}

// Retry has a mail sent again that failed.
func (c *Client) Retry(ctx context.Context, m wire.Message, mail string) error {
	return c.Do(ctx, http.MethodPost, "/conversations/"+m.Conversation+"/messages/"+m.ID+"/mails/"+mail+"/retry", struct{}{}, nil)
}

// ClearSuppression lets mail go to an address again.
func (c *Client) ClearSuppression(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/suppressions/"+id, nil, nil)
}
