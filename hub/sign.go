package hub

import (
	"context"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

const (
	signEvery = 2 * time.Second // of one kind, in one conversation, from one connection
	maxSigns  = 16              // conversations that a connection gives signs in at a time
)

type signKey struct {
	conversation chat.ID
	typ          string
}

type lastSign struct {
	at time.Time
	on bool
}

// sign passes on that the actor is typing or viewing. It is never answered: whoever may not give a sign gives none.
func (c *conn) sign(ctx context.Context, cmd *wire.Command) {
	conversation, err := cmd.ConversationID()
	if err != nil || !c.passes(signKey{conversation, cmd.Type}, cmd.On, time.Now()) {
		return
	}
	note := cmd.Note && cmd.Type == wire.TypeTyping
	to := chat.ForAll
	if note {
		to = chat.ForStaff
	}
	company, err := c.hub.service.SignTo(ctx, c.actor, conversation, to)
	if err != nil {
		c.hub.log.Debug().Err(err).Msg("sign not passed on")
		return
	}
	data, err := wire.Marshal(wire.Sign{
		Conversation: conversation.String(), Person: wire.PersonOf(company.Person), Note: note, On: cmd.On,
	})
	if err != nil {
		c.hub.log.Error().Err(err).Msg("sign not encoded")
		return
	}
	c.hub.passOn(ctx, c.actor.Office, sign{
		typ: cmd.Type, data: data, to: company.Others,
	})
}

// passes lets one sign pass each 2 s; that it ended passes at once, after one that it began.
func (c *conn) passes(key signKey, on bool, now time.Time) bool {
	last, known := c.signs[key]
	if known && now.Sub(last.at) < signEvery && (on || !last.on) {
		return false
	}
	if !known && len(c.signs) >= maxSigns {
		c.forgetSigns(now)
	}
	if !known && len(c.signs) >= maxSigns {
		return false
	}
	if c.signs == nil {
		c.signs = map[signKey]lastSign{}
	}
	c.signs[key] = lastSign{at: now, on: on}
	return true
}

func (c *conn) forgetSigns(now time.Time) {
	for key, last := range c.signs {
		if now.Sub(last.at) >= signEvery {
			delete(c.signs, key)
		}
	}
}
