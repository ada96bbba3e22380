package hub

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"postern/chat"
)

// What nodes tell each other, on an office's channel. All numbers are unsigned varints, texts and bodies are preceded by
// their length:
//
//	version (1 byte) · kind (1 byte) · node (8 bytes) · published · accepted · content
//
//	published, accepted: microseconds since 1970, by the clocks of the nodes that did so; accepted is 0 where there is no message
//	news:  events, each: act · type · session (16 bytes, signOut only) · for staff, then contacts: body · listeners
//	       listeners: count, each: user (16 bytes) · epoch · number · badge
//	sign:  type · body · count · users (16 bytes each)
//
// A node that cannot read a version compares heads instead. Nothing here is truth: the log is.
const (
	envelopeVersion = 1
	newsKind        = 1
	signKind        = 2

	maxEnvelope = 1 << 20 // bytes; what is larger goes without bodies
	maxBody     = 1 << 20
	maxTypeName = 64
)

var (
	errVersion = errors.New("envelope of another version")
	errTorn    = errors.New("envelope is torn")
)

// nodeID tells a node's own echo.
type nodeID [8]byte

// news is an event for everybody who may know of it.
type news struct {
	typ             string
	act             act
	session         chat.ID
	staff, contacts told
}

// told is one view's part of an event.
type told struct {
	data  json.RawMessage // nil: absent, or an act without body
	heard []chat.Heard
	shape *shape // as this node encoded it; nil: it came from another
}

// sign is a passing sign for some users.
type sign struct {
	typ  string
	data json.RawMessage
	to   []chat.ID
}

// envelope is one publication. Its times are for meters alone.
type envelope struct {
	from      nodeID
	published time.Time
	accepted  time.Time // the oldest of its messages; zero: there is none
	news      []news
	sign      *sign
}

func (e *envelope) encode() []byte {
	kind := byte(newsKind)
	if e.sign != nil {
		kind = signKind
	}
	b := append(make([]byte, 0, e.room()), envelopeVersion, kind)
	b = append(b, e.from[:]...)
	b = appendTime(appendTime(b, e.published), e.accepted)
	if e.sign != nil {
		return appendSign(b, e.sign)
	}
	b = binary.AppendUvarint(b, uint64(len(e.news)))
	for i := range e.news {
		b = appendNews(b, &e.news[i])
	}
	return b
}

// room is about what the encoded envelope takes.
func (e *envelope) room() int {
	if e.sign != nil {
		return 80 + len(e.sign.data) + 16*len(e.sign.to)
	}
	n := 32
	for i := range e.news {
		news := &e.news[i]
		n += 64 + len(news.staff.data) + len(news.contacts.data) + 24*(len(news.staff.heard)+len(news.contacts.heard))
	}
	return n
}

func appendNews(b []byte, n *news) []byte {
	b = append(b, byte(n.act))
	b = appendBytes(b, []byte(n.typ))
	if n.act == signOut {
		b = append(b, n.session[:]...)
	}
	for _, view := range []*told{&n.staff, &n.contacts} {
		b = appendBytes(b, view.data)
		b = binary.AppendUvarint(b, uint64(len(view.heard)))
		for _, h := range view.heard {
			b = append(b, h.User[:]...)
			b = binary.AppendUvarint(b, uint64(h.Epoch))
			b = binary.AppendUvarint(b, uint64(h.Number))
			b = binary.AppendUvarint(b, uint64(h.Badge))
		}
	}
	return b
}

func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return binary.AppendUvarint(b, uint64(max(0, t.UnixMicro())))
}

func appendSign(b []byte, s *sign) []byte {
	b = appendBytes(b, []byte(s.typ))
	b = appendBytes(b, s.data)
	b = binary.AppendUvarint(b, uint64(len(s.to)))
	for _, id := range s.to {
		b = append(b, id[:]...)
	}
	return b
}

func appendBytes(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// senderOf reads who published, without reading the rest.
func senderOf(payload []byte) (from nodeID, err error) {
	if len(payload) < 10 {
		return from, errTorn
	}
	if payload[0] != envelopeVersion {
		return from, fmt.Errorf("%w: %d", errVersion, payload[0])
	}
	return nodeID(payload[2:10]), nil
}

// decodeEnvelope reads and checks a publication. Bodies are left inside payload, which must not change.
func decodeEnvelope(payload []byte) (e envelope, err error) {
	if e.from, err = senderOf(payload); err != nil {
		return e, err
	}
	if len(payload) > maxEnvelope {
		return e, fmt.Errorf("envelope of %d bytes", len(payload))
	}
	r := &reader{b: payload[10:]}
	e.published, e.accepted = r.time(), r.time()
	switch payload[1] {
	case newsKind:
		e.news = r.allNews()
	case signKind:
		e.sign = r.sign()
	default:
		return e, fmt.Errorf("envelope of kind %d", payload[1])
	}
	if len(r.b) > 0 {
		r.fail(errTorn)
	}
	return e, r.err
}

// reader reads what was written above. After an error it reads nothing.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b = nil
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail(errTorn)
		return nil
	}
	taken := r.b[:n:n]
	r.b = r.b[n:]
	return taken
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// number reads a count, number or epoch: all fit a signed 64-bit column.
func (r *reader) number() int64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n>>63 != 0 {
		r.fail(errTorn)
		return 0
	}
	r.b = r.b[size:]
	return int64(n)
}

// time reads a time, zero for 0.
func (r *reader) time() time.Time {
	if micros := r.number(); micros != 0 {
		return time.UnixMicro(micros)
	}
	return time.Time{}
}

// count reads how many things of at least so many bytes follow.
func (r *reader) count(least int) int {
	n := r.number()
	if n > int64(len(r.b)/least) {
		r.fail(errTorn)
		return 0
	}
	return int(n)
}

func (r *reader) id() (id chat.ID) {
	copy(id[:], r.take(len(id)))
	return id
}

// typ reads a type's name, which goes into frames as it is.
func (r *reader) typ() string {
	name := r.take(r.count(1))
	if len(name) > maxTypeName {
		r.fail(errTorn)
	}
	for _, ch := range name {
		if (ch < 'a' || ch > 'z') && ch != '.' && ch != '_' {
			r.fail(fmt.Errorf("type %q", name))
		}
	}
	return string(name)
}

// body reads JSON, or nil for none.
func (r *reader) body() json.RawMessage {
	data := r.take(r.count(1))
	if len(data) == 0 {
		return nil
	}
	if len(data) > maxBody || !json.Valid(data) {
		r.fail(errors.New("body is not JSON"))
	}
	return data
}

func (r *reader) allNews() []news {
	list := make([]news, r.count(6))
	for i := range list {
		n := &list[i]
		n.act, n.typ = act(r.byte()), r.typ()
		if n.act < show || n.act > absent {
			r.fail(fmt.Errorf("act %d", n.act))
		}
		if n.act == signOut {
			n.session = r.id()
		}
		n.staff, n.contacts = r.told(), r.told()
		if r.err != nil {
			return nil
		}
	}
	return list
}

func (r *reader) told() (t told) {
	t.data = r.body()
	t.heard = make([]chat.Heard, r.count(19))
	for i := range t.heard {
		h := &t.heard[i]
		h.User, h.Epoch, h.Number, h.Badge = r.id(), r.number(), r.number(), int(r.number())
	}
	return t
}

func (r *reader) sign() *sign {
	s := &sign{typ: r.typ(), data: r.body()}
	if s.data == nil {
		r.fail(errTorn)
	}
	s.to = make([]chat.ID, r.count(16))
	for i := range s.to {
		s.to[i] = r.id()
	}
	return s
}
