package mailgw

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// door is a port, and what is spoken there.
type door struct {
	lmtp bool // RFC 2033: a mail server of the operator's hands letters on
}

// Serve takes letters by SMTP until [Server.Shutdown].
func (s *Server) Serve(l net.Listener) error { return s.serve(l, door{}) }

// ServeLMTP takes letters by LMTP, with an answer for each recipient, until [Server.Shutdown].
func (s *Server) ServeLMTP(l net.Listener) error { return s.serve(l, door{lmtp: true}) }

// proxyTime is how long a proxy has to say whose connection it is.
const proxyTime = 5 * time.Second

// acceptPause is how long no client is let in when there was no room to let one in.
const acceptPause = 50 * time.Millisecond

func (s *Server) serve(l net.Listener, d door) error {
	s.mu.Lock()
	if s.draining {
		s.mu.Unlock()
		return l.Close()
	}
	s.listeners = append(s.listeners, l)
	s.mu.Unlock()
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			s.admit(c, d)
		case errors.Is(err, net.ErrClosed) && s.isDraining():
			return nil
		case isPassing(err):
			s.Log.Error().Err(err).Msg("accept smtp client")
			s.pauseAccept()
		default:
			return err
		}
	}
}

// isPassing says of an error of Accept that the next call may fare better: no file descriptors are left, or the client has gone.
func isPassing(err error) bool {
	return slices.ContainsFunc([]error{syscall.EMFILE, syscall.ENFILE, syscall.ECONNABORTED, syscall.ENOBUFS, syscall.ENOMEM}, func(passing error) bool {
		return errors.Is(err, passing)
	})
}

func (s *Server) pauseAccept() {
	t := time.NewTimer(acceptPause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.ctx.Done():
	}
}

// admit makes room for a client and serves it, or tells it that there is none. It counts from the first byte on.
func (s *Server) admit(c net.Conn, d door) {
	var w *wire
	w = newWire(c, s.Patience, func() { s.leave(w) })
	if turned := s.enter(w); turned != nil {
		s.turnAway(w, turned)
		_ = c.Close() // nothing was begun
		return
	}
	go s.receive(w, d)
}

func (s *Server) turnAway(w *wire, turned *response) {
	s.turnedAway.Add(1)
	w.say(turned)
	_ = w.flush() // whoever is gone does not hear it
}

// enter counts a connection in all.
func (s *Server) enter(w *wire) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.draining:
		return errDraining
	case len(s.wires) >= s.MaxConnections:
		return errBusy
	}
	s.wires[w] = ""
	return nil
}

// receive finds out who the client is, counts it by its address, and listens to it.
func (s *Server) receive(w *wire, d door) {
	peer, refused := s.peerOf(w)
	if refused == nil {
		refused = s.countIn(w, s.countedBy(d, peer))
	}
	if refused != nil {
		s.turnAway(w, refused)
		_ = w.Close() // it was told
		return
	}
	session := &session{server: s, wire: w, door: d, peer: peer, log: s.Log.With().Str("peer", peer).Logger()}
	session.run()
}

// peerOf is the client's address: as a proxy of ours says, where one connects, and otherwise where it connects from.
func (s *Server) peerOf(w *wire) (peer string, refused *response) {
	peer = hostOf(w.raw.RemoteAddr())
	ip, err := netip.ParseAddr(peer)
	if err != nil || !slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) }) {
		return peer, nil
	}
	var from netip.Addr
	err = w.within(proxyTime, func() (err error) { from, err = readProxy(w.in); return err })
	switch {
	case errors.Is(err, io.EOF):
		return "", errUnproxy // it looked whether the port is open
	case err != nil:
		s.Log.Warn().Err(err).Str("peer", peer).Msg("smtp proxy")
		return "", errUnproxy
	case from.IsValid():
		return from.Unmap().String(), nil
	}
	return peer, nil
}

// countedBy is what a client is counted by; empty: by nothing, since it hands on what others send.
func (s *Server) countedBy(d door, peer string) string {
	if ip, err := netip.ParseAddr(peer); d.lmtp || err == nil && s.isRelay(ip) {
		return ""
	}
	return network(peer)
}

func (s *Server) isRelay(ip netip.Addr) bool { return s.Senders != nil && s.Senders.IsRelay(ip) }

func (s *Server) countIn(w *wire, from string) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case from == "":
		return nil
	case s.perAddress[from] >= s.MaxPerAddress:
		return errBusy
	}
	s.perAddress[from]++
	s.wires[w] = from
	return nil
}

func (s *Server) leave(w *wire) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := s.wires[w]
	delete(s.wires, w)
	if from != "" {
		if s.perAddress[from]--; s.perAddress[from] == 0 {
			delete(s.perAddress, from)
		}
	}
	if s.draining && len(s.wires) == 0 {
		close(s.gone)
	}
}

func hostOf(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}

// network is what connections are counted by: an IPv4 address, or the /64 that one IPv6 customer has at least.
func network(host string) string {
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Unmap().Is4() {
		return host
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return host
	}
	return prefix.String()
}
