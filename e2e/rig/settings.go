package rig

import (
	"os"
	"slices"
	"strings"
	"time"
)

// Settings are those of `postern serve`, by the names of its flags. What is empty is left to its
// default, but for Grace, which is always said: tests of mail do not wait for the default.
type Settings struct {
	Listen, SMTPListen string // host:port
	Database           string // sqlite:PATH or postgres://...
	Redis              string // redis://...; empty: memory bus
	Data               string // directory of the blobs; empty: the deployment's own
	PublicURL          string
	MailDomain         string
	SecretFile         string
	Relay              string // smtp://host:port; without it, MailDir
	MailDir            string // directory for mails as .eml files
	Grace              time.Duration
	LogLevel           string
	// Binary is the program to run: another build than Binary's, an older one beside a newer one.
	Binary string
	// Env are further settings as NAME=value. They win.
	Env []string
	// Each gives more of them to the node of a name.
	Each func(node string) []string
}

// usualUndo is the binary's own.
const usualUndo = 10 * time.Second

// environment is the only place that knows how settings reach the binary: as POSTERN_*, which
// serves every subcommand alike. The caller's own POSTERN_* stay outside.
func (s Settings) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(setting string) bool {
		return strings.HasPrefix(setting, "POSTERN_")
	})
	for _, setting := range [][2]string{
		{"LISTEN", s.Listen},
		{"SMTP_LISTEN", s.SMTPListen},
		{"DATABASE", s.Database},
		{"REDIS", s.Redis},
		{"DATA", s.Data},
		{"PUBLIC_URL", s.PublicURL},
		{"MAIL_DOMAIN", s.MailDomain},
		{"SECRET_FILE", s.SecretFile},
		{"RELAY", s.Relay},
		{"MAIL_DIR", s.MailDir},
		{"GRACE", s.Grace.String()},
		{"UNDO", min(s.Grace, usualUndo).String()}, // mail waits for it, too
		{"LOG_LEVEL", s.LogLevel},
		{"SENDER_CHECK", "off"}, // no test asks the machine's name servers; who proves the check names a server of its own
	} {
		if name, value := setting[0], setting[1]; value != "" {
			env = append(env, "POSTERN_"+name+"="+value)
		}
	}
	return append(env, s.Env...)
}
