package api

import (
	"net/http"
	"testing"
	"time"

	"postern/chat"
)

// TestStaffSearchTheLedger (F37): by the other side's address, direction, fate and time, page by page; contacts are refused.
func TestStaffSearchTheLedger(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, row := range []chat.LedgerRow{
		{Office: s.sam.Office, Direction: chat.MailIn, EnvelopeFrom: "Zoe@client.example", EnvelopeTo: "x@post.example", Code: 550, Enhanced: "5.1.1", Fate: "refused", Reason: "no such address", Peer: "192.0.2.1"},
		{Office: s.sam.Office, Direction: chat.MailOut, EnvelopeFrom: "b@post.example", EnvelopeTo: "zoe@client.example", Fate: "failed", Size: 7},
		{Direction: chat.MailOut, EnvelopeTo: "zoe@client.example", Fate: "failed"},
	} {
		if err := s.service.LogMail(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
	sam := s.as(s.sam)
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	for query, want := range map[string]int{
		"address=zoe": 2, "address=zoe@client.example&direction=in": 1, "address=zoe&fate=failed": 1, "address=zoe&until=" + tomorrow: 2, "since=" + tomorrow: 0,
		"address=nobody": 0,
	} {
		var list ledgerAnswer
		sam.get("/ledger?" + query).want(http.StatusOK).into(&list)
		if len(list.Transactions) != want {
			t.Errorf("%s: %+v", query, list.Transactions)
		}
	}
	var first, second ledgerAnswer
	sam.get("/ledger?address=zoe&limit=1").want(http.StatusOK).into(&first)
	sam.get("/ledger?address=zoe&limit=1&after=" + first.Next).want(http.StatusOK).into(&second)
	if len(first.Transactions) != 1 || len(second.Transactions) != 1 || first.Transactions[0].ID == second.Transactions[0].ID {
		t.Errorf("by pages: %+v, %+v", first, second)
	}
	sam.get("/ledger?direction=up").refused(http.StatusBadRequest, "invalid", "direction")
	sam.get("/ledger?fate=lost").refused(http.StatusBadRequest, "invalid", "fate")
	sam.get("/ledger?since=monday").refused(http.StatusBadRequest, "invalid", "since")
	sam.get("/ledger?after=x").refused(http.StatusBadRequest, "invalid", "after")
	s.as(s.carla).get("/ledger").refused(http.StatusForbidden, "forbidden", "")
}
