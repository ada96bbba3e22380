//go:build race

package reply

// stride is how many letters TestBreadth and TestStrangers go on by: the race detector makes it ten
// times as slow and finds nothing in one goroutine.
const stride = 7
