package rig

import (
	"errors"
	"net"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// Names is a name server on loopback: it says what a test has it say, and of everything else that there is none. One goroutine answers, which
// [Names.Close] ends and waits for.
type Names struct {
	conn net.PacketConn
	done chan struct{}

	mu    sync.Mutex
	texts map[string]string // TXT records by name
}

// Away is the text of a name whose servers do not answer.
const Away = "SERVFAIL"

// StartNames starts a name server that knows nothing.
func StartNames() (*Names, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	n := &Names{conn: conn, done: make(chan struct{})}
	go n.serve()
	return n, nil
}

// Address is where it is asked, host:port.
func (n *Names) Address() string { return n.conn.LocalAddr().String() }

// Say has it say these TXT records from now on, by name, and nothing else.
func (n *Names) Say(texts map[string]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.texts = texts
}

// Close ends it.
func (n *Names) Close() error {
	err := n.conn.Close()
	<-n.done
	return err
}

func (n *Names) serve() {
	defer close(n.done)
	packet := make([]byte, 4096)
	for {
		size, from, err := n.conn.ReadFrom(packet)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if answer := n.answer(packet[:size]); answer != nil {
			_, _ = n.conn.WriteTo(answer, from) // who asked asks again
		}
	}
}

// answer is nil for what is no question.
func (n *Names) answer(packet []byte) []byte {
	var parser dnsmessage.Parser
	header, err := parser.Start(packet)
	if err != nil {
		return nil
	}
	question, err := parser.Question()
	if err != nil {
		return nil
	}
	n.mu.Lock()
	text, known := n.texts[strings.ToLower(strings.TrimSuffix(question.Name.String(), "."))]
	n.mu.Unlock()
	message := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, RecursionDesired: true, RecursionAvailable: true},
		Questions: []dnsmessage.Question{question},
	}
	switch {
	case !known:
		message.RCode = dnsmessage.RCodeNameError
	case text == Away:
		message.RCode = dnsmessage.RCodeServerFailure
	case question.Type == dnsmessage.TypeTXT:
		message.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.TXTResource{TXT: []string{text}},
		}}
	}
	out, err := message.Pack()
	if err != nil {
		return nil
	}
	return out
}
