// Package static holds the web client: TypeScript and Svelte sources, and their build in dist, which is embedded.
package static

import (
	"embed"
	"errors"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files gives the built client: index.html, and what it loads under assets/ with names that hold a hash of
// their content. When the client was not built before the binary, index.html is a page that says so.
func Files() fs.FS {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the directory is named in the embed above
	}
	return client{built}
}

// client is the built tree, with the placeholder standing in for an index.html that is not there.
type client struct{ fs.FS }

// Open implements [fs.FS].
func (c client) Open(name string) (fs.File, error) {
	file, err := c.FS.Open(name)
	if name == "index.html" && errors.Is(err, fs.ErrNotExist) {
		return c.FS.Open("placeholder.html")
	}
	return file, err
}
