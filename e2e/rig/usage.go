package rig

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of CPU time in /proc (USER_HZ, 100 on every Linux platform that Go knows).
const tick = 10 * time.Millisecond

// stat is what /proc/PID/stat says of a process: proc(5).
type stat struct {
	state  byte
	parent int
	spent  time.Duration // by itself and by the children it has waited for
}

// CPU is the time (user and system) spent by a process, by all living processes below it, and by
// those that have ended and were waited for: for a postmaster, all its backends. Each living
// process is rounded down to 10 ms.
func CPU(pid int) (time.Duration, error) {
	root, err := readStat(pid)
	if err != nil {
		return 0, err
	}
	below, err := descendants(pid)
	if err != nil {
		return 0, err
	}
	spent := root.spent
	for _, child := range below {
		if s, err := readStat(child); err == nil { // one that ended meanwhile is its parent's
			spent += s.spent
		}
	}
	return spent, nil
}

// RSS is the resident memory of one process, in bytes, without its children.
func RSS(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, fmt.Errorf("read memory of process %d: %w", pid, err)
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, fmt.Errorf("read memory of process %d: %q", pid, text)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read memory of process %d: %w", pid, err)
	}
	return pages * int64(os.Getpagesize()), nil
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, fmt.Errorf("read process %d: %w", pid, err)
	}
	// The name, in parentheses, may hold anything.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 15 {
		return stat{}, fmt.Errorf("read process %d: %q", pid, text)
	}
	s := stat{state: fields[0][0]}
	s.parent, err = strconv.Atoi(fields[1])
	for _, field := range fields[11:15] { // utime, stime, cutime, cstime
		ticks, wrong := strconv.ParseInt(field, 10, 64)
		if wrong != nil {
			err = wrong
		}
		s.spent += time.Duration(ticks) * tick
	}
	if err != nil {
		return stat{}, fmt.Errorf("read process %d: %w", pid, err)
	}
	return s, nil
}

// descendants lists all living processes below pid.
func descendants(pid int) ([]int, error) {
	children, err := processTree()
	if err != nil {
		return nil, err
	}
	below := append([]int(nil), children[pid]...)
	for i := 0; i < len(below); i++ {
		below = append(below, children[below[i]]...)
	}
	return below, nil
}

// processTree lists the children of each process.
func processTree() (map[int][]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	children := map[int][]int{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if s, err := readStat(pid); err == nil { // it may have ended since
			children[s.parent] = append(children[s.parent], pid)
		}
	}
	return children, nil
}
