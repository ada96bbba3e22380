package main

import (
	"syscall"
)

// filesKept are descriptors kept for what is not a live connection: the database, files, mail, requests.
const filesKept = 1024

// raiseFiles lets the process open as many files as it is allowed to, and says how many that are.
func raiseFiles() (uint64, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	if limit.Cur < limit.Max {
		limit.Cur = limit.Max
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			return 0, err
		}
	}
	return limit.Cur, nil
}

// mostSockets is how many live connections there may be: as set, but no more than there are descriptors for.
func mostSockets(set int, files uint64) int {
	room := int(min(files, 1<<30))
	room = max(room-filesKept, room/2)
	if set == 0 || set > room {
		return room
	}
	return set
}

// openFiles raises the limit of files, and says what comes of it.
func (n *node) openFiles() int {
	files, err := raiseFiles()
	if err != nil {
		n.core.log.Warn().Err(err).Msg("limit of open files not raised")
		return n.settings.MaxSockets
	}
	sockets := mostSockets(n.settings.MaxSockets, files)
	said := n.core.log.Info()
	if n.settings.MaxSockets > sockets {
		said = n.core.log.Warn().Int("wanted", n.settings.MaxSockets)
	}
	said.Uint64("files", files).Int("sockets", sockets).Msg("limit of open files")
	return sockets
}
