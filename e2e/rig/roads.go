package rig

import (
	"context"
	"errors"
	"net/url"
)

// Roads are the ways a node has to all that it stands on: each can be cut, or made worse, for this node alone.
type Roads struct {
	Database, Bus, Relay *Link      // nil: there is no such server
	Namespace            *Namespace // nil: the node is in the machine's own network
}

// buildRoads makes the roads to the servers that the settings name, and gives the settings of a node that takes them.
func buildRoads(ctx context.Context, isolated bool, settings Settings) (_ *Roads, _ Settings, err error) {
	r := &Roads{}
	if isolated {
		if r.Namespace, err = newNamespace(ctx); err != nil {
			return nil, settings, err
		}
	}
	for _, one := range []struct {
		link **Link
		url  *string
		wire Wire
	}{{&r.Database, &settings.Database, DatabaseWire}, {&r.Bus, &settings.Redis, BusWire}, {&r.Relay, &settings.Relay, WebWire}} {
		if *one.url == "" {
			continue
		}
		if *one.link, *one.url, err = r.lead(one.wire, *one.url); err != nil {
			return nil, settings, errors.Join(err, r.close())
		}
	}
	return r, settings, nil
}

// lead makes a link to the server of the URL, and gives the URL that leads over it.
func (r *Roads) lead(w Wire, to string) (*Link, string, error) {
	u, err := url.Parse(to)
	if err != nil {
		return nil, "", err
	}
	host := "127.0.0.1"
	if r.Namespace != nil {
		host = r.Namespace.Outside(w)
	}
	link, err := newLinkAt(host, u.Host)
	if err != nil {
		return nil, "", err
	}
	u.Host = link.Address()
	return link, u.String(), nil
}

func (r *Roads) close() (err error) {
	for _, link := range []*Link{r.Database, r.Bus, r.Relay} {
		if link != nil {
			err = errors.Join(err, link.Close())
		}
	}
	if r.Namespace != nil {
		err = errors.Join(err, r.Namespace.Close())
	}
	return err
}
