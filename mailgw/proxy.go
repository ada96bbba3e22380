package mailgw

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
)

var (
	proxyText   = []byte("PROXY ")
	proxyBinary = []byte("\r\n\r\n\x00\r\nQUIT\n")

	errNoProxy = errors.New("there is no PROXY header")
)

const (
	maxProxyText   = 107  // with its line end, by the specification
	maxProxyBinary = 2048 // after the first 16 bytes: addresses, and what a proxy adds
)

// readProxy reads the header that a proxy puts before a connection, version 1 or 2 (HAProxy's proxy-protocol.txt, sections 2.1 and 2.2), and nothing
// past it. The address is invalid where the proxy speaks for itself, to see whether we are there.
func readProxy(in *bufio.Reader) (netip.Addr, error) {
	first, err := in.Peek(len(proxyText))
	switch {
	case err != nil:
		return netip.Addr{}, fmt.Errorf("read PROXY header: %w", err)
	case bytes.Equal(first, proxyText):
		return readProxyText(in)
	}
	head, err := in.Peek(16)
	if err != nil || !bytes.HasPrefix(head, proxyBinary) {
		return netip.Addr{}, errNoProxy
	}
	return readProxyBinary(in)
}

// readProxyText reads `PROXY TCP4 192.0.2.1 192.0.2.2 56324 25`.
func readProxyText(in *bufio.Reader) (netip.Addr, error) {
	line, err := in.ReadSlice('\n')
	if err != nil || len(line) > maxProxyText || !bytes.HasSuffix(line, []byte("\r\n")) {
		return netip.Addr{}, errors.New("the PROXY header has no end")
	}
	words := strings.Split(strings.TrimSuffix(string(line), "\r\n"), " ")
	if words[1] == "UNKNOWN" {
		return netip.Addr{}, nil
	}
	if len(words) != 6 {
		return netip.Addr{}, errors.New("the PROXY header does not have six words")
	}
	from, err := netip.ParseAddr(words[2])
	to, err2 := netip.ParseAddr(words[3])
	_, err3 := strconv.ParseUint(words[4], 10, 16)
	_, err4 := strconv.ParseUint(words[5], 10, 16)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		return netip.Addr{}, fmt.Errorf("the PROXY header's addresses: %w", err)
	}
	if want := map[bool]string{true: "TCP4", false: "TCP6"}[from.Is4()]; words[1] != want || from.Is4() != to.Is4() || from.Zone() != "" {
		return netip.Addr{}, errors.New("the PROXY header's addresses are not of its kind")
	}
	return from, nil
}

// readProxyBinary reads version 2: what follows the addresses is left out.
func readProxyBinary(in *bufio.Reader) (netip.Addr, error) {
	var head [16]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return netip.Addr{}, fmt.Errorf("read PROXY header: %w", err)
	}
	version, local, family, size := head[12]>>4, head[12]&0xf == 0, head[13], binary.BigEndian.Uint16(head[14:])
	if version != 2 || head[12]&0xf > 1 || size > maxProxyBinary {
		return netip.Addr{}, errors.New("the PROXY header is of no version that is known, or too long")
	}
	rest := make([]byte, size)
	if _, err := io.ReadFull(in, rest); err != nil {
		return netip.Addr{}, fmt.Errorf("read PROXY header: %w", err)
	}
	switch {
	case local:
		return netip.Addr{}, nil
	case family == 0x11 && size >= 12:
		return netip.AddrFrom4([4]byte(rest)), nil
	case family == 0x21 && size >= 36:
		return netip.AddrFrom16([16]byte(rest)), nil
	}
	return netip.Addr{}, errors.New("the PROXY header is about no TCP connection")
}
