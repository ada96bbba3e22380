// Package chat says what is allowed and what happened: the rules of offices, people, conversations,
// messages, unread, receipts, notices and letters. It imports the standard library only.
//
// # How a change comes about
//
// A hot use case (Send, MarkRead, ...) is a [Decision]: it says what it must see ([Need]), and decides by
// a pure function from a [State] to [Effects]. The [Store] locks and loads, calls the function, and
// applies the effects by set-based statements. Because a decision is a value, a store may run those of
// many waiting callers in one transaction: the [Group] holds what that transaction sees, and [Group.Apply]
// works each decision's effects into it before the next one decides. A decision does no I/O, takes
// the time and new ids from its use case, and may run again; what it promises leaves the process
// only after the commit.
//
// # Who hears of it
//
// Every [Event] names the people who may know of it, apart for staff and for contacts, and carries the body
// that is shown to them. The store gives it the next number of each one's stream in the same transaction;
// after the commit the [Announcer] tells the nodes. What a stream holds are references: a resume reads
// them again as things stand then, under the rights the reader has then.
//
// # What always holds
//
//   - A viewer reads a message when one of their spans covers its position and its audience includes them
//     ([Access.Sees]); every query is handed that same value.
//   - A contact's view of a conversation depends on nothing a contact may not know: positions of messages for all
//     are counted without notes, activity and cursors have a form per view.
//   - What a view is shown of a message, row, member or receipt, its method For says; frames, answers and mails all take that form.
//   - Unread is derived from cursors; no counter is kept.
//   - Messages, spans, receipts, audit entries and letters are added and never rewritten. A message that was taken back keeps its place and what it
//     said: [Message.For] shows nobody what a withdrawn one said, and of one that was undone no query but the record's knows.
//   - Who answers a conversation and how far staff are with it are events, lines and fields for staff alone.
//
// The package starts no goroutine and keeps no state but what [Service] is given.
package chat
