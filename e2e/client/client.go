// Package client is a person at Postern as a program: the HTTP API and the live protocol, spoken over the network to the real binary.
// The proofs, the load and the chaos runs use it.
//
// A [Live] runs one goroutine, which [Live.Close] ends and waits for. Its callbacks come from that goroutine, one at a time.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"postern/hub/wire"
)

// Client is one signed-in browser, so to speak.
type Client struct {
	base   string // of the office's pages, no slash at the end
	node   string // name of the node to be sent to by the rig's balancer; empty: any
	direct string // host:port of a node to connect to, whatever base says; empty: what it says
	http   *http.Client
	Me     Me
}

// Me is what /me says that clients need.
type Me struct {
	User struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Email string `json:"email"`
		Kind  string `json:"kind"`
	} `json:"user"`
	Badge int    `json:"badge"`
	AsOf  string `json:"as_of"`
}

// New makes a client of the office at base. With node, the rig's balancer sends it there.
func New(base, node string) (*Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return (&Client{base: base, node: node}).with(jar), nil
}

// NewAt makes a client of the office at base that connects to the host:port of a node itself, past any balancer.
func NewAt(base, address string) (*Client, error) {
	c, err := New(base, "")
	if err == nil {
		c.direct = address
	}
	return c, err
}

// with gives the client a way to ask, with the cookies of a jar.
func (c *Client) with(jar http.CookieJar) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 4
	transport.DialContext = c.dial
	c.http = &http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}
	return c
}

// Elsewhere is the same session, connecting to the host:port of another node.
func (c *Client) Elsewhere(address string) *Client {
	return (&Client{base: c.base, direct: address, Me: c.Me}).with(c.http.Jar)
}

func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return c.dialFrom(ctx, nil, network, address)
}

// dialFrom connects from an address of this machine; nil: as the system has it.
func (c *Client) dialFrom(ctx context.Context, from net.IP, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	if from != nil {
		dialer.LocalAddr = &net.TCPAddr{IP: from}
	}
	if c.direct != "" {
		address = c.direct
	}
	return dialer.DialContext(ctx, network, address)
}

// Rest closes connections that wait for another request. Sockets stay.
func (c *Client) Rest() { c.http.CloseIdleConnections() }

// Refusal is a problem that the server answered with.
type Refusal struct {
	Status int
	wire.Problem
}

// Error gives status, code and detail.
func (r *Refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Detail) }

// Enter spends a link with its token after the #, and so signs in.
func (c *Client) Enter(ctx context.Context, link, password string) error {
	_, token, ok := strings.Cut(link, "#")
	if !ok {
		return fmt.Errorf("%q is no link", link)
	}
	in := map[string]string{"token": strings.TrimSpace(token)}
	if password != "" {
		in["password"] = password
	}
	return c.Do(ctx, http.MethodPost, "/links/use", in, &c.Me)
}

// Do asks the API: in and out are JSON, or nil, or out is a *[]byte for the answer as it is. An answer of 400 or more is a *Refusal; one that says too many is asked again when the server
// says so, as long as the context lasts.
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	contentType := ""
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
		contentType = "application/json"
	}
	return c.ask(ctx, method, path, contentType, body, out)
}

func (c *Client) ask(ctx context.Context, method, path, contentType string, body []byte, out any) error {
	for {
		err := c.askOnce(ctx, method, path, contentType, body, out)
		refusal, refused := errors.AsType[*Refusal](err)
		if !refused || refusal.Status != http.StatusTooManyRequests {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(max(time.Duration(refusal.After)*time.Second, 50*time.Millisecond)):
		}
	}
}

func (c *Client) askOnce(ctx context.Context, method, path, contentType string, body []byte, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	c.dress(request.Header)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return read(answer, out)
}

// dress says where we are from, as a browser would, and which node we want.
func (c *Client) dress(h http.Header) {
	h.Set("Origin", c.base)
	if c.node != "" {
		h.Set("X-Rig-Node", c.node)
	}
}

const maxAnswer = 64 << 20

func read(answer *http.Response, out any) error {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode >= 400 {
		r := &Refusal{Status: answer.StatusCode}
		if err := json.Unmarshal(body, &r.Problem); err != nil {
			r.Detail = http.StatusText(answer.StatusCode) // not from Postern: the balancer's own page
		}
		return r
	}
	if out == nil || len(body) == 0 {
		return nil
	}
	if file, ok := out.(*[]byte); ok {
		*file = body
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("read answer of %s: %w", answer.Request.URL.Path, err)
	}
	return nil
}

// cookies are the session's, for the socket.
func (c *Client) cookies() (string, error) {
	u, err := url.Parse(c.base)
	if err != nil {
		return "", err
	}
	var list []string
	for _, cookie := range c.http.Jar.Cookies(u) {
		list = append(list, cookie.Name+"="+cookie.Value)
	}
	if len(list) == 0 {
		return "", errors.New("not signed in")
	}
	return strings.Join(list, "; "), nil
}
