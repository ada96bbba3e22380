package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// scaleCmd measures what the client asks for on a large data set and on a hundredth of it (TARGETS T8).
type scaleCmd struct {
	Store    string `help:"postgres or sqlite." enum:"postgres,sqlite" default:"sqlite"`
	Contacts int    `help:"Contacts of the large data set; each has two conversations of ten messages, with two of 20 staff." default:"50000"`
	Small    bool   `help:"A quick run: a fiftieth of both data sets."`
	Requests int    `help:"How often each is asked, of either data set in turn." default:"400"`
	Keep     string `help:"Folder that keeps what was filled in, or has it from a run before (of the same schema): a million messages take some eight minutes." type:"path" placeholder:"DIR"`
	Profile  string `help:"Folder for profiles of the node with the large data set: one of all searches." type:"path" placeholder:"DIR"`
	JSON     bool   `name:"json" help:"One JSON object."`
}

// scaleResult is a run of scale. Times are of HTTP requests, one at a time.
type scaleResult struct {
	Kind     string `json:"kind"`
	Store    string `json:"store"`
	N        int    `json:"n"` // messages in the large data set
	Requests int    `json:"requests"`

	P50    float64 `json:"p50_ms"`       // the largest of the four kinds of request, large data set
	P95    float64 `json:"p95_ms"`       // likewise
	Growth float64 `json:"growth_ratio"` // the largest of the four ratios of p95, large data set over small

	Inbox      float64 `json:"inbox_p95_ms"` // the first 50 rows
	Open       float64 `json:"open_p95_ms"`  // a conversation and its messages: two requests
	Badge      float64 `json:"badge_p95_ms"`
	InboxSmall float64 `json:"small_inbox_p95_ms"`
	OpenSmall  float64 `json:"small_open_p95_ms"`
	BadgeSmall float64 `json:"small_badge_p95_ms"`

	Search      float64 `json:"search_p95_ms"` // the first page, of all that is searched for in turn
	SearchSmall float64 `json:"small_search_p95_ms"`
	SearchWorst float64 `json:"search_worst_p95_ms"` // of one of these questions alone
	SearchedFor string  `json:"search_worst"`

	faults
}

// String is the result on a line for people.
func (r scaleResult) String() string {
	return fmt.Sprintf("%d messages: inbox p95 %.2f, open a conversation %.2f, badge %.2f, search %.2f (%s %.2f) ms; of a hundredth %.2f, %.2f, %.2f, %.2f ms (at most %.2f-fold)",
		r.N, r.Inbox, r.Open, r.Badge, r.Search, r.SearchedFor, r.SearchWorst, r.InboxSmall, r.OpenSmall, r.BadgeSmall, r.SearchSmall, r.Growth)
}

func (r scaleResult) verdict() error { return r.faults.verdict(r.N) }

// Run fills the databases, measures, and prints.
func (c *scaleCmd) Run(ctx context.Context) error {
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return report(r, c.JSON)
}

const (
	scaleRatio = 100 // large over small
	smallRatio = 50  // either over that of a quick run
	warmAsking = 20  // requests before what is measured
	askers     = 5   // of staff, who ask in turn
)

func (c *scaleCmd) fill() error {
	if c.Small {
		c.Contacts /= smallRatio
	}
	switch least := scaleRatio * scaleStaff / perContact; {
	case c.Contacts < least || c.Contacts > 500_000:
		return fmt.Errorf("--contacts: %d to 500,000", least)
	case c.Requests < 20 || c.Requests > 100_000:
		return errors.New("--requests: 20 to 100,000")
	}
	return nil
}

func (c *scaleCmd) measure(ctx context.Context) (r scaleResult, err error) {
	if err := c.fill(); err != nil {
		return r, err
	}
	large, err := c.office(ctx, c.Contacts)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, large.close()) }()
	small, err := c.office(ctx, c.Contacts/scaleRatio)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, small.close()) }()
	return c.result(ctx, large, small)
}

// readerOffice is a filled office and those of its staff who ask.
type readerOffice struct {
	*site
	staff         []*client.Client // the first, and every so many after
	contact       *client.Client
	conversations int
}

// office starts servers and fills them, or takes what was kept. Their disk need not be safe: what is measured only reads.
func (c *scaleCmd) office(ctx context.Context, contacts int) (*readerOffice, error) {
	k, err := c.kept(contacts)
	if err != nil {
		return nil, err
	}
	s, err := (&aim{Store: c.Store, Profile: c.Profile}).open(ctx, 1, rig.Settings{Grace: time.Hour, Database: k.database()}, rig.PostgresOptions{NoFsync: true, Data: k.cluster()})
	if err != nil {
		return nil, err
	}
	o := &readerOffice{site: s, conversations: contacts * perContact}
	if !k.filled() {
		err = s.fill(ctx, contacts)
	}
	if err == nil {
		err = o.signIn(ctx)
	}
	if err == nil {
		err = o.indexed(ctx)
	}
	if err == nil {
		err = k.done()
	}
	if err != nil {
		return nil, errors.Join(s.failed(err), s.close())
	}
	return o, nil
}

func (o *readerOffice) signIn(ctx context.Context) error {
	o.staff = make([]*client.Client, askers)
	err := parallel(ctx, askers, func(ctx context.Context, i int) (err error) {
		o.staff[i], err = o.enterAs(ctx, scaleEmail(i*scaleStaff/askers))
		return err
	})
	if err == nil {
		o.contact, err = o.enterAs(ctx, "contact7@firm.example")
	}
	return err
}

func (o *readerOffice) enterAs(ctx context.Context, email string) (*client.Client, error) {
	link, err := o.d.Nodes[0].Command(ctx, "user", "link", "--sign-in", email).Output()
	if err != nil {
		return nil, err
	}
	return signIn(ctx, strings.TrimSpace(string(link)), o.addresses[0])
}

// request is something that the client asks for, as one of the askers, for the time of that number.
type request func(ctx context.Context, o *readerOffice, asker, turn int) error

func inboxRequest(ctx context.Context, o *readerOffice, asker, _ int) error {
	var page struct{ Rows []struct{} }
	if err := o.staff[asker].Do(ctx, http.MethodGet, "/conversations?limit=50", nil, &page); err != nil {
		return err
	}
	if want := min(50, 2*o.conversations/scaleStaff); len(page.Rows) < want {
		return fmt.Errorf("the inbox has %d rows instead of %d", len(page.Rows), want)
	}
	return nil
}

func openRequest(ctx context.Context, o *readerOffice, asker, turn int) error {
	mine := turn * 7919 % (o.conversations / scaleStaff) // a prime: all over the years
	path := "/conversations/" + scaleID(conversationKind, mine*scaleStaff+asker*scaleStaff/askers)
	var head struct{}
	if err := o.staff[asker].Do(ctx, http.MethodGet, path, nil, &head); err != nil {
		return err
	}
	var page client.Page
	if err := o.staff[asker].Do(ctx, http.MethodGet, path+"/messages?limit=50", nil, &page); err != nil {
		return err
	}
	if len(page.Messages) != perConversation {
		return fmt.Errorf("the conversation has %d messages instead of %d", len(page.Messages), perConversation)
	}
	return nil
}

func badgeRequest(ctx context.Context, o *readerOffice, asker, _ int) error {
	_, err := o.staff[asker].Badge(ctx)
	return err
}

func (c *scaleCmd) result(ctx context.Context, large, small *readerOffice) (scaleResult, error) {
	r := scaleResult{Kind: "scale", Store: c.Store, N: large.conversations * perConversation, Requests: c.Requests}
	for _, one := range []struct {
		do          request
		large, less *float64
	}{
		{inboxRequest, &r.Inbox, &r.InboxSmall}, {openRequest, &r.Open, &r.OpenSmall}, {badgeRequest, &r.Badge, &r.BadgeSmall}, {searchRequest, &r.Search, &r.SearchSmall},
	} {
		took, err := c.ask(ctx, one.do, large, small)
		if err != nil {
			return r, err
		}
		*one.large, *one.less = ms(took[0], 0.95), ms(took[1], 0.95)
		r.P50, r.P95 = max(r.P50, ms(took[0], 0.5)), max(r.P95, *one.large)
		r.Growth = max(r.Growth, round(*one.large / *one.less))
	}
	return r, c.worstSearch(ctx, &r, large)
}

// ask asks both offices in turn, so that what else the machine does comes to both, and gives how long each took, ascending.
func (c *scaleCmd) ask(ctx context.Context, do request, offices ...*readerOffice) ([][]time.Duration, error) {
	took := make([][]time.Duration, len(offices))
	for turn := -warmAsking; turn < c.Requests; turn++ {
		for i, o := range offices {
			began := time.Now()
			if err := do(ctx, o, (turn+warmAsking)%askers, turn+warmAsking); err != nil {
				return nil, o.failed(err)
			}
			if turn >= 0 {
				took[i] = append(took[i], time.Since(began))
			}
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	return took, nil
}
