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

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"

	"postern/chat"
)

// settingError says which setting is wrong and what would be right.
type settingError struct{ name, wrong string }

// Error names the flag.
func (e *settingError) Error() string { return "--" + e.name + ": " + e.wrong }

// baseSettings are those of every command that opens the database.
type baseSettings struct {
	Data       string `help:"Folder of what is kept on disk: files, and by default the SQLite database and the secret." default:"postern-data" type:"path"`
	Database   string `help:"sqlite:PATH or postgres://... (default: a file in the data folder)." placeholder:"URL"`
	SecretFile string `help:"File of the secret that signs reply addresses; the same on every node. Made when missing (default: in the data folder)." type:"path"`
	PublicURL  string `name:"public-url" help:"Address of the web pages as people type it." default:"http://127.0.0.1:8080" placeholder:"URL"`
	LogLevel   string `help:"debug, info, warn or error." default:"info"`
	LogFormat  string `help:"json, or console for people." default:"json" enum:"json,console"`
}

// nodeSettings are those of a running node.
type nodeSettings struct {
	baseSettings
	Listen       string        `help:"Address of the web server." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	SMTPListen   string        `name:"smtp-listen" help:"Address of the SMTP server; empty: none." default:"127.0.0.1:2525" placeholder:"HOST:PORT"`
	Redis        string        `help:"redis://... to carry news between nodes; empty: this node is alone, or news waits a second." placeholder:"URL"`
	Relay        string        `help:"smtp://, smtp+starttls:// or smtps:// server that takes our mail." placeholder:"URL"`
	MailDir      string        `help:"Folder to put mails into instead of a relay, as .eml files." type:"path"`
	OfficeName   string        `help:"Name of the office that is made when there is none yet." default:"Office"`
	MailDomain   string        `help:"Mail domain of that office." default:"postern.localhost"`
	Mode         string        `help:"What mail of that office may say: privacy or convenience." default:"privacy"`
	Grace        time.Duration `help:"How long a recipient of that office has to read before a mail goes, 0 to 60m." default:"30s"`
	TrustedProxy []string      `help:"Networks of proxies whose word on client addresses and scheme counts." placeholder:"CIDR"`
	MaxUpload    int64         `help:"Bytes of an attached file." default:"26214400"`
}

// check says what is wrong before anything is opened.
func (s *baseSettings) check() error {
	if _, err := zerolog.ParseLevel(s.LogLevel); err != nil || s.LogLevel == "" {
		return &settingError{"log-level", "say debug, info, warn or error"}
	}
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return &settingError{"public-url", fmt.Sprintf("%q is not like https://post.example.org", s.PublicURL)}
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
	return nil
}

func (s *nodeSettings) check() error {
	if err := s.baseSettings.check(); err != nil {
		return err
	}
	if err := checkAddress("listen", s.Listen); err != nil {
		return err
	}
	if s.SMTPListen != "" {
		if err := checkAddress("smtp-listen", s.SMTPListen); err != nil {
			return err
		}
	}
	switch {
	case s.Relay != "" && s.MailDir != "":
		return &settingError{"mail-dir", "choose a relay or a folder, not both"}
	case s.Grace < 0 || s.Grace > time.Hour:
		return &settingError{"grace", "0 to 60m"}
	case s.MaxUpload < 1:
		return &settingError{"max-upload", "at least one byte"}
	}
	if _, err := chat.ParseMode(s.Mode); err != nil {
		return &settingError{"mode", "say privacy or convenience"}
	}
	_, err := s.proxies()
	return err
}

func checkAddress(name, address string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return &settingError{name, fmt.Sprintf("%q is not HOST:PORT", address)}
	}
	return nil
}

func (s *nodeSettings) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, one := range s.TrustedProxy {
		prefix, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, &settingError{"trusted-proxy", fmt.Sprintf("%q is not a network such as 10.0.0.0/8", one)}
		}
		list = append(list, prefix)
	}
	return list, nil
}

// settingsResolver finds settings beside the flags: environment (POSTERN_NAME, then POSTERN_NAME_FILE), then the file. A name that no
// flag has is an error in both, so that no setting is silently without effect.
type settingsResolver struct {
	env, args []string
	values    map[string]string
}

// Validate reads environment and file, and refuses names that nobody knows.
func (r *settingsResolver) Validate(app *kong.Application) error {
	known := map[string]bool{"config": true}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	r.values = map[string]string{}
	if err := r.readEnvironment(known); err != nil {
		return err
	}
	return r.readFile(known)
}

func (r *settingsResolver) readEnvironment(known map[string]bool) error {
	for _, setting := range r.env {
		name, value, _ := strings.Cut(setting, "=")
		if !strings.HasPrefix(name, "POSTERN_") || ours(name) {
			continue
		}
		flag := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "POSTERN_")), "_", "-")
		if base, isFile := strings.CutSuffix(flag, "-file"); isFile && !known[flag] && known[base] {
			content, err := os.ReadFile(value)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			flag, value = base, strings.TrimSpace(string(content))
		}
		if !known[flag] {
			return fmt.Errorf("%s: there is no such setting; postern --help lists them", name)
		}
		r.values[flag] = value
	}
	return nil
}

// ours are names of the tests and the build, which are no settings.
func ours(name string) bool {
	return name == "POSTERN_BIN" || name == "POSTERN_CORPUS" || name == "POSTERN_LONG" || strings.HasPrefix(name, "POSTERN_TEST_")
}

func (r *settingsResolver) readFile(known map[string]bool) error {
	path := r.configPath()
	if path == "" {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || !known[name] {
			return fmt.Errorf("%s:%d: %q is no setting; write NAME = VALUE by the names of the flags", path, n, name)
		}
		if _, set := r.values[name]; !set {
			r.values[name] = strings.TrimSpace(value)
		}
	}
	return lines.Err()
}

// configPath looks for --config before the flags are parsed, since their values come from it.
func (r *settingsResolver) configPath() string {
	for i, arg := range r.args {
		if value, ok := strings.CutPrefix(arg, "--config="); ok {
			return value
		}
		if arg == "--config" && i+1 < len(r.args) {
			return r.args[i+1]
		}
	}
	return r.values["config"]
}

// Resolve gives a flag its value, unless the command line did.
func (r *settingsResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if value, ok := r.values[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}
