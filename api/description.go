package api

import (
	_ "embed"
	"net/http"
)

//go:embed openapi.yaml
var openapi []byte

// description gives this API's own description (OpenAPI).
func (d *door) description(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "no-cache")
	write(w, http.StatusOK, "application/yaml", openapi)
	return nil
}
