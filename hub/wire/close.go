package wire

// Close codes. The code alone says whether to come back, and when (docs/protocol.md, "Closing").
const (
	CloseGoingAway = 1001 // the node drains: come back, spread over 5 s
	CloseNotText   = 1007 // not UTF-8 (RFC 6455, section 8.1)
	CloseForeign   = 1008 // a frame that no client of ours sends: do not come back
	CloseTooBig    = 1009 // a frame over MaxFrame: come back without it
	CloseSignedOut = 4001 // the session has ended: sign in
	CloseSlow      = 4002 // the queue for this connection was full: come back at once
	CloseTooMany   = 4003 // too many connections for this user: come back after 30 s
	CloseBusy      = 4004 // busy, or the database is away: come back with back-off
)
