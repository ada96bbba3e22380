package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"postern/chat"
)

// pages are the built client's files, in memory: they are few and embedded.
type pages struct {
	files map[string]pageFile
	err   error // why they could not be read: what every page is answered with
}

type pageFile struct {
	mediaType string
	etag      string
	plain     []byte
	zipped    []byte // gzip; nil where that saves nothing. plain is nil where the build left this alone
}

const index = "index.html"

// loadPages reads the built client.
func loadPages(from fs.FS) *pages {
	p := &pages{files: map[string]pageFile{}}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return p.load(from, name)
	})
	if err == nil && p.files[index].plain == nil {
		err = p.load(from, index) // one that stands in for a client that was not built is not listed
	}
	if err != nil {
		p.err = fmt.Errorf("read the built client: %w", err)
	}
	return p
}

func (p *pages) load(from fs.FS, name string) error {
	content, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	if strings.HasPrefix(name, assets) && path.Ext(name) == ".gz" {
		return p.loadZipped(strings.TrimSuffix(name, ".gz"), content)
	}
	sum := sha256.Sum256(content)
	file := pageFile{mediaType: typeOf(name), etag: base64.RawURLEncoding.EncodeToString(sum[:12]), plain: content}
	if file.zipped, err = zip(content); err != nil {
		return err
	}
	p.files[name] = file
	return nil
}

// loadZipped takes a file that the build left zipped. Whoever cannot read that gets it unzipped each time.
func (p *pages) loadZipped(name string, zipped []byte) error {
	if _, err := unzip(zipped); err != nil {
		return fmt.Errorf("%s.gz: %w", name, err)
	}
	sum := sha256.Sum256(zipped)
	p.files[name] = pageFile{mediaType: typeOf(name), etag: base64.RawURLEncoding.EncodeToString(sum[:12]), zipped: zipped}
	return nil
}

func unzip(zipped []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// types are told, not guessed from the machine's tables.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".json": "application/json", ".webmanifest": "application/manifest+json",
	".woff2": "font/woff2", ".png": "image/png", ".ico": "image/x-icon", ".txt": "text/plain; charset=utf-8",
}

func typeOf(name string) string {
	if t := types[path.Ext(name)]; t != "" {
		return t
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// zip gives nil where it saves less than a tenth.
func zip(content []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil || b.Len() > len(content)*9/10 {
		return nil, err
	}
	return b.Bytes(), nil
}

// assets is where files have names that hold a hash of their content.
const assets = "assets/"

// page gives a file of the client, or its index for every other address: the client knows its own.
func (d *door) page(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return notAllowed([]string{"GET", "HEAD"})(w, r)
	}
	if d.pages.err != nil {
		return d.pages.err
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	file, ok := d.pages.files[name]
	switch {
	case !ok && strings.HasPrefix(name, assets):
		return chat.Refuse(chat.NotFound, "There is nothing at this address.")
	case !ok:
		file = d.pages.files[index]
	}
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cache-Control", "no-cache")
	if ok && strings.HasPrefix(name, assets) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return file.serve(w, r)
}

// extra gives pages that are not the client's, under its policy.
func (d *door) extra(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Security-Policy", pagePolicy)
	d.Extra.ServeHTTP(w, r)
	return nil
}

func (f pageFile) serve(w http.ResponseWriter, r *http.Request) error {
	h, body, etag := w.Header(), f.plain, f.etag
	if f.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			body, etag = f.zipped, f.etag+"-gzip"
			h.Set("Content-Encoding", "gzip")
		}
	}
	etag = strconv.Quote(etag)
	h.Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if body == nil {
		var err error
		if body, err = unzip(f.zipped); err != nil {
			return err
		}
	}
	write(w, http.StatusOK, f.mediaType, body)
	return nil
}

func takesGzip(r *http.Request) bool {
	for _, word := range words(r.Header.Values("Accept-Encoding")) {
		coding, q, _ := strings.Cut(word, ";")
		if strings.TrimSpace(coding) == "gzip" {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}
