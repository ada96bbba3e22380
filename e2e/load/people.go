package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
)

// roles of a group's people, in the order of their screens. All kinds have people in this order, again and again.
var roles = [3]string{"staff", "client", "client_staff"}

// peopleCmd prints the people that a run against servers of others needs.
type peopleCmd struct {
	Count int `arg:"" help:"How many: three a group for send, otherwise as many as the kind says."`
}

// Run prints a file for user import.
func (c *peopleCmd) Run() error {
	if c.Count < 1 || c.Count > 100_000 {
		return errors.New("1 to 100,000 people")
	}
	_, err := os.Stdout.WriteString(people(c.Count, strconv.FormatInt(time.Now().UnixMilli(), 36)))
	return err
}

// people is a file for `postern user import`. Their addresses end with the mark, so that those of another run are others.
func people(count int, mark string) string {
	var file bytes.Buffer
	lines := csv.NewWriter(&file)
	for i := range count {
		role, account := roles[i%len(roles)], ""
		if role != "staff" {
			account = fmt.Sprintf("Firm %d", i/len(roles))
		}
		_ = lines.Write([]string{email(i, mark), fmt.Sprintf("Person %d", i), role, account}) // a buffer takes everything
	}
	lines.Flush()
	return file.String()
}

// email is the address of one of the people.
func email(i int, mark string) string { return fmt.Sprintf("person%d@%s.example", i, mark) }

// ownMark ends the addresses of people at servers of our own.
const ownMark = "load"

// makeLinks gives a link that signs in for each of so many people.
func (s *site) makeLinks(ctx context.Context, count int) ([]string, error) {
	if s.d == nil {
		if len(s.links) < count {
			return nil, fmt.Errorf("--users: %d people are needed (load people %d), %d are there", count, count, len(s.links))
		}
		links := s.links[:count]
		s.links = s.links[count:]
		return links, nil
	}
	cmd := s.d.Nodes[0].Command(ctx, "user", "import", "--sign-in", "-")
	cmd.Stdin = strings.NewReader(people(count, ownMark))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("make people: %w: %s", err, said.String())
	}
	links := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(links) != count {
		return nil, fmt.Errorf("make people: %d links for %d people", len(links), count)
	}
	return links, nil
}

// atOnce is how much is under way while a run is being set up.
const atOnce = 16

// enter makes so many people and signs them in, each at an address.
func (s *site) enter(ctx context.Context, count int, address func(person int) string) ([]*client.Client, error) {
	began := time.Now()
	links, err := s.makeLinks(ctx, count)
	if err != nil {
		return nil, err
	}
	made := time.Since(began)
	all := make([]*client.Client, count)
	err = parallel(ctx, count, func(ctx context.Context, i int) (err error) {
		all[i], err = signIn(ctx, links[i], address(i))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	tell("%d people made in %.1f s, signed in after %.1f s", count, made.Seconds(), time.Since(began).Seconds())
	return all, nil
}

func signIn(ctx context.Context, link, address string) (*client.Client, error) {
	base, _, _ := strings.Cut(link, "/link#")
	if at := strings.LastIndexByte(base, '\t'); at >= 0 {
		base = base[at+1:]
	}
	c, err := client.NewAt(base, address)
	if err != nil {
		return nil, err
	}
	defer c.Rest()
	return c, c.Enter(ctx, link, "")
}

// parallel does something for the numbers from zero, several at once, and stops at the first error.
func parallel(ctx context.Context, count int, do func(context.Context, int) error) error {
	work, inner := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	for i := range count {
		if inner.Err() != nil {
			break
		}
		work.Go(func() error { return do(inner, i) })
	}
	return errors.Join(work.Wait(), ctx.Err())
}

// tell says on the standard error how a run gets on.
func tell(format string, args ...any) { fmt.Fprintf(os.Stderr, "load: "+format+"\n", args...) }
