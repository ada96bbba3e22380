package rig

import (
	"os/exec"
	"testing"
)

// The node names are compose's, which nothing resolves here: HAProxy only warns of that.
func TestDeployedHAProxyConfigurationIsValid(t *testing.T) {
	t.Parallel()
	haproxy, err := program("haproxy", "haproxy")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), haproxy, "-c", "-f", "../../deploy/haproxy.cfg")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("haproxy refuses deploy/haproxy.cfg: %v\n%s", err, output)
	}
}
