package chat

import "time"

// Act is what an audit entry says was done.
type Act string

// The acts.
const (
	ActSignedIn      Act = "signed_in"
	ActSignInFailed  Act = "sign_in_failed"
	ActSignedOut     Act = "signed_out"
	ActLinkMade      Act = "link_made"
	ActPasswordSet   Act = "password_set"
	ActUserCreated   Act = "user_created"
	ActUserChanged   Act = "user_changed"
	ActDeactivated   Act = "user_deactivated"
	ActReactivated   Act = "user_reactivated"
	ActOfficeCreated Act = "office_created"
	ActOfficeRenamed Act = "office_renamed"
	ActModeChanged   Act = "mode_changed"
	ActStarted       Act = "conversation_started"
	ActRetitled      Act = "conversation_retitled"
	ActStrict        Act = "conversation_strict" // Detail: on or off
	ActUserStrict    Act = "user_strict"         // Detail: on or off
	ActToldRead      Act = "told_read"           // Detail: on or off
	ActAccountStrict Act = "account_strict"      // Detail: on or off
	ActAssigned      Act = "conversation_assigned"
	ActUndone        Act = "message_undone"
	ActRetracted     Act = "message_retracted"
	ActAdded         Act = "participants_added"
	ActCopied        Act = "message_copied"
	ActLeft          Act = "participant_left"
	ActRemoved       Act = "participant_removed"
	ActLetterHeld    Act = "letter_held"
	ActLetterDecided Act = "letter_decided" // Detail: how
	ActAliasDropped  Act = "alias_dropped"  // Object: whose it was; Detail: the address
	ActSignerDropped Act = "signer_dropped" // Object: who it signed for; Detail: the domain
	ActOwnerOpened   Act = "owner_opened"
	ActRosterSet     Act = "roster_set"
	ActTeamAddress   Act = "team_address" // Detail: the local part; empty: taken away
	ActTeamLetters   Act = "team_letters" // Detail: on or off
	ActRestored      Act = "restored"
	ActFileBlocked   Act = "file_blocked" // the virus scanner found something

	ActSuppressed         Act = "address_suppressed" // Detail: why
	ActSuppressionCleared Act = "suppression_cleared"
	ActMailRetried        Act = "mail_retried"
	ActMailOpened         Act = "mail_opened" // its content was shown

	ActTemplateShared  Act = "template_shared" // new or changed
	ActTemplateDropped Act = "template_dropped"
)

// AuditEntry is one act, who did it and when (F46). Entries are only ever added.
type AuditEntry struct {
	Office ID
	ID     ID
	At     time.Time
	Actor  ID // zero: the system or nobody known
	Act    Act
	Object ID     // user, conversation, session or letter it was done to
	Detail string // a few words, never a body or secret
}
