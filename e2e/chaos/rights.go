package main

// seats replays who was in a room, from its entries alone: who began there, and the grey lines that tell of coming and going. It gives for each
// entry who of the members was to be told of it as it came.
//
// This is the rule a second time, on purpose: nothing of the server's own spans goes into it.
func (o *room) seats(entries []entry) [][]*person {
	in := map[string]bool{}
	for _, p := range o.members {
		in[p.id] = true
	}
	told := make([][]*person, len(entries))
	for i, e := range entries {
		for _, id := range e.subjects {
			switch e.happening {
			case "joined":
				in[id] = true
			case "left", "removed":
				in[id] = false
			}
		}
		for _, p := range o.members {
			if in[p.id] && (p.staff || !e.staffOnly) {
				told[i] = append(told[i], p)
			}
		}
	}
	return told
}

// counts says whether an entry makes a conversation unread and is told by mail.
func (e *entry) counts() bool { return e.kind != "event" }
