package main

import (
	"context"
	"time"

	"postern/e2e/rig"
)

// scenario is a fault, and what it is to be stood on.
type scenario struct {
	name  string
	store string // where it belongs
	both  bool   // it can be had on SQLite too
	// alone: the deployment is made for it, by prepare, and not used again.
	alone   bool
	prepare func(*stage, *rig.Settings) error
	// ready is done before anybody talks.
	ready func(context.Context, *round) error
	// last: nothing else can be played on the stage after it.
	last bool
	// impossible says why it cannot be run here; nil: it always can.
	impossible func() error
	// fault breaks something and mends it. It marks the end by lift.
	fault      func(context.Context, *round) error
	everywhere bool // the people behind the slow line are in every room
	size       int  // bytes of a message
	flawless   bool // no client sees an error, and no letter is refused for good
}

// on says whether the scenario can be had on the database; empty: its own.
func (s scenario) on(store string) bool { return store == "" || store == s.store || s.both }

// scenarios are all of them, in the order of the faults that were promised to be stood.
func scenarios() []scenario {
	return []scenario{
		{name: "node-killed", store: "postgres", both: true, fault: nodeKilled},
		{name: "all-nodes-killed", store: "postgres", fault: allNodesKilled},
		{name: "postgres-killed", store: "postgres", fault: postgresKilled},
		{name: "postgres-broken", store: "postgres", fault: postgresBroken},
		{name: "killed-before-publish", store: "postgres", fault: killedBeforePublish},
		{name: "redis-1s", store: "postgres", fault: redisStopped(time.Second)},
		{name: "redis-30s", store: "postgres", fault: redisStopped(30 * time.Second)},
		{name: "redis-paused", store: "postgres", fault: redisPaused},
		{name: "redis-flushed", store: "postgres", fault: redisFlushed},
		{name: "redis-pubsub-killed", store: "postgres", fault: redisPubSubKilled},
		{name: "redis-replaced", store: "postgres", fault: redisReplaced},
		{name: "cut-from-redis", store: "postgres", impossible: rig.CanIsolate, fault: cutOff(rig.BusWire)},
		{name: "cut-from-db", store: "postgres", impossible: rig.CanIsolate, fault: cutOff(rig.DatabaseWire)},
		{name: "packet-loss", store: "postgres", both: true, fault: packetLoss},
		{name: "slow-readers", store: "postgres", both: true, fault: slowReaders, everywhere: true, size: 4000},
		{name: "clock-steps", store: "postgres", both: true, fault: clockSteps},
		{name: "disk-full", store: "sqlite", alone: true, prepare: smallDisk, impossible: rig.CanMount, fault: diskFull},
		{name: "rolling-restart", store: "postgres", fault: rollingRestart, flawless: true},
		{name: "migration", store: "postgres", ready: laterVersion, last: true, fault: migration},
		{name: "restore", store: "postgres", both: true, fault: restore},
		{name: "revocation", store: "postgres", both: true, fault: revocation},
	}
}
