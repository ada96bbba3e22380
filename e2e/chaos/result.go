package main

import (
	"fmt"
	"math"
	"time"
)

// result is what became of a scenario.
type result struct {
	Scenario string `json:"scenario"`
	Store    string `json:"store"`
	Skipped  string `json:"skipped,omitempty"` // why it could not be run here
	Failure  string `json:"failure,omitempty"` // why it could not be brought to its end

	Acknowledged int `json:"acknowledged"` // messages and notes answered with an ack or 201, letters with 250
	Expected     int `json:"expected"`     // appearances on screens, of all entries, to those who may see them
	Delivered    int `json:"delivered"`    // of those
	Lost         int `json:"lost"`         // of those not, and what was acknowledged and is not in the record
	Duplicated   int `json:"duplicated"`   // on a screen twice, or in the record twice
	Reordered    int `json:"reordered"`    // on a screen after a later one of its conversation; numbers with gaps or doubles
	Leaked       int `json:"leaked"`       // on a screen, or in the API's answer, of somebody who may not see it
	BadgeDrift   int `json:"badge_drift"`  // screens whose badge is not what the rows make

	Recovered float64 `json:"recovered_s"` // from the end of the fault until every screen showed what was sent after it

	LettersAccepted int `json:"letters_accepted"` // 250
	LettersStored   int `json:"letters_stored"`   // of those, once
	LettersRefused  int `json:"letters_refused"`  // 5xx
	MailsOwed       int `json:"mails_owed"`       // mails made, but for those dropped since
	MailsSent       int `json:"mails_sent"`       // of those, at the relay
	MailsWaiting    int `json:"mails_waiting"`    // of those, still to be sent: with a lease, or a time to try again
	MailsDouble     int `json:"mails_double"`     // at the relay more than once
	MailsLost       int `json:"mails_lost"`       // neither at the relay nor still to be sent, and notices forgotten
	MailsCounted    int `json:"mails_counted"`    // that the ledger or their row says may have gone twice

	Screens    int     `json:"screens"`
	Reconnects int     `json:"reconnects"` // of live connections
	Resets     int     `json:"resets"`     // clients told to load again
	Errors     int     `json:"errors"`     // requests and connections that failed, all tried again
	Took       float64 `json:"took_s"`     // with everything
}

// bad says whether anything was that must never be.
func (r *result) bad() bool {
	return r.Failure != "" || r.Skipped == "" && (r.Acknowledged == 0 || r.Expected == 0) ||
		r.Lost+r.Duplicated+r.Reordered+r.Leaked+r.BadgeDrift+r.MailsLost > 0 ||
		r.LettersStored != r.LettersAccepted || r.MailsDouble > r.MailsCounted
}

// String is the result on a line for people.
func (r result) String() string {
	word := "held"
	switch {
	case r.Skipped != "":
		return fmt.Sprintf("SKIPPED %s: %s", r.Scenario, r.Skipped)
	case r.bad():
		word = "BROKEN"
	}
	line := fmt.Sprintf("%s %s (%s): %d acknowledged, %d of %d shown; lost %d, duplicated %d, reordered %d, leaked %d, badges adrift %d; "+
		"recovered in %.1f s; letters %d of %d; mails %d of %d, %d waiting, %d double; %d errors, %.0f s",
		word, r.Scenario, r.Store, r.Acknowledged, r.Delivered, r.Expected, r.Lost, r.Duplicated, r.Reordered, r.Leaked, r.BadgeDrift,
		r.Recovered, r.LettersStored, r.LettersAccepted, r.MailsSent, r.MailsOwed, r.MailsWaiting, r.MailsDouble, r.Errors, r.Took)
	if r.Failure != "" {
		line += "\n  " + r.Failure
	}
	return line
}

// seconds keeps two decimals.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*100) / 100 }
