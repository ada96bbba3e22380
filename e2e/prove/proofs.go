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
		{"loop", answeredByRobots, loopEnds, 2 * time.Minute},
		{"badge-equal", onCluster("privacy", 30*time.Second), badgeEqual, 3 * time.Minute},
		{"node-killed", onCluster("privacy", 30*time.Second), nodeKilled, 3 * time.Minute},
		{"redis-stopped", onCluster("privacy", 30*time.Second), redisStopped, 3 * time.Minute},
		{"privacy-mail", onCluster("privacy", 0), privacyMail, 3 * time.Minute},
		{"draft-follows", onCluster("privacy", 30*time.Second), draftFollows, 3 * time.Minute},
		{"draft-follows-sqlite", onSQLite("privacy", 30*time.Second), draftFollows, 3 * time.Minute},
		{"writing-story", onSQLite("privacy", 30*time.Second), writingStory, 3 * time.Minute},
		{"draft-story", onCluster("privacy", 30*time.Second), draftStory, 3 * time.Minute},
		{"copy-blind", onNothing, copyBlind, 5 * time.Minute},
		{"badge-recomputed", onCluster("privacy", 30*time.Second, noLimits), badgeRecomputed, 3 * time.Minute},
		{"badge-recomputed-sqlite", onSQLite("privacy", 30*time.Second, noLimits), badgeRecomputed, 3 * time.Minute},
		{"search", onCluster("privacy", 30*time.Second, noLimits), searchLeaksNothing, 3 * time.Minute},
		{"search-sqlite", onSQLite("privacy", 30*time.Second, noLimits), searchLeaksNothing, 3 * time.Minute},
		{"note-hidden", onNothing, noteHidden, 5 * time.Minute},
		{"leave-stops", onCluster("convenience", 0, noLimits), leaveStops, 2 * time.Minute},
		{"undo-retract", onCluster("convenience", 4*time.Second, noLimits), undoRetract, 2 * time.Minute},
		{"undo-retract-sqlite", onSQLite("convenience", 4*time.Second, noLimits), undoRetract, 2 * time.Minute},
		{"copy-story", onCluster("privacy", 30*time.Second), copyStory, 3 * time.Minute},
		{"search-story", unlimited, searchStory, 3 * time.Minute},
		{"thread-story", onCluster("convenience", 10*time.Second), threadStory, 4 * time.Minute},
		{"files-story", withScanner, filesStory, 3 * time.Minute},
		{"handover-story", onCluster("privacy", 30*time.Second), handoverStory, 3 * time.Minute},
		{"screens", onSQLite("privacy", 30*time.Second), screensLook, 12 * time.Minute},
		{"switch-500", unlimited, switch500, time.Minute},
		{"client-size", unlimited, clientSize, time.Minute},
		{"shortcuts", unlimited, shortcutsWork, 2 * time.Minute},
		{"finds-place", unlimited, findsPlace, time.Minute},
		{"privacy-mail-sqlite", onSQLite("privacy", 0), privacyMail, 3 * time.Minute},
	}
}
