package main

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/clamd"
	"postern/hub/bus"
	"postern/mailgw"
	"postern/mailgw/address"
)

// settingError says which setting is wrong and what would be right.
type settingError struct{ name, wrong string }

// Error names the flag.
func (e *settingError) Error() string { return "--" + e.name + ": " + e.wrong }

// baseSettings are those of every command that opens the database.
type baseSettings struct {
	Data                string `help:"Folder of what is kept on disk: files, and by default the SQLite database and the secret (default: postern-data; of the demo: postern-demo)." type:"path"`
	Database            string `help:"sqlite:PATH or postgres://... (default: a file in the data folder)." placeholder:"URL"`
	DatabaseDirect      string `help:"The same PostgreSQL without its pooler, for migrations and backups, when --database leads through one such as PgBouncer in transaction mode." placeholder:"URL"`
	DatabaseConnections int    `help:"Connections to PostgreSQL at most, beside those of the workers; pool_max_conns in the URL wins." default:"16"`
	DatabaseWorkers     int    `help:"Connections to PostgreSQL that messages are written on, in groups." default:"3"`
	Blobs               string `help:"s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION for files (default: on disk, in the data folder)." placeholder:"URL"`
	BlobsKey            string `help:"Access key of the S3 server; none: as AWS has it in the environment, or the role of the machine." placeholder:"KEY"`
	BlobsSecret         string `help:"Secret key; better in the file that POSTERN_BLOBS_SECRET_FILE names." placeholder:"KEY"`
	BlobsConnections    int    `help:"Connections to the S3 server at most." default:"32"`
	SecretFile          string `help:"File of the secret that signs reply addresses; the same on every node. Made when missing (default: in the data folder)." type:"path"`
	PublicURL           string `name:"public-url" help:"Address of the web pages as people type it (default: ${default})." default:"http://127.0.0.1:8080" placeholder:"URL"`
	LogLevel            string `help:"debug, info, warn or error." default:"info"`
	LogFormat           string `help:"json, or console for people." default:"json" enum:"json,console"`
}

// nodeSettings are those of a running node.
type nodeSettings struct {
	baseSettings
	letterSettings
	Listen           string        `help:"Address of the web server (default: ${default})." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Redis            string        `help:"redis://HOST:PORT, redis+sentinel://HOST:PORT,HOST:PORT/MASTER or redis+cluster://HOST:PORT,HOST:PORT to carry news between nodes; empty: this node is alone, or news waits a second." placeholder:"URL"`
	RedisConnections int           `help:"Connections to publish on, to each Redis server at most; pool_size in the URL wins." default:"4"`
	Relay            string        `help:"smtp://, smtp+starttls:// or smtps:// server that takes our mail." placeholder:"URL"`
	DKIMKey          []string      `name:"dkim-key" help:"Files of the private keys that mails are signed with (postern dkim keygen makes one): one, or an RSA and an Ed25519 key." placeholder:"FILE"`
	DKIMSelector     []string      `name:"dkim-selector" help:"Selectors of these keys, in the same order: SELECTOR._domainkey.MAILDOMAIN publishes each." placeholder:"NAME"`
	SenderCheck      string        `help:"Who wrote a letter: dns asks for SPF, DKIM and DMARC; off believes its From; auto is dns, but off where the SMTP port is on loopback and no --trusted-relay is named." default:"auto" enum:"auto,dns,off"`
	TrustedRelay     []string      `help:"Networks of mail servers of yours that hand letters on to this one: whose Authentication-Results count, and whose own addresses say nothing of a sender." placeholder:"CIDR"`
	TrustedRelayName string        `help:"Name by which they sign their Authentication-Results (authserv-id); empty: they add none, and DKIM alone is looked at." placeholder:"NAME"`
	DNS              string        `name:"dns" help:"Name server to ask about senders; empty: the machine's." placeholder:"HOST:PORT"`
	MailDir          string        `help:"Folder to put mails into instead of a relay, as .eml files." type:"path"`
	OfficeName       string        `help:"Name of the office that is made when there is none yet." default:"Office"`
	MailDomain       string        `help:"Mail domain of that office." default:"postern.localhost"`
	Mode             string        `help:"What mail of that office may say: privacy or convenience." default:"privacy"`
	Grace            time.Duration `help:"How long a recipient of that office has to read before a mail goes, 0 to 60m." default:"30s"`
	Undo             time.Duration `help:"How long an author may undo a send, up to 60s; no mail tells of a message before that is over. 0: not at all." default:"10s"`
	TrustedProxy     []string      `help:"Networks of proxies whose word on client addresses and scheme counts." placeholder:"CIDR"`
	MaxUpload        int64         `help:"Bytes of an attached file." default:"26214400"`
	MaxMailed        int64         `help:"Bytes of the files in one mail, in base64 as they travel, where convenience mode lets them out and their author asked for it; what is more goes as links. 0: always links." default:"10000000"`
	Clamd            string        `help:"unix:PATH or tcp://HOST:PORT of a ClamAV daemon that looks at every file before it is given out or travels in a mail; empty: none." placeholder:"ADDRESS"`
	StreamDays       int           `help:"Days that a client can be away and go on where it was, without loading anew." default:"30"`
	Limits           string        `help:"How often anybody may do anything: usual, or off for load tests, and for nothing else." default:"usual" enum:"usual,off"`
	HeapRoom         int64         `help:"Bytes of garbage that a busy node may hold before it is collected, beside what it needs; less is more work. 0, or GOGC or GOMEMLIMIT in the environment: as Go does it." default:"67108864"`
	ClockFile        string        `hidden:"" help:"For tests alone: a file that says how far this node's clock is off, such as -1h. It may change." type:"path"`
	MaxSockets       int           `help:"Live connections of this node; past them it tells browsers to come later. 0: as many as it may open files, less a reserve." default:"0" placeholder:"N"`
	Metrics          string        `help:"Address for Prometheus to ask at /metrics, on this machine or in a private network: there is no sign-in. Empty: none." placeholder:"HOST:PORT"`
	Pprof            string        `help:"Address on this machine for profiles of the process (pprof); empty: none." placeholder:"HOST:PORT"`
}

// mostMailed is what a line of 5 Mbit/s carries within [chat.SendDeadline].
const mostMailed = 100_000_000

// check says what is wrong before anything is opened.
func (s *baseSettings) check() error {
	if _, err := zerolog.ParseLevel(s.LogLevel); err != nil || s.LogLevel == "" {
		return &settingError{"log-level", "say debug, info, warn or error"}
	}
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" ||
		strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return &settingError{"public-url", fmt.Sprintf("%q is not like https://post.example.org", s.PublicURL)}
	}
	if s.Data == "" {
		s.Data = absolute("postern-data")
	}
	if s.Database == "" {
		s.Database = "sqlite:" + filepath.Join(s.Data, "postern.db")
	}
	if scheme, _, _ := strings.Cut(s.Database, ":"); !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme) {
		return &settingError{"database", "say sqlite:PATH or postgres://USER@HOST/NAME"}
	}
	if s.SecretFile == "" {
		s.SecretFile = filepath.Join(s.Data, "secret")
	}
	return s.checkBlobs()
}

func (s *nodeSettings) check() error {
	if err := s.baseSettings.check(); err != nil {
		return err
	}
	if err := checkAddress("listen", s.Listen); err != nil {
		return err
	}
	if err := s.letterSettings.check(); err != nil {
		return err
	}
	if s.Pprof != "" {
		if err := checkLoopback("pprof", s.Pprof); err != nil {
			return err
		}
	}
	if s.Metrics != "" {
		if err := checkPrivate("metrics", s.Metrics); err != nil {
			return err
		}
	}
	switch {
	case s.Relay != "" && s.MailDir != "":
		return &settingError{"mail-dir", "choose a relay or a folder, not both"}
	case s.Grace < 0 || s.Grace > time.Hour:
		return &settingError{"grace", "0 to 60m"}
	case s.Undo < 0 || s.Undo > time.Minute:
		return &settingError{"undo", "0 to 60s"}
	case s.MaxUpload < 1:
		return &settingError{"max-upload", "at least one byte"}
	case s.MaxMailed < 0 || s.MaxMailed > mostMailed:
		return &settingError{"max-mailed", "0 to 100000000: an attempt to send has three minutes"}
	case s.StreamDays < 1:
		return &settingError{"stream-days", "at least one day"}
	case s.MaxSockets < 0:
		return &settingError{"max-sockets", "0, or how many"}
	case s.HeapRoom < 0 || s.HeapRoom > 0 && s.HeapRoom < 1<<20:
		return &settingError{"heap-room", "at least a million bytes, or 0"}
	}
	if s.Relay != "" {
		if _, err := mailgw.ParseRelay(s.Relay, s.MailDomain); err != nil {
			return &settingError{"relay", err.Error()}
		}
	}
	if s.Clamd != "" {
		if _, err := clamd.New(s.Clamd); err != nil {
			return &settingError{"clamd", err.Error()}
		}
	}
	if s.Redis != "" {
		if err := bus.CheckRedisURL(s.Redis); err != nil {
			return &settingError{"redis", err.Error()}
		}
	}
	if err := atLeastOne(count{"redis-connections", s.RedisConnections}); err != nil {
		return err
	}
	if _, err := address.Domain(s.MailDomain); err != nil {
		return &settingError{"mail-domain", fmt.Sprintf("%q is no mail domain", s.MailDomain)}
	}
	if _, err := chat.ParseMode(s.Mode); err != nil {
		return &settingError{"mode", "say privacy or convenience"}
	}
	_, err := s.proxies()
	if err != nil {
		return err
	}
	_, err = s.senders()
	return err
}

func checkAddress(name, address string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return &settingError{name, fmt.Sprintf("%q is not HOST:PORT", address)}
	}
	return nil
}

// checkLoopback keeps what is for this machine alone on it.
func checkLoopback(name, address string) error {
	host, _, err := net.SplitHostPort(address)
	if ip, wrong := netip.ParseAddr(host); err != nil || wrong != nil || !ip.IsLoopback() {
		return &settingError{name, fmt.Sprintf("%q is not like 127.0.0.1:6060: others must not reach it", address)}
	}
	return nil
}

// checkPrivate keeps what has no sign-in out of the public network.
func checkPrivate(name, address string) error {
	host, _, err := net.SplitHostPort(address)
	if ip, wrong := netip.ParseAddr(host); err != nil || wrong != nil || !ip.IsLoopback() && !ip.IsPrivate() {
		return &settingError{name, fmt.Sprintf("%q is not like 127.0.0.1:9090 or 10.0.0.5:9090: only a private network may reach it", address)}
	}
	return nil
}

func (s *nodeSettings) proxies() ([]netip.Prefix, error) {
	return networks("trusted-proxy", s.TrustedProxy)
}

func networks(setting string, all []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, one := range all {
		prefix, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, &settingError{setting, fmt.Sprintf("%q is not a network such as 10.0.0.0/8", one)}
		}
		list = append(list, prefix)
	}
	return list, nil
}

// settingsResolver finds settings beside the flags: environment (POSTERN_NAME, then POSTERN_NAME_FILE), then the file. A name that no
// flag has is an error in both, so that no setting is silently without effect.
type settingsResolver struct {
	env  map[string]string // by the name after POSTERN_
	file map[string]string // by the name of the flag
}

// newSettings reads the environment, and the file that it or the command line names.
func newSettings(args, env []string) (*settingsResolver, error) {
	r := &settingsResolver{env: map[string]string{}}
	for _, setting := range env {
		name, value, _ := strings.Cut(setting, "=")
		if short, is := strings.CutPrefix(name, "POSTERN_"); is && !ours(short) {
			r.env[short] = value
		}
	}
	var err error
	if path := r.configPath(args); path != "" {
		r.file, err = readSettings(path)
	}
	return r, err
}

// ours are names of the tests and the build, which are no settings.
func ours(name string) bool {
	return name == "BIN" || name == "CORPUS" || name == "LONG" || strings.HasPrefix(name, "TEST_")
}

// configPath looks for --config before the flags are parsed, since their values come from it.
func (r *settingsResolver) configPath(args []string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--config="); ok {
			return value
		}
		if arg == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return r.env["CONFIG"]
}

func readSettings(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &settingError{"config", err.Error()}
	}
	defer file.Close()
	values := map[string]string{}
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, &settingError{"config", fmt.Sprintf("%s:%d: write NAME = VALUE, by the names of the flags", path, n)}
		}
		values[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return values, lines.Err()
}

// resolve gives the value of a flag that the command line does not have.
func (r *settingsResolver) resolve(flag string) (value string, found bool, err error) {
	name := envName(flag)
	if value, ok := r.env[name]; ok {
		return value, true, nil
	}
	if path, ok := r.env[name+"_FILE"]; ok {
		content, err := os.ReadFile(path)
		if err != nil {
			return "", false, fmt.Errorf("POSTERN_%s_FILE: %w", name, err)
		}
		return strings.TrimSpace(string(content)), true, nil
	}
	value, found = r.file[flag]
	return value, found, nil
}

func envName(flag string) string { return strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }

// validate refuses names that no flag of any command has.
func (r *settingsResolver) validate(root *command) error {
	flags, names := map[string]bool{}, map[string]bool{}
	root.all(func(c *command) {
		for _, o := range c.flags {
			flags[o.name], names[envName(o.name)], names[envName(o.name)+"_FILE"] = true, true, true
		}
	})
	for name := range r.env {
		if !names[name] {
			return fmt.Errorf("POSTERN_%s: there is no such setting; postern serve --help lists them", name)
		}
	}
	for name := range r.file {
		if !flags[name] {
			return fmt.Errorf("--config: there is no setting %q; postern serve --help lists them", name)
		}
	}
	return nil
}
