package rig

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

func (h *HAProxy) socket() string        { return filepath.Join(h.dir, "admin.sock") }
func (h *HAProxy) configuration() string { return filepath.Join(h.dir, "haproxy.cfg") }

func (h *HAProxy) configure(backends []Backend) error {
	file, err := os.Create(h.configuration())
	if err != nil {
		return fmt.Errorf("write haproxy's configuration: %w", err)
	}
	err = haproxyTemplate().Execute(file, map[string]any{
		"Socket": h.socket(), "Web": h.web.address(), "SMTP": h.smtp.address(), "Backends": backends,
		"Cookie": NodeCookie, "Header": NodeHeader,
	})
	return errors.Join(err, file.Close())
}

// haproxyTemplate checks readiness ten times as often as deploy/haproxy.cfg, so that tests wait
// less; SMTP follows the web port's readiness, so that a draining node gets no new letters.
func haproxyTemplate() *template.Template {
	return template.Must(template.New("haproxy.cfg").Parse(`global
	stats socket {{.Socket}} mode 600 level admin
	hard-stop-after 10s
	noreuseport

defaults
	timeout connect 1s
	timeout client 60s
	timeout server 60s
	timeout tunnel 1h
	timeout check 1s
	option httpchk GET /readyz
	http-check expect status 200
	default-server inter 200ms fastinter 100ms downinter 100ms fall 2 rise 1
	retries 2
	option redispatch

frontend web
	mode http
	bind {{.Web}}
	default_backend web

backend web
	mode http
	balance leastconn
	option forwardfor
	http-response set-header {{.Header}} %[srv_name]
{{- range .Backends}}
	use-server {{.Name}} if { req.cook({{$.Cookie}}) -m str {{.Name}} }
	use-server {{.Name}} if { req.hdr({{$.Header}}) -m str {{.Name}} }
	server {{.Name}} {{.Web}} check
{{- end}}

frontend smtp
	mode tcp
	bind {{.SMTP}}
	timeout client 6m
	default_backend smtp

backend smtp
	mode tcp
	balance roundrobin
	timeout server 6m
{{- range .Backends}}{{if .SMTP}}
	server {{.Name}} {{.SMTP}} track web/{{.Name}}
{{- end}}{{end}}
`))
}
