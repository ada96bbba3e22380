package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output is what a running command has said so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
	ch chan struct{} // a token when there is more
}

func newOutput() *output { return &output{ch: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.ch <- struct{}{}:
	default:
	}
	return o.b.Write(p)
}

// await waits until the expression matches, and gives its groups.
func (o *output) await(ctx context.Context, t *testing.T, expression string) []string {
	t.Helper()
	re := regexp.MustCompile(expression)
	for {
		o.mu.Lock()
		found := re.FindStringSubmatch(o.b.String())
		o.mu.Unlock()
		if found != nil {
			return found
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%q was never said; said was:\n%s", expression, o.b.String())
		case <-o.ch:
		}
	}
}

// visitor is a browser at the demo, whose links name the port of the default settings.
type demoVisitor struct {
	t    *testing.T
	base string
	http *http.Client
}

func (v demoVisitor) ask(method, path, contentType, body string, status int) string {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
		request.Header.Set("Origin", v.base)
	}
	answer, err := v.http.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		v.t.Fatalf("%s %s: %d %s (%v), want %d", method, path, answer.StatusCode, content, err, status)
	}
	return string(content)
}

// demo is a running demo.
type demo struct {
	base     string
	out, log *output
	stop     context.CancelFunc // as SIGTERM does
}

// startDemo runs the demo until the test ends, which it must do well.
func startDemo(ctx context.Context, t *testing.T, args ...string) *demo {
	t.Helper()
	running, stop := context.WithCancel(ctx)
	d := &demo{out: newOutput(), log: newOutput(), stop: stop}
	ended := make(chan int, 1)
	args = append([]string{
		"demo", "--data", t.TempDir(), "--listen=127.0.0.1:0", "--smtp-listen=127.0.0.1:0", "--log-format=json", "--log-level=debug",
	}, args...)
	go func() { ended <- run(running, args, nil, strings.NewReader(""), d.out, d.log) }()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the demo ended with %d:\n%s", code, d.log.b.String())
		}
	})
	d.base = "http://" + d.log.await(ctx, t, `"web":"(127\.0\.0\.1:\d+)"`)[1]
	return d
}

// visitor signs somebody in by the link that was printed for them.
func (d *demo) visitor(ctx context.Context, t *testing.T, name string) demoVisitor {
	t.Helper()
	token := d.out.await(ctx, t, name+` .*/link#(\S+)`)[1]
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := demoVisitor{t, d.base, &http.Client{Jar: jar}}
	v.ask("POST", "/api/v1/links/use", "application/json", fmt.Sprintf(`{"token":%q}`, token), http.StatusOK)
	return v
}

// The demo as its user goes through it: sign in by a printed link, write to a client who is away, read the mail that goes out, answer it there, and find the
// answer in the conversation.
func TestDemoFromLinkToAnswerByMail(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d := startDemo(ctx, t)
	jonas := d.visitor(ctx, t, "Jonas Bergman")
	conversation := findConversation(t, jonas, "Payroll")
	jonas.ask("POST", "/api/v1/conversations/"+conversation+"/messages", "application/json",
		`{"key":"one","html":"<p>Which insurance did she choose?</p>"}`, http.StatusCreated)

	mail := awaitMail(ctx, t, jonas, "luca@rossi-bakery.example")
	page := jonas.ask("GET", mail, "", "", http.StatusOK)
	if !strings.Contains(page, "Which insurance did she choose?") {
		t.Fatalf("the mail page does not show the message:\n%s", page)
	}
	form := url.Values{"text": {"She chose the blue one."}}.Encode()
	if said := jonas.ask("POST", mail, "application/x-www-form-urlencoded", form, http.StatusOK); !strings.Contains(said, "Your answer was taken.") {
		t.Fatalf("the answer was not taken:\n%s", said)
	}
	messages := jonas.ask("GET", "/api/v1/conversations/"+conversation+"/messages", "", "", http.StatusOK)
	if !strings.Contains(messages, "She chose the blue one.") || strings.Count(messages, "Which insurance") != 2 { // its html and its text, and no quote of it
		t.Fatalf("the answer is not in the conversation, or with its quote:\n%s", messages)
	}
}

func findConversation(t *testing.T, v demoVisitor, title string) string {
	t.Helper()
	var page struct {
		Rows []struct {
			Conversation struct{ ID, Title string }
		}
	}
	if err := json.Unmarshal([]byte(v.ask("GET", "/api/v1/conversations?list=inbox", "", "", http.StatusOK)), &page); err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Rows {
		if strings.Contains(row.Conversation.Title, title) {
			return row.Conversation.ID
		}
	}
	t.Fatalf("there is no conversation %q", title)
	return ""
}

// awaitMail asks the mailbox page until there is a mail to the address, and gives its page. The demo's grace time is five seconds.
func awaitMail(ctx context.Context, t *testing.T, v demoVisitor, to string) string {
	t.Helper()
	row := regexp.MustCompile(`<td>` + regexp.QuoteMeta(to) + `</td><td><a href="([^"]+)">Payroll`)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if found := row.FindStringSubmatch(v.ask("GET", "/demo/mailbox", "", "", http.StatusOK)); found != nil {
			return found[1]
		}
		select {
		case <-ctx.Done():
			t.Fatalf("no mail came to %s", to)
		case <-tick.C:
		}
	}
}
