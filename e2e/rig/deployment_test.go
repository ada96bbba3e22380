package rig_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/e2e/rig"
)

func TestClusterBalancesPinsAndFollowsReadiness(t *testing.T) {
	t.Parallel()
	d, err := rig.StartCluster(t.Context(), rig.ClusterOptions{Settings: rig.Settings{Binary: standIn(t)}})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, d)
	one, two := d.Nodes[0], d.Nodes[1]

	for range 5 {
		for _, node := range d.Nodes {
			if got := ask(t, d, node.Name(), "listen"); got != node.URL() {
				t.Errorf("pinned to %s, served by %s", node.URL(), got)
			}
		}
	}
	if got := ask(t, d, "", "public_url"); got != "http://"+d.URL[len("http://"):] {
		t.Errorf("a node's public URL is %s, the balancer's %s", got, d.URL)
	}
	seen := map[string]bool{}
	for range 10 {
		seen[greeting(t, d.SMTP)] = true
	}
	if !seen["220 "+one.SMTP()] || !seen["220 "+two.SMTP()] {
		t.Errorf("ten letters' greetings: %v; want both nodes", seen)
	}

	if err := two.Kill(); err != nil {
		t.Fatal(err)
	}
	onlyFirst(t, d)
	if err := two.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.AwaitUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, d, "node2", "listen"); got != two.URL() {
		t.Errorf("after its restart node2 is served by %s", got)
	}

	if err := os.WriteFile(filepath.Join(two.Dir(), "draining"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := d.Proxy.AwaitUp(t.Context(), "node1"); err != nil {
		t.Fatal(err)
	}
	onlyFirst(t, d)
	for _, node := range d.Nodes {
		if err := node.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := d.Proxy.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// onlyFirst asks for the second node, in vain, by web and SMTP.
func onlyFirst(t *testing.T, d *rig.Deployment) {
	t.Helper()
	if err := d.Proxy.AwaitUp(t.Context(), "node1"); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if got := ask(t, d, "node2", "listen"); got != d.Nodes[0].URL() {
			t.Errorf("with node2 out, served by %s", got)
		}
		if got := greeting(t, d.SMTP); got != "220 "+d.Nodes[0].SMTP() {
			t.Errorf("with node2 out, greeted by %s", got)
		}
	}
}

func TestSingleRunsOneNodeOnSQLite(t *testing.T) {
	t.Parallel()
	d, err := rig.StartSingle(t.Context(), rig.Settings{Binary: standIn(t), Grace: 3 * time.Second, Env: []string{"POSTERN_EXTRA=more"}})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, d)
	for setting, want := range map[string]string{
		"grace": "3s", "redis": "", "mail_dir": d.MailDir, "mail_domain": rig.MailDomain, "extra": "more", "public_url": d.URL,
	} {
		if got := ask(t, d, "", setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := ask(t, d, "", "database"); !strings.HasPrefix(got, "sqlite:/") {
		t.Errorf("the database is %s", got)
	}
}

func TestFailedStartShowsTheLogAndLeavesNothing(t *testing.T) {
	t.Parallel()
	d, err := rig.StartSingle(t.Context(), rig.Settings{Binary: "/bin/cat"})
	if d != nil || err == nil || !strings.Contains(err.Error(), "serve: No such file or directory") {
		t.Errorf("started %v, error %v; want what the program said", d, err)
	}
}

// ask reads one setting of the node that answers; listen as a URL.
func ask(t *testing.T, d *rig.Deployment, node, setting string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/?setting=POSTERN_"+strings.ToUpper(setting), nil)
	if err != nil {
		t.Fatal(err)
	}
	if node != "" {
		request.AddCookie(&http.Cookie{Name: rig.NodeCookie, Value: node})
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v, %s", response.Status, err, body)
	}
	text := strings.TrimSpace(string(body))
	if setting == "listen" {
		return "http://" + text
	}
	return text
}

func greeting(t *testing.T, address string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}
