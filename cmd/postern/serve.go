package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/api"
	"postern/chat"
	"postern/hub"
	"postern/hub/bus"
	"postern/mailgw"
	"postern/metrics"
	"postern/static"
)

type serveCmd struct{ nodeSettings }

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return serve(ctx, &c.nodeSettings, io, nil)
}

// extra is what the demo adds to a node, once its core is open and its ports are taken.
type extra func(ctx context.Context, n *node) (http.Handler, error)

// serve builds a node in reading order, runs it, and stops it in reverse: not ready, sockets and SMTP drained, what is claimed finished.
func serve(ctx context.Context, s *nodeSettings, io streams, more extra) (err error) {
	core, err := openCore(ctx, &s.baseSettings, s.MaxUpload, io.err)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, core.close()) }()
	core.service.UndoFor = max(s.Undo, 1) // 0 would be the usual
	core.service.MaxMailed = s.MaxMailed
	n := &node{core: core, settings: s}
	if err := errors.Join(n.setClock(), n.openScanner()); err != nil {
		return err
	}
	if err := n.listen(ctx); err != nil {
		return err
	}
	defer n.closeListeners()
	if err := core.firstOffice(ctx, s); err != nil {
		return err
	}
	if err := core.checkOffices(ctx, s.PublicURL); err != nil {
		core.log.Warn().Msg(err.Error())
	}
	if err := n.build(ctx, more); err != nil {
		return err
	}
	return n.run(ctx)
}

// checkOffices says when the only office is elsewhere than a setting has it: what an office goes by is its own, and set once.
func (c *core) checkOffices(ctx context.Context, url string) error {
	offices, err := c.offices(ctx)
	if err == nil && len(offices) == 1 && offices[0].URL != strings.TrimSuffix(url, "/") {
		err = &settingError{"public-url", fmt.Sprintf("the office is at %s, not at %s: `postern office set --url %s` moves it", offices[0].URL, url, url)}
	}
	return err
}

// firstOffice makes the office of a deployment that has none. One on this machine answers to localhost too.
func (c *core) firstOffice(ctx context.Context, s *nodeSettings) error {
	offices, err := c.offices(ctx)
	if err != nil || len(offices) > 0 {
		return err
	}
	mode, err := chat.ParseMode(s.Mode)
	if err != nil {
		return err
	}
	var hosts []string
	if base, err := url.Parse(s.PublicURL); err == nil && base.Hostname() == "127.0.0.1" {
		hosts = []string{"localhost"}
	}
	o, err := c.service.CreateOffice(ctx, chat.NewOffice{
		Name: s.OfficeName, URL: s.PublicURL, Hosts: hosts, MailDomain: s.MailDomain, Mode: mode, Grace: s.Grace,
	})
	if chat.KindOf(err) == chat.Conflict {
		return nil // another node was just before us
	}
	if err == nil {
		c.log.Info().Stringer("office", o.ID).Str("url", o.URL).Msg("first office made")
	}
	return err
}

// node is a running node.
type node struct {
	core     *core
	settings *nodeSettings
	draining draining

	webListener, smtpListener, lmtpListener, pprofListener, metricsListener net.Listener

	clock    clock
	metrics  *metrics.Metrics
	bus      bus.Bus
	hub      *hub.Hub
	requests *requests
	web      *http.Server
	smtp     *mailgw.Server
	sender   *mailgw.Sender
}

// listen takes the ports first: what is in use is said before anything runs.
func (n *node) listen(ctx context.Context) error {
	for _, one := range []struct {
		name, address string
		listener      *net.Listener
	}{
		{"listen", n.settings.Listen, &n.webListener},
		{"smtp-listen", n.settings.SMTPListen, &n.smtpListener},
		{"pprof", n.settings.Pprof, &n.pprofListener},
		{"metrics", n.settings.Metrics, &n.metricsListener},
	} {
		if one.address == "" {
			continue
		}
		l, err := net.Listen("tcp", one.address)
		if err != nil {
			n.closeListeners()
			return &settingError{one.name, err.Error()}
		}
		*one.listener = l
	}
	if n.settings.LMTP != "" {
		l, err := listenLMTP(ctx, n.settings.LMTP)
		if err != nil {
			n.closeListeners()
			return &settingError{"lmtp", err.Error()}
		}
		n.lmtpListener = l
	}
	return nil
}

func (n *node) closeListeners() {
	for _, l := range []net.Listener{n.webListener, n.smtpListener, n.lmtpListener, n.pprofListener, n.metricsListener} {
		if l != nil {
			_ = l.Close() // closed already by the server that had it, unless none was started
		}
	}
}

func (n *node) build(ctx context.Context, more extra) (err error) {
	n.measure()
	if n.bus, err = n.newBus(ctx); err != nil {
		return err
	}
	log := n.core.log
	limits, commands := n.limits()
	n.hub = hub.New(hub.Options{
		Service: n.core.service, Bus: n.bus, Log: log.With().Str("room", "hub").Logger(), CommandsPerSecond: commands,
		Meters: n.metrics.Live(), MostSockets: n.openFiles(),
	})
	n.core.service.TellTo(n.hub)
	var pages http.Handler
	if more != nil {
		if pages, err = more(ctx, n); err != nil {
			return err
		}
	}
	proxies, err := n.settings.proxies()
	if err != nil {
		return err
	}
	handler := api.New(api.Options{
		Service: n.core.service, Live: n.hub, Static: static.Files(), TrustedProxies: proxies,
		Log: log.With().Str("room", "api").Logger(), Ready: n.ready, Limits: limits, Extra: pages,
		Answered: n.metrics.Requests(),
	})
	n.requests = &requests{next: handler, most: mostRequests}
	n.web = &http.Server{Handler: n.requests, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	if n.smtp, err = n.openSMTP(); err != nil {
		return err
	}
	if n.sender, err = n.newSender(); err != nil {
		return err
	}
	n.watch()
	return nil
}

// limits says how often anybody may do anything: over HTTP, and in commands a second on a socket. Zeros are the rooms' own.
func (n *node) limits() (api.Limits, float64) {
	if n.settings.Limits != "off" {
		return api.Limits{}, 0
	}
	n.core.log.Warn().Msg("limits are off: this node is for load tests")
	return api.Unlimited(), 1e9
}

func (n *node) newBus(ctx context.Context) (bus.Bus, error) {
	if n.settings.Redis == "" {
		return (&bus.Exchange{}).Node(), nil
	}
	log := n.core.log.With().Str("room", "bus").Logger()
	bus.LogThrough(log)
	b, err := bus.NewRedis(bus.RedisOptions{URL: n.settings.Redis, Prefix: "postern:", PoolSize: n.settings.RedisConnections, Log: log})
	if err != nil {
		return nil, &settingError{"redis", err.Error()}
	}
	return b, nil
}

func (n *node) newSender() (*mailgw.Sender, error) {
	s := &mailgw.Sender{Service: n.metrics.Outgoing(n.core.service), Files: n.core.service.Blobs, Log: n.core.log.With().Str("room", "sender").Logger(), Now: n.clock.now}
	var err error
	if s.Signers, err = n.settings.signers(); err != nil {
		return nil, err
	}
	switch {
	case n.settings.Relay != "":
		relay, err := mailgw.ParseRelay(n.settings.Relay, n.settings.MailDomain)
		if err != nil {
			return nil, &settingError{"relay", err.Error()}
		}
		s.Transport = relay
	case n.settings.MailDir != "":
		if err := os.MkdirAll(n.settings.MailDir, 0o700); err != nil {
			return nil, &settingError{"mail-dir", err.Error()}
		}
		s.Transport = mailgw.Folder{Dir: n.settings.MailDir}
	default:
		n.core.log.Warn().Msg("no relay and no mail folder: mails wait until one is set")
		return nil, nil
	}
	return s, nil
}

// ready says whether this node can serve: the database answers, and it is not going away.
func (n *node) ready(ctx context.Context) error {
	if n.draining.asked() {
		return chat.Refuse(chat.Unavailable, "This node is going away.")
	}
	return n.core.store.Ping(ctx)
}

// run runs every part until the context ends or one of them fails, then drains.
func (n *node) run(ctx context.Context) error {
	serving := n.core.log.Info().Str("web", n.webListener.Addr().String()).Str("url", n.settings.PublicURL)
	if n.pprofListener != nil {
		serving = serving.Stringer("pprof", n.pprofListener.Addr())
	}
	if n.metricsListener != nil {
		serving = serving.Stringer("metrics", n.metricsListener.Addr())
	}
	serving.Msg("serving")
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	parts, failed := errgroup.WithContext(inner)
	parts.Go(func() error { keepHouse(failed, n.settings.HeapRoom); return nil })
	if n.clock.file != "" {
		parts.Go(func() error { return n.clock.run(failed) })
	}
	parts.Go(func() error { return n.hub.Run(failed) })
	parts.Go(func() error { return n.tidy(failed) })
	parts.Go(func() error { return n.index(failed) })
	parts.Go(func() error { return ignore(n.web.Serve(n.webListener), http.ErrServerClosed) })
	if n.smtpListener != nil {
		parts.Go(func() error { return n.smtp.Serve(n.smtpListener) })
	}
	if n.lmtpListener != nil {
		parts.Go(func() error { return n.smtp.ServeLMTP(n.lmtpListener) })
	}
	if n.pprofListener != nil {
		parts.Go(func() error { return serveProfiles(failed, n.pprofListener) })
	}
	if n.metricsListener != nil {
		parts.Go(func() error { return serveMetrics(failed, n.metricsListener, n.metrics) })
	}
	sending, stopSending := context.WithCancel(failed)
	defer stopSending()
	if n.sender != nil {
		parts.Go(func() error { return n.sender.Run(sending) })
	}
	select {
	case <-ctx.Done():
	case <-failed.Done():
	}
	stopSending()
	err := n.drain()
	stop()
	return errors.Join(parts.Wait(), err)
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
