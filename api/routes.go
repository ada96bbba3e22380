package api

import (
	"net/http"
	"slices"

	"github.com/gorilla/mux"
)

const root = "/api/v1"

// access says who may come through a route at all.
type access int

const (
	anyone    access = iota
	signedIn         // somebody with a session of this office
	messaging        // ... and with the messaging permission (F1)
)

// handler answers, or gives the error that is to be answered.
type handler func(w http.ResponseWriter, r *http.Request) error

// route is one thing that can be asked. openapi.yaml has the same, in the same order.
type route struct {
	method, path string // path under root
	access       access
	do           handler
}

func (d *door) routes() []route {
	return []route{
		{"POST", "/session", anyone, d.signIn},
		{"DELETE", "/session", anyone, d.signOut},
		{"GET", "/sessions", signedIn, d.sessions},
		{"DELETE", "/sessions/{session}", signedIn, d.endSession},
		{"POST", "/links/look", anyone, d.lookAtLink},
		{"POST", "/links/use", anyone, d.useLink},
		{"POST", "/password/forgotten", anyone, d.forgotten},

		{"GET", "/me", signedIn, d.me},
		{"PATCH", "/me", signedIn, d.changeMe},
		{"GET", "/me/signature", messaging, d.signature},
		{"PUT", "/me/signature", messaging, d.setSignature},
		{"PATCH", "/office", signedIn, d.changeOffice},
		{"POST", "/invitations", signedIn, d.invite},
		{"GET", "/users", signedIn, d.users},
		{"PATCH", "/users/{user}", signedIn, d.changeUser},
		{"GET", "/users/{user}/trust", signedIn, d.trust},
		{"POST", "/users/{user}/distrust", signedIn, atMost(d.limits.change, d.distrust)},
		{"GET", "/accounts/{account}", signedIn, d.account},
		{"PATCH", "/accounts/{account}", signedIn, atMost(d.limits.change, d.changeAccount)},
		{"GET", "/directory", messaging, d.directory},
		{"GET", "/rosters", messaging, d.rosters},
		{"GET", "/office/told-read", signedIn, d.toldRead},
		{"PUT", "/office/told-read", signedIn, atMost(d.limits.change, d.setToldRead)},
		{"GET", "/office/team-letters", signedIn, d.teamLetters},
		{"PUT", "/office/team-letters", signedIn, atMost(d.limits.change, d.switchTeamLetters)},
		{"PUT", "/office/team-letters/{team}", signedIn, atMost(d.limits.change, d.giveTeamAddress)},

		{"GET", "/office/conversations", messaging, d.officeConversations},
		{"POST", "/office/conversations/{conversation}/open", messaging, atMost(d.limits.look, d.openAsOwner)},

		{"GET", "/conversations", messaging, d.conversations},
		{"POST", "/conversations", messaging, d.start},
		{"GET", "/conversations/{conversation}", messaging, d.conversation},
		{"PATCH", "/conversations/{conversation}", messaging, d.changeConversation},
		{"GET", "/conversations/{conversation}/participants", messaging, d.sittings},
		{"POST", "/conversations/{conversation}/participants", messaging, d.addParticipants},
		{"DELETE", "/conversations/{conversation}/participants/{user}", messaging, d.removeParticipant},
		{"GET", "/conversations/{conversation}/messages", messaging, d.messages},
		{"POST", "/conversations/{conversation}/messages", messaging, d.send},
		{"GET", "/conversations/{conversation}/messages/{message}/folded", messaging, d.folded},
		{"GET", "/conversations/{conversation}/messages/{message}/letter", messaging, atMost(d.limits.look, d.held)},
		{"POST", "/conversations/{conversation}/messages/{message}/letter", messaging, d.decide},
		{"GET", "/conversations/{conversation}/messages/{message}/signature", messaging, d.signatureBelow},
		{"GET", "/conversations/{conversation}/messages/{message}/deliveries", messaging, d.deliveries},
		{"POST", "/conversations/{conversation}/messages/{message}/mails/{mail}/retry", messaging, d.retryMail},
		{"POST", "/conversations/{conversation}/messages/{message}/mails/{mail}/open", messaging, atMost(d.limits.look, d.openMail)},
		{"POST", "/conversations/{conversation}/messages/{message}/copies", messaging, d.copyMessage},
		{"GET", "/conversations/{conversation}/copies", messaging, d.copies},
		{"POST", "/search", messaging, d.search},
		{"POST", "/marks", messaging, atMost(d.limits.change, d.mark)},
		{"POST", "/conversations/{conversation}/messages/{message}/undo", messaging, atMost(d.limits.change, d.undo)},
		{"POST", "/conversations/{conversation}/messages/{message}/retract", messaging, atMost(d.limits.change, d.retract)},
		{"POST", "/conversations/{conversation}/read", messaging, d.read},
		{"POST", "/conversations/{conversation}/unread", messaging, d.unread},
		{"POST", "/conversations/{conversation}/archive", messaging, d.archive},
		{"POST", "/conversations/{conversation}/delete", messaging, d.delete},
		{"POST", "/conversations/{conversation}/mute", messaging, d.mute},
		{"GET", "/ledger", messaging, atMost(d.limits.ledger, d.ledger)},
		{"GET", "/suppressions", messaging, d.suppressions},
		{"DELETE", "/suppressions/{suppression}", messaging, d.clearSuppression},
		{"GET", "/drafts", messaging, d.drafts},
		{"GET", "/drafts/{draft}", messaging, d.draft},
		{"PUT", "/drafts/{draft}", messaging, d.saveDraft},
		{"DELETE", "/drafts/{draft}", messaging, d.discardDraft},

		{"GET", "/templates", messaging, d.templates},
		{"POST", "/templates", messaging, d.addTemplate},
		{"PUT", "/templates/{template}", messaging, d.changeTemplate},
		{"DELETE", "/templates/{template}", messaging, d.dropTemplate},
		{"POST", "/templates/{template}/fill", messaging, d.fillTemplate},

		{"GET", "/openapi.yaml", anyone, d.description},
	}
}

// streams are the routes that take as long as their bytes do.
func (d *door) streams() []route {
	return []route{
		{"POST", "/attachments", messaging, d.upload},
		{"GET", "/attachments", messaging, d.uploaded},
		{"GET", "/attachments/{attachment}", messaging, d.download},
		{"GET", "/attachments/{attachment}/preview", messaging, d.preview},
		{"GET", "/live", messaging, d.live},
	}
}

// handler puts the whole together. What balancers ask is answered under any Host.
func (d *door) handler() http.Handler {
	inner := d.atOffice(d.sameOrigin(d.router()))
	outer := mux.NewRouter().SkipClean(true)
	outer.Handle("/healthz", d.serve("/healthz", anyone, d.alive)).Methods("GET", "HEAD")
	outer.Handle("/readyz", d.serve("/readyz", anyone, d.ready)).Methods("GET", "HEAD")
	outer.PathPrefix("/").Handler(inner)
	return d.begin(d.logged(secured(outer)))
}

func (d *door) router() *mux.Router {
	router := mux.NewRouter().SkipClean(true)
	for _, one := range d.routes() {
		d.add(router, one, d.bounded(one.do))
	}
	for _, one := range d.streams() {
		d.add(router, one, one.do)
	}
	for path, methods := range d.methods() {
		router.Handle(path, d.serve(path, anyone, notAllowed(methods)))
	}
	router.PathPrefix("/api").Handler(d.serve("/api", anyone, nowhere))
	if d.Extra != nil {
		router.PathPrefix("/demo").Handler(d.serve("/demo", anyone, d.extra))
	}
	router.Handle("/unsubscribe/{token}", d.serve("/unsubscribe", anyone, d.bounded(d.unsubscribe))).Methods("GET", "HEAD", "POST")
	router.PathPrefix("/").Handler(d.serve("page", anyone, d.page))
	return router
}

func (d *door) add(router *mux.Router, one route, do handler) {
	methods := []string{one.method}
	if one.method == "GET" {
		methods = append(methods, "HEAD")
	}
	router.Handle(root+one.path, d.serve(root+one.path, one.access, do)).Methods(methods...)
}

// methods lists what each path takes, to be told to whoever tries another.
func (d *door) methods() map[string][]string {
	byPath := map[string][]string{}
	for _, one := range slices.Concat(d.routes(), d.streams()) {
		byPath[root+one.path] = append(byPath[root+one.path], one.method)
	}
	return byPath
}
