package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
)

// performing lets a browser script have things done outside its browsers while it runs: it posts the name of an act to the address, and is answered when that is done.
func performing(acts map[string]func() error) (address string, stop func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		act, ok := acts[path.Base(r.URL.Path)]
		if !ok {
			http.NotFound(w, r)
		} else if err := act(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	stop = func() error {
		err := server.Close()
		if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
			err = errors.Join(err, ended)
		}
		return err
	}
	return fmt.Sprintf("http://%s/", listener.Addr()), stop, nil
}
