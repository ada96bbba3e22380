package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"postern/hub/wire"
)

// described is the description, made strict: an answer with a field that it does not name is refused.
var described = sync.OnceValues(func() (routers.Router, error) {
	doc, err := loadDescription()
	if err != nil {
		return nil, err
	}
	for name, schema := range doc.Components.Schemas {
		if !slices.Contains([]string{"LinkToken", "LinkUse", "Start", "Send", "DraftSave", "TemplateSave", "Empty"}, name) { // these are sent
			seal(schema.Value)
		}
	}
	return gorillamux.NewRouter(doc)
})

func loadDescription() (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	return loader.LoadFromData(openapi)
}

// seal refuses fields that are not named, all the way down.
func seal(s *openapi3.Schema) {
	if s.Type.Is("object") {
		closed := false
		s.AdditionalProperties = openapi3.BoolSchema{Has: &closed}
	}
	for _, property := range s.Properties {
		seal(property.Value)
	}
	if s.Items != nil {
		seal(s.Items.Value)
	}
}

// hold fails the test when an answer is not as described, or when a request that the description refuses was taken.
func hold(t testing.TB, r *http.Request, body []byte, a reply) {
	t.Helper()
	router, err := described()
	must(t, err)
	for _, fault := range faults(router, r, body, a) {
		t.Errorf("%s: %d: %s", a.what, a.status, fault)
	}
}

const tooKind = "taken, but the description refuses it: "

// faults lists what is wrong with an answer.
func faults(router routers.Router, r *http.Request, body []byte, a reply) (list []string) {
	page := strings.Contains(r.Header.Get("Accept"), "text/html") // a person is told in words
	if a.status >= 400 && a.status != http.StatusRequestedRangeNotSatisfiable && r.Method != "HEAD" && !page {
		list = problemFaults(a)
	}
	ask := r.Clone(r.Context())
	ask.URL = &url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	if ask.Method == "HEAD" {
		ask.Method = "GET"
	}
	ask.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := router.FindRoute(ask)
	if err != nil {
		return list // no route of the API
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	options.ExcludeRequestBody = strings.HasSuffix(ask.URL.Path, "/attachments") // just bytes too
	input := &openapi3filter.RequestValidationInput{Request: ask, PathParams: params, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil && a.status < 400 {
		list = append(list, tooKind+err.Error())
	}
	if r.Method == "HEAD" {
		return list
	}
	options.ExcludeResponseBody = a.header.Get("Content-Disposition") != "" // just bytes
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), Options: options,
	})
	if err != nil {
		list = append(list, "not as described: "+err.Error())
	}
	return list
}

// problemFaults holds what every problem must be, whatever it was asked by.
func problemFaults(a reply) (list []string) {
	var p wire.Problem
	if err := json.Unmarshal(a.body, &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		return []string{"no problem: " + string(a.body)}
	}
	if p.Status != a.status || p.Type != "about:blank" || p.Title != http.StatusText(a.status) || p.Detail == "" {
		list = append(list, "a strange problem: "+string(a.body))
	}
	if (p.After > 0) != (a.header.Get("Retry-After") != "") {
		list = append(list, "Retry-After and retry_after_s differ")
	}
	return list
}

func TestDescriptionIsValid(t *testing.T) {
	t.Parallel()
	doc, err := loadDescription()
	must(t, err)
	must(t, doc.Validate(t.Context()))
}

func TestDescriptionAndRouterNameTheSameRoutes(t *testing.T) {
	t.Parallel()
	doc, err := loadDescription()
	must(t, err)
	var described []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	routed := []string{"GET /healthz", "GET /readyz"}
	d := &door{limits: newThrottles(DefaultLimits())}
	for _, one := range slices.Concat(d.routes(), d.streams()) {
		routed = append(routed, one.method+" "+one.path)
	}
	slices.Sort(described)
	slices.Sort(routed)
	if !slices.Equal(described, routed) {
		t.Errorf("described:\n%s\nrouted:\n%s", strings.Join(described, "\n"), strings.Join(routed, "\n"))
	}
}

// TestFaultsAreSeen proves that the net that all other tests are caught in has no hole.
func TestFaultsAreSeen(t *testing.T) {
	t.Parallel()
	router, err := described()
	must(t, err)
	r, err := http.NewRequestWithContext(t.Context(), "POST", "http://office.test/api/v1/session", nil)
	must(t, err)
	r.Header.Set("Content-Type", "application/json")
	good := `{"user":{"id":"` + someID + `","name":"N","kind":"staff","email":"e","role":"owner","strict":false,"signed":false,"mail_times":{},"unsubscribed":false},"office":{"id":"` + someID +
		`","name":"N","mode":"privacy"},"mode":"privacy","may":{"message":true,"start":true,"invite":true,"settings":true},"undo_s":10,"badge":0,"as_of":"1.1","session":"` +
		someID + `"}`
	asked := `{"email":"a","password":"b"}`
	for _, c := range []struct {
		name, asked, answered string
		status                int
		faulty                bool
	}{
		{"as described", asked, good, 200, false},
		{"a request that should have been refused", `{"email":"a"}`, good, 200, true},
		{"a field that is not described", asked, strings.Replace(good, `"badge":0`, `"badge":0,"secret":1`, 1), 200, true},
		{"one deep inside", asked, strings.Replace(good, `"mode":`, `"secret":1,"mode":`, 1), 200, true},
		{"a missing field", asked, strings.Replace(good, `"badge":0,`, ``, 1), 200, true},
		{"a wrong type", asked, strings.Replace(good, `"badge":0`, `"badge":"0"`, 1), 200, true},
		{"an error that is no problem", asked, `{"oh":"no"}`, 418, true},
	} {
		a := reply{what: c.name, status: c.status, body: []byte(c.answered), header: http.Header{
			"Content-Type": {"application/json"}, "Set-Cookie": {"postern=x"},
		}}
		if found := faults(router, r, []byte(c.asked), a); len(found) > 0 != c.faulty {
			t.Errorf("%s: %v", c.name, found)
		}
	}
}

const someID = "01890000-0000-7000-8000-000000000000"
