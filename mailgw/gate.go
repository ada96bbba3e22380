package mailgw

import (
	"net"
	"net/netip"
)

// gate is a listener that lets in as many clients as there is room for. It counts from the first byte on, which go-smtp's own limits do
// not.
type gate struct {
	net.Listener
	server *Server
}

// Accept gives a [wire], after turning away whoever is too many.
func (g gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if w := g.server.admit(c); w != nil {
			return w, nil
		}
	}
}

// admit makes room for a client; nil: there is none, and they were told so.
func (s *Server) admit(c net.Conn) *wire {
	from := network(hostOf(c.RemoteAddr()))
	var w *wire
	w = newWire(c, s.Pause, s.edited(), func() { s.leave(w, from) })
	s.mu.Lock()
	turned := errDraining
	if !s.draining {
		turned = errBusy
		if len(s.wires) < s.MaxConnections && s.perAddress[from] < s.MaxPerAddress {
			s.wires[w] = struct{}{}
			s.perAddress[from]++
			turned = nil
		}
	}
	s.mu.Unlock()
	if turned == nil {
		return w
	}
	s.turnedAway.Add(1)
	w.say(turned)
	_ = c.Close() // nothing was begun
	return nil
}

func (s *Server) leave(w *wire, from string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wires, w)
	if s.perAddress[from]--; s.perAddress[from] == 0 {
		delete(s.perAddress, from)
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
