// Package mailgw tells people by mail who are not in the browser, and takes the answers back into the thread. docs/mail.md tells both journeys.
//
// # Out
//
// The [Sender] is one goroutine that claims what is due and hands it to at most Workers goroutines, which it waits for when its context
// ends. The database decides who may send: notices are leased before they are read, and a mail's exact bytes are committed under a fencing token
// before anybody connects. The process may die at any moment; what it had leased is claimable again when the lease lapses, by the
// database's clock. A lease outlasts the hard deadline of an attempt, so a mail goes twice only when an answer was lost; that is counted.
//
// # In
//
// The [Server] runs one goroutine a connection, which [Server.Shutdown] ends and waits for. Below lies a wire, which bounds bytes, time and line ends,
// and above it a session, used by that one goroutine alone. A letter is answered with 250 only after [chat.Service.TakeLetter] has
// returned, so after the commit. Nothing of a letter is kept in the process after its answer.
// Bounds: connections, bytes and time between letters, recipients, bytes of a letter, and all letters in memory at once.
package mailgw
