package hub

import (
	"context"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"postern/chat"
	"postern/hub/wire"
)

// commandTimeout bounds one command. Its frame's connection is not read meanwhile.
const commandTimeout = 10 * time.Second

// maxKey is the longest key that is echoed: none of ours is longer.
const maxKey = 64

// receive takes one message from the peer. It keeps no hold of its data.
func (c *conn) receive(ctx context.Context, opcode byte, data []byte) {
	if opcode != opText {
		c.out.finish(wire.CloseForeign, "frames are text")
		return
	}
	if !utf8.Valid(data) {
		c.out.finish(wire.CloseNotText, "frames are UTF-8")
		return
	}
	var cmd wire.Command
	if err := json.Unmarshal(data, &cmd); err != nil {
		c.out.finish(wire.CloseForeign, "frames are JSON objects")
		return
	}
	c.hub.meter.commands.Add(1)
	c.busy.Store(true)
	defer c.busy.Store(false)
	if !c.admit(ctx, &cmd) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, commanding{}, c), commandTimeout)
	defer cancel()
	c.do(ctx, &cmd)
	c.out.release()
	c.in.hear() // nothing was read meanwhile
}

// commanding is what a command's context names its connection by: what the command has to tell there goes out with its answer.
type commanding struct{}

// admit spends a token of the connection's bucket. Without one the command is refused, and the peer read no further until there is.
func (c *conn) admit(ctx context.Context, cmd *wire.Command) bool {
	wait := c.token()
	if wait == 0 {
		return true
	}
	c.hub.meter.refused.Add(1)
	refusal := chat.Refuse(chat.TooMany, "Too many frames in too short a time. Wait a moment.")
	refusal.After = wait
	c.answerError(cmd, refusal)
	pause(ctx, wait)
	return false
}

// token spends a token of the connection's bucket, and gives how long it is until there is one.
func (c *conn) token() time.Duration {
	if c.commands == nil {
		c.commands = rate.NewLimiter(c.hub.commandRate, c.hub.commandBurst)
	}
	return c.commands.Reserve().Delay()
}

// do runs a command. Unknown ones are ignored.
func (c *conn) do(ctx context.Context, cmd *wire.Command) {
	switch cmd.Type {
	case "send":
		c.answerError(cmd, c.send(ctx, cmd))
	case "read":
		c.answerError(cmd, c.markRead(ctx, cmd))
	case wire.TypeTyping, wire.TypeViewing:
		c.sign(ctx, cmd)
	}
}

func (c *conn) send(ctx context.Context, cmd *wire.Command) error {
	request, err := cmd.Send()
	if err != nil {
		return err
	}
	sent, err := c.hub.service.Send(ctx, c.actor, request)
	if err != nil {
		return err
	}
	c.out.send(ackFrame(cmd.Key, &sent.Message))
	return nil
}

func (c *conn) markRead(ctx context.Context, cmd *wire.Command) error {
	conversation, err := cmd.ConversationID()
	if err != nil {
		return err
	}
	to, err := chat.ParsePosition(cmd.Position)
	if err != nil {
		return chat.Refuse(chat.Invalid, "Name the position that was read.").About("position")
	}
	_, err = c.hub.service.MarkRead(ctx, c.actor, conversation, to, cmd.Opened)
	return err
}

// answerError tells why a command was refused. Signs are never answered.
func (c *conn) answerError(cmd *wire.Command, err error) {
	if err == nil || cmd.Type != "send" && cmd.Type != "read" {
		return
	}
	if chat.KindOf(err) == 0 {
		err = c.internal(cmd, err)
	}
	problem := wire.ProblemOf(err)
	problem.Status = 0
	key := cmd.Key
	if len(key) > maxKey {
		key = ""
	}
	frame, err := plainFrame(wire.TypeError, key, problem)
	if err != nil {
		c.hub.log.Error().Err(err).Msg("problem not encoded")
		return
	}
	c.out.send(frame)
}

// internal logs what is not shown. Running out of time is not our fault alone: later it may work.
func (c *conn) internal(cmd *wire.Command, err error) error {
	c.hub.log.Error().Err(err).Str("command", cmd.Type).Stringer("user", c.actor.User).Msg("command failed")
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return chat.Refuse(chat.Unavailable, "This takes too long at the moment. Try again.")
	}
	return err
}
