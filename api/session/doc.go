// Package session says who is asking: passwords, the cookie that carries a session's token, and the actor
// in a request's context.
//
// The token in the cookie is the whole secret; chat keeps its hash alone. The package starts no goroutine.
package session
