//go:build !race

package reply

const stride = 1
