// Package rules holds the tree to what ARCHITECTURE.md says of it: who may import whom, and what
// may not be committed. It has tests only; docs/decisions/0001 says why.
package rules
