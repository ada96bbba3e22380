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
	err := r.partition(channel).outbox.put(news{channel, payload})
	if err != nil {
		r.counters.dropped.Add(1)
	}
	return err
}

// flush sends what is queued until ctx ends, then what is left.
func (p *partition) flush(ctx context.Context) {
	var batch []news
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-p.outbox.ready:
			batch, _ = p.outbox.take(batch)
			p.sendAll(context.WithoutCancel(ctx), batch)
		}
	}
	p.outbox.close()
	batch, _ = p.outbox.take(batch)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), ioTimeout)
	defer cancel()
	p.sendAll(last, batch)
}

// sendAll gives up the rest once a pipeline fails as a whole: the next would wait as
// long, and meanwhile everyone has compared heads.
func (p *partition) sendAll(ctx context.Context, batch []news) {
	left := len(batch)
	for part := range slices.Chunk(batch, pipelined) {
		sent, ok := p.send(ctx, part)
		left -= sent
		if !ok {
			break
		}
	}
	p.bus.counters.dropped.Add(uint64(left))
}

// send makes one round trip. It returns how many publications Redis confirmed, and
// false when Redis was out of reach.
func (p *partition) send(ctx context.Context, part []news) (sent int, ok bool) {
	pipe := p.bus.client.Pipeline()
	publish := pipe.Publish
	if p.sharded() {
		publish = pipe.SPublish
	}
	for _, n := range part {
		publish(ctx, p.name(n.channel), n.payload)
	}
	cmds, err := pipe.Exec(ctx)
	for _, cmd := range cmds {
		if cmd.Err() == nil {
			sent++
		}
	}
	p.bus.counters.published.Add(uint64(sent))
	p.notePublishing(ctx, err)
	_, refused := errors.AsType[redis.Error](err) // Redis answered, with an error of its own
	return sent, err == nil || refused
}

// notePublishing logs the first failure and the first success after it.
func (p *partition) notePublishing(ctx context.Context, err error) {
	if err != nil {
		p.bus.rediscover(ctx)
	}
	if was := p.sending.Swap(err == nil); was == (err == nil) {
		return
	}
	if err != nil {
		p.bus.log.Warn().Err(err).Str("partition", p.tag).Msg("bus publishing fails")
		return
	}
	p.bus.log.Info().Str("partition", p.tag).Msg("bus publishing works again")
}
