package chat

// Limits of what one mail shows. Its first message is shown however long it is: a message is bounded by itself.
const (
	mostCarried      = 50
	mostCarriedBytes = 64 << 10 // of text and HTML, as they are kept: what mail programs show whole
)

// carried is what one mail tells of, oldest first: of the first so many what they say, of the rest that they wait.
type carried struct {
	messages []Message
	shown    int
	bytes    int
	clean    cleared // of their files
	readers  []Person
}

func (c *carried) add(m *Message) {
	size := len(m.HTML) + len(m.Text)
	if c.shown < len(c.messages) || c.shown == mostCarried || c.shown > 0 && c.bytes+size > mostCarriedBytes {
		c.messages = append(c.messages, Message{Office: m.Office, Conversation: m.Conversation, ID: m.ID, Position: m.Position})
		return
	}
	c.messages = append(c.messages, *m)
	c.shown, c.bytes = c.shown+1, c.bytes+size
}

// newest is the last message that is told of: what only waits, nobody has seen who answers the mail.
func (c *carried) newest(f *NoticeFacts) Position {
	if f.Content != nil {
		return c.messages[c.shown-1].Position
	}
	return c.messages[len(c.messages)-1].Position
}
