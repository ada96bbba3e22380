package rig

import (
	"context"
	"errors"
	"net"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	n, err := StartNames()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	n.Say(map[string]string{"a.example": "v=spf1 -all", "away.example": Away})
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, n.Address())
	}}
	if text, err := resolver.LookupTXT(t.Context(), "A.example."); err != nil || len(text) != 1 || text[0] != "v=spf1 -all" {
		t.Errorf("%q, %v", text, err)
	}
	for name, found := range map[string]bool{"none.example.": true, "away.example.": false} {
		_, err := resolver.LookupTXT(t.Context(), name)
		if failed, ok := errors.AsType[*net.DNSError](err); !ok || failed.IsNotFound != found {
			t.Errorf("%s: %v", name, err)
		}
	}
}
