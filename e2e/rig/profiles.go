package rig

import (
	"fmt"
	"os"
	"regexp"
)

var profileLine = regexp.MustCompile(`"pprof":"([0-9.:]+)"`)

// Profiles is the host:port of the node's profiles, as it said when it began to serve. It has some with POSTERN_PPROF.
func (n *Node) Profiles() (string, error) {
	log, err := os.ReadFile(n.Log())
	if err != nil {
		return "", err
	}
	found := profileLine.FindAllSubmatch(log, -1)
	if len(found) == 0 {
		return "", fmt.Errorf("%s does not say where its profiles are", n.Name())
	}
	return string(found[len(found)-1][1]), nil
}
