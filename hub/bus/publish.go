package bus

import (
	"context"
	"errors"
	"slices"

	"github.com/redis/go-redis/v9"
)

// pipelined is the most publications in one round trip: enough to make the round trip
// cheap, few enough that a first message does not wait long for the rest.
const pipelined = 256

// Publish implements Bus.
func (r *Redis) Publish(_ context.Context, channel string, payload []byte) error {
	err := r.outbox.put(news{channel, payload})
	if err != nil {
		r.counters.dropped.Add(1)
	}
	return err
}

// flush sends what is queued until ctx ends, then what is left.
func (r *Redis) flush(ctx context.Context) {
	var batch []news
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-r.outbox.ready:
			batch, _ = r.outbox.take(batch)
			r.sendAll(context.WithoutCancel(ctx), batch)
		}
	}
	r.outbox.close()
	batch, _ = r.outbox.take(batch)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), ioTimeout)
	defer cancel()
	r.sendAll(last, batch)
}

// sendAll gives up the rest once a pipeline fails as a whole: the next would wait as
// long, and meanwhile everyone has compared heads.
func (r *Redis) sendAll(ctx context.Context, batch []news) {
	left := len(batch)
	for part := range slices.Chunk(batch, pipelined) {
		sent, ok := r.send(ctx, part)
		left -= sent
		if !ok {
			break
		}
	}
	r.counters.dropped.Add(uint64(left))
}

// send makes one round trip. It returns how many publications Redis confirmed, and
// false when Redis was out of reach.
func (r *Redis) send(ctx context.Context, part []news) (sent int, ok bool) {
	pipe := r.client.Pipeline()
	for _, n := range part {
		pipe.Publish(ctx, r.name(n.channel), n.payload)
	}
	cmds, err := pipe.Exec(ctx)
	for _, cmd := range cmds {
		if cmd.Err() == nil {
			sent++
		}
	}
	r.counters.published.Add(uint64(sent))
	r.notePublishing(err)
	_, refused := errors.AsType[redis.Error](err) // Redis answered, with an error of its own
	return sent, err == nil || refused
}

// notePublishing logs the first failure and the first success after it.
func (r *Redis) notePublishing(err error) {
	if was := r.counters.sending.Swap(err == nil); was == (err == nil) {
		return
	}
	if err != nil {
		r.log.Warn().Err(err).Msg("bus publishing fails")
		return
	}
	r.log.Info().Msg("bus publishing works again")
}
