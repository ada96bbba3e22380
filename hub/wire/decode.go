package wire

import "postern/chat"

// Send reads a `send` as chat wants it. HTTP and the socket both ask here, so that a key sent by one door and repeated
// by the other names the same content.
func (c *Command) Send() (chat.SendRequest, error) {
	conversation, err := c.ConversationID()
	if err != nil {
		return chat.SendRequest{}, err
	}
	files, err := idsOf(c.Attachments)
	if err != nil {
		return chat.SendRequest{}, err
	}
	return chat.SendRequest{
		Conversation: conversation, Key: c.Key, HTML: c.HTML, Note: c.Note, Important: c.Important,
		Attachments: files, Secure: c.Secure == nil || *c.Secure, Unsigned: c.Unsigned, Drafted: c.Drafted, DraftVersion: c.DraftVersion, BCC: c.BCC,
	}, nil
}

// ConversationID reads the conversation that the frame names.
func (c *Command) ConversationID() (chat.ID, error) {
	id, err := chat.ParseID(c.Conversation)
	if err != nil {
		return chat.ID{}, chat.Refuse(chat.Invalid, "Name the conversation by its id.").About("conversation")
	}
	return id, nil
}

func idsOf(texts []string) ([]chat.ID, error) {
	if len(texts) > chat.MaxAttachments {
		return nil, chat.Refuse(chat.TooLarge, "A message carries at most 50 files.").About("attachments")
	}
	ids := make([]chat.ID, len(texts))
	for i, text := range texts {
		id, err := chat.ParseID(text)
		if err != nil {
			return nil, chat.Refuse(chat.Invalid, "Name each file by the id that its upload was answered with.").About("attachments")
		}
		ids[i] = id
	}
	return ids, nil
}
