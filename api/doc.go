// Package api is what can be asked over HTTP: the JSON API under /api/v1 (openapi.yaml describes it), the upgrade of
// live connections, files, and the pages of the web client.
//
// A request passes, in this order: who it comes from (trusted proxies), the log, headers, the office by its Host, the
// Origin, then its route: who is asking, how often, the handler. A handler reads its input, calls one use case of chat
// and writes one answer; it decides nothing. Shared bodies are made by hub/wire.
//
// What a handler returns as an error becomes one application/problem+json (RFC 9457): a refusal of chat by its kind and
// sentence, anything else as an internal error that is logged whole and shown as nothing.
//
// Limits of how often are counted by this process alone, in bounded tables: with several nodes behind a balancer
// everything may be had once per node. The package starts no goroutine.
package api
