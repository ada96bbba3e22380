package bus

import (
	"hash/crc32"
	"slices"
	"strings"
	"sync/atomic"
)

// partition is a part of the channels with a subscription and a way out of its own, so that a server out of
// reach holds up nobody else's news. A single Redis has one; a cluster has sixteen, whichever its servers,
// because a channel's server is found by the hash tag in its name and a subscription names channels of one
// slot alone.
type partition struct {
	bus     *Redis
	tag     string // before every name; empty where there is but one partition
	changes *changes
	outbox  *queue

	listening, sending atomic.Bool
	failures           int // sessions that failed; the goroutine of listen has it
}

// clusterTags are the hash tags of a cluster's partitions. Each lies in another sixteenth of the slots, so that a cluster
// of up to sixteen masters, with the slots in order, has them spread evenly. Every node must have the same.
var clusterTags = [...]string{
	"p60", "p42", "p11", "p3", "p61", "p43", "p10", "p2", "p62", "p40", "p13", "p1", "p63", "p41", "p12", "p0",
}

func newPartition(r *Redis, tag string, room int) *partition {
	p := &partition{bus: r, tag: tag, changes: newChanges(), outbox: newQueue(room)}
	p.sending.Store(true)
	return p
}

// partition is where a channel belongs, on every node the same.
func (r *Redis) partition(channel string) *partition {
	if len(r.partitions) == 1 {
		return r.partitions[0]
	}
	return r.partitions[crc32.ChecksumIEEE([]byte(channel))%uint32(len(r.partitions))]
}

// name is where a channel is found in Redis. Pub/sub ignores database numbers, so the
// prefix alone keeps deployments apart.
func (p *partition) name(channel string) string { return p.tag + p.bus.prefix + "news:" + channel }

// channel undoes name.
func (p *partition) channel(name string) string { return strings.TrimPrefix(name, p.name("")) }

// wanted are the channels of this partition that the node wants.
func (p *partition) wanted() []string {
	return slices.DeleteFunc(p.bus.interest.all(), func(channel string) bool { return p.bus.partition(channel) != p })
}

// sharded says that channels belong to slots, and are subscribed and published to by the commands for that.
func (p *partition) sharded() bool { return p.tag != "" }
