// Package metrics shows an operator how a node is doing, in Prometheus' text format: what the rooms count (their Stats), and
// what they tell of each thing as it happens (their meters).
//
// Every label has a fixed, small set of values: a route's template, a fate, a queue's name. None grows with offices, people or
// conversations, and none holds what anybody wrote, is called or is reached by. docs/operating.md says what each metric means
// and which bound stands behind each queue.
//
// A node has its own registry: two nodes in one process share nothing. The package starts no goroutine.
package metrics
