package mailgw

import (
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	mostIdle  = 8   // connections that wait: as many as mails are sent at once
	mostMails = 100 // through one connection: servers have such bounds of their own
)

// link is a connection to the relay, where mail may be sent.
type link struct {
	conn   net.Conn // below TLS
	client *smtp.Client
	hello  string
	mails  int
	late   *time.Timer // ends it while it waits
}

// goodbye is how long a relay has to answer QUIT.
const goodbye = 2 * time.Second

func (l *link) close() {
	l.client.CommandTimeout = goodbye
	_ = l.client.Quit() // what was sent is settled; how the goodbye goes changes nothing
	_ = l.conn.Close()
}

// pool holds the connections that wait for another mail, each for a while. Each timer's goroutine ends with its connection; close waits for them.
type pool struct {
	mu      sync.Mutex
	waiting []*link // the one used last is last
	closed  bool
	ending  sync.WaitGroup
}

// take gives a connection that answers, reset; nil: there is none.
func (p *pool) take() *link {
	for {
		l := p.pop()
		if l == nil {
			return nil
		}
		if l.again() == nil {
			return l
		}
		_ = l.conn.Close()
	}
}

// again brings the connection to where another mail may be sent. go-smtp forgets at RSET that it said EHLO, and would say it with the next mail: what
// the relay has against that is about us, and not about the mail.
func (l *link) again() error {
	l.client.CommandTimeout = goodbye
	defer func() { l.client.CommandTimeout = commandWait }()
	if err := l.client.Reset(); err != nil {
		return err
	}
	return l.client.Hello(l.hello)
}

// commandWait is what go-smtp has (RFC 5321, section 4.5.3.2).
const commandWait = 5 * time.Minute

func (p *pool) pop() *link {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) == 0 {
		return nil
	}
	l := p.waiting[len(p.waiting)-1]
	p.waiting = p.waiting[:len(p.waiting)-1]
	p.stop(l)
	return l
}

// stop is for whoever took l out of waiting, with the lock held.
func (p *pool) stop(l *link) {
	if l.late.Stop() {
		p.ending.Done()
	}
}

// put has a connection wait, or closes it.
func (p *pool) put(l *link, idle time.Duration) {
	l.mails++
	p.mu.Lock()
	if p.closed || len(p.waiting) >= mostIdle || l.mails >= mostMails {
		p.mu.Unlock()
		l.close()
		return
	}
	defer p.mu.Unlock()
	p.ending.Add(1)
	l.late = time.AfterFunc(idle, func() {
		defer p.ending.Done()
		if p.remove(l) {
			l.close()
		}
	})
	p.waiting = append(p.waiting, l)
}

// remove says whether the connection was still waiting.
func (p *pool) remove(l *link) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, one := range p.waiting {
		if one == l {
			p.waiting = append(p.waiting[:i], p.waiting[i+1:]...)
			return true
		}
	}
	return false
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	waiting := p.waiting
	p.waiting = nil
	for _, l := range waiting {
		p.stop(l)
	}
	p.mu.Unlock()
	for _, l := range waiting {
		l.close()
	}
	p.ending.Wait()
}
