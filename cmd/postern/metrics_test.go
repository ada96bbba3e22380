package main

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// scrape gives every sample by its name and labels, and the text that it was read from.
func scrape(t *testing.T, address string) (map[string]float64, string) {
	t.Helper()
	text := demoVisitor{t, "http://" + address, http.DefaultClient}.ask("GET", "/metrics", "", "", http.StatusOK)
	samples := map[string]float64{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "} "); ok {
			samples[name+"}"] = number(t, value)
		} else if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && !strings.HasPrefix(line, "#") {
			samples[name] = number(t, value)
		}
	}
	return samples, text
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%q is no value: %v", text, err)
	}
	return n
}

// watchLive opens the visitor's live connection, reads its first frame, and then whatever comes.
func (v demoVisitor) watchLive(ctx context.Context) {
	v.t.Helper()
	ws, _, err := websocket.Dial(ctx, v.base+"/api/v1/live", &websocket.DialOptions{
		HTTPClient: v.http, HTTPHeader: http.Header{"Origin": {v.base}}, Subprotocols: []string{"postern.v1"},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	if _, _, err := ws.Read(ctx); err != nil {
		v.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for err == nil {
			_, _, err = ws.Read(ctx)
		}
	}()
	v.t.Cleanup(func() { _ = ws.CloseNow(); <-ended })
}

// What an operator sees moves with what people do, and tells nothing of who they are and what they write.
func TestMetricsOfARunningNode(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d := startDemo(ctx, t, "--metrics=127.0.0.1:0")
	address := d.log.await(ctx, t, `"metrics":"(127\.0\.0\.1:\d+)"`)[1]
	before, _ := scrape(t, address)

	jonas, luca := d.visitor(ctx, t, "Jonas Bergman"), d.visitor(ctx, t, "Luca Rossi")
	luca.watchLive(ctx)
	conversation := findConversation(t, jonas, "Payroll")
	jonas.ask("POST", "/api/v1/conversations/"+conversation+"/messages", "application/json", `{"key":"one","html":"<p>canarybody</p>"}`, http.StatusCreated)
	jonas.ask("PATCH", "/api/v1/conversations/"+conversation, "application/json", `{"title":"Payroll canarytitle"}`, http.StatusOK)
	jonas.ask("POST", "/api/v1/session", "application/json", `{"email":"canary@address.example","password":"canarypassword"}`, http.StatusUnauthorized)
	jonas.ask("GET", "/api/v1/conversations/canarypath", "", "", http.StatusBadRequest)
	jonas.ask("CANARYMETHOD", "/canarypage", "", "", http.StatusMethodNotAllowed)
	mail := awaitMail(ctx, t, jonas, "luca@rossi-bakery.example")
	form := url.Values{"text": {"canaryletter"}}.Encode()
	jonas.ask("POST", mail, "application/x-www-form-urlencoded", form, http.StatusOK)

	after, text := scrape(t, address)
	for _, name := range []string{
		"postern_sockets", "postern_users_connected", "postern_changes_total", "postern_events_total", "postern_frames_total",
		"postern_send_to_screen_seconds_count", "postern_start_seconds_count", "postern_heads_compared_total",
		`postern_database_seconds_count{act="decide"}`, `postern_database_seconds_count{act="view"}`,
		`postern_http_requests_total{method="GET",route="/api/v1/conversations/{conversation}",status="400"}`,
		`postern_http_seconds_count{method="POST",route="/api/v1/conversations/{conversation}/messages"}`,
		`postern_sign_ins_refused_total{reason="wrong"}`,
		`postern_letters_total{fate="posted"}`, `postern_mail_attempts_total{result="accepted"}`,
	} {
		if after[name] <= before[name] {
			t.Errorf("%s was %v, and is %v", name, before[name], after[name])
		}
	}
	for _, name := range []string{"postern_notices_due", "postern_notices_late", "postern_mails_waiting", "postern_search_tail", "postern_search_made_ratio", "go_goroutines", "process_open_fds", "postern_bus_healthy"} {
		if _, there := after[name]; !there {
			t.Errorf("%s is not there", name)
		}
	}
	checkQueues(t, after)
	checkCanaries(t, text)
}

// checkQueues: each queue has a bound, and is below it.
func checkQueues(t *testing.T, samples map[string]float64) {
	t.Helper()
	seen := 0
	for name, most := range samples {
		labels, ok := strings.CutPrefix(name, "postern_queue_limit")
		if !ok {
			continue
		}
		seen++
		if holds, there := samples["postern_queue"+labels]; !there || holds > most || most <= 0 && labels != `{queue="fills",unit="streams"}` {
			t.Errorf("queue %s holds %v (%t) of %v", labels, holds, there, most)
		}
	}
	if seen < 18 {
		t.Errorf("%d queues have a bound: %v", seen, slices.Sorted(maps.Keys(samples)))
	}
}

// checkCanaries: no name, title, body, address or id is in what an operator sees.
func checkCanaries(t *testing.T, text string) {
	t.Helper()
	words := []string{"canary", "payroll", "lindgren", "bakery", "rossi", "example", "luca", "jonas"}
	for _, p := range demoPeople() {
		words = append(words, p.Name, p.Email)
	}
	for _, word := range words {
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			t.Errorf("%q is among the metrics", word)
		}
	}
	if id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-|@`).FindString(text); id != "" {
		t.Errorf("%q is among the metrics: an id or an address", id)
	}
}

func TestMetricsStayPrivate(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"127.0.0.1:9090": true, "[::1]:9090": true, "10.1.2.3:9090": true, "[fd00::1]:9090": true,
		"0.0.0.0:9090": false, ":9090": false, "192.0.2.1:9090": false, "node.example:9090": false, "127.0.0.1": false,
	} {
		if err := checkPrivate("metrics", address); (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
	}
}
