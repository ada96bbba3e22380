package letter

import (
	"slices"
	"strings"
)

// Statuses that say for good that the recipient's address is none (RFC 3463 sections 3.2 and 3.3, RFC 7505): bad mailbox, system or syntax, ambiguous,
// moved, a domain that takes no mail, a mailbox that is disabled. Those of the sender's address (5.1.7, 5.1.8) are not among them.
var goneStatuses = []string{"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"}

// goneWords say so where the status says nothing, lower case.
var goneWords = []string{
	"user unknown", "unknown user", "no such user", "unknown recipient", "recipient unknown", "no such recipient", "no mailbox here by that name",
	"mailbox not found", "no such mailbox", "user doesn't exist", "user does not exist", "account does not exist", "address does not exist",
	"invalid recipient", "invalid mailbox", "unknown local part", "account has been disabled", "account is disabled", "unrouteable address", "not listed in domino directory",
	"this user doesn't have a",
}

// NoSuchAddress says whether a server's refusal means that the address is none, now or later. status may be empty, and is then looked for in what the server
// said.
func NoSuchAddress(status, said string) bool {
	if status == "" {
		status = findStatus(said)
	}
	if status != "" && !strings.HasPrefix(status, "5.") {
		return false
	}
	if status != "" && status != "5.0.0" {
		return slices.Contains(goneStatuses, status)
	}
	return containsAny(strings.ToLower(said), goneWords)
}
