package main

import "time"

// proofs are all that is shown, in the order in which it is printed. The ones with a browser name the script of e2e/browser they run.
func proofs() []proof {
	return []proof{
		{"message-across-nodes", onCluster("privacy", 30*time.Second), messageAcrossNodes, 3 * time.Minute},
		{"letter-to-browser", onCluster("convenience", 0), letterToBrowser, 3 * time.Minute},
		{"letter-to-browser-sqlite", onSQLite("convenience", 0), letterToBrowser, 3 * time.Minute},
		{"sender-bound", checked(onSQLite), senderBound, 3 * time.Minute},
		{"quarantine", checked(onCluster), quarantine, 3 * time.Minute},
		{"quarantine-sqlite", checked(onSQLite), quarantine, 3 * time.Minute},
		{"letter-once", onCluster("convenience", 0, noLimits), letterOnce, 3 * time.Minute},
		{"letter-once-sqlite", onSQLite("convenience", 0, noLimits), letterOnce, 3 * time.Minute},
		{"robots", onSQLite("convenience", 0, noLimits), robotsUnanswered, 3 * time.Minute},
		{"people-not-robots", onSQLite("convenience", 0, noLimits), peopleNotRobots, 3 * time.Minute},
		{"bounce-shown", onCluster("convenience", 0, noLimits), bounceShown, 5 * time.Minute},
		{"bounce-shown-sqlite", onSQLite("convenience", 0, noLimits), bounceShown, 5 * time.Minute},
		{"smtp-hostile", besieged(onCluster), smtpHostile, 5 * time.Minute},
		{"smtp-hostile-sqlite", besieged(onSQLite), smtpHostile, 5 * time.Minute},
		{"loop", answeredByRobots, loopEnds, 2 * time.Minute},
