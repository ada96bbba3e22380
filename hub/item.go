package hub

import (
	"postern/chat"
	"postern/hub/wire"
)

// act says what an event does to a connection.
type act byte

const (
	show    act = iota + 1 // a frame with a body
	skip                   // its number alone, in a skipped frame
	renew                  // the client reloads everything
	signOut                // sockets of the session are closed, for others it is skipped
	absent                 // the body did not come with the news: it has to be asked for
)

// shape is what an event is for everybody of one view. Never changed once made.
type shape struct {
	act     act
	session chat.ID // signOut: whose sockets; zero: all of the user's
	suffix  shared  // show: see suffixOf
	data    []byte  // show: the body, within suffix
}

// item is an event in one user's stream.
type item struct {
	epoch  int64
	number int64
	badge  int
	*shape
	settled bool // held since before the database was last asked
}

// shapeOf gives an event's shape. The body has its view's form already; one that cannot be encoded comes as absent,
// with the error.
func shapeOf(t chat.EventType, subject chat.ID, b chat.Body) (*shape, error) {
	switch t {
	case chat.SessionEnded:
		return &shape{act: signOut, session: subject}, nil
	case chat.RightsChanged:
		return &shape{act: renew}, nil
	}
	suffix := beginSuffix(string(t), roomFor(b))
	from := len(suffix)
	suffix, err := wire.AppendData(suffix, t, b)
	if err != nil {
		return &shape{act: absent}, err
	}
	to := len(suffix)
	return &shape{act: show, suffix: shared{bytes: append(suffix, '}')}, data: suffix[from:to:to]}, nil
}

// roomFor is about what the JSON of a body takes.
func roomFor(b chat.Body) int {
	const usual = 512
	if b.Message != nil {
		return usual + len(b.Message.HTML) + len(b.Message.Text)
	}
	return usual
}

// shownItem gives an event of a stretch of the log. What cannot be encoded is skipped: there is nowhere else to ask.
func shownItem(epoch int64, ev chat.Shown) (item, error) {
	it := item{epoch: epoch, number: ev.Number, badge: ev.Badge, shape: &shape{act: skip}}
	if ev.Skipped {
		return it, nil
	}
	s, err := shapeOf(ev.Type, ev.Subject, ev.Body)
	if err == nil {
		it.shape = s
	}
	return it, err
}

// appendFrame gives the item as a frame for connections that it does not end.
func (it *item) appendFrame(b []byte) []byte {
	switch it.act {
	case show:
		return appendNumberedFrame(b, it.number, it.badge, it.suffix.bytes)
	case renew:
		return append(b, resetFrame(chat.Place{Epoch: it.epoch, Number: it.number})...)
	}
	return append(b, textFrame(appendSkipped(nil, it.number, it.number, it.badge))...)
}

// end is what the item's frame has in common with those of others; nil: nothing.
func (it *item) end() *shared {
	if it.act != show {
		return nil
	}
	return &it.suffix
}

func resetFrame(p chat.Place) []byte {
	frame, err := plainFrame(wire.TypeReset, "", wire.Reset{Epoch: p.Epoch, Number: p.Number})
	if err != nil {
		panic(err) // two numbers: cannot fail
	}
	return frame
}
