package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"postern/mailgw/address"
)

// openKeys reads the secrets that sign reply addresses: a line each, KEY-ID SECRET, the last one current; a secret alone has
// the key id 1. A missing file is made,
// with one secret, readable by its owner only. Every node needs the same file.
func openKeys(path string) (*address.Keys, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		content, err = makeSecret(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	secrets, current := map[uint8][]byte{}, uint8(0)
	for line := range strings.Lines(string(content)) {
		id, secret, err := parseSecret(line)
		if err != nil {
			return nil, &settingError{"secret-file", err.Error()}
		}
		secrets[id], current = secret, id
	}
	if len(secrets) == 0 {
		return nil, &settingError{"secret-file", "there is no secret in " + path}
	}
	return address.NewKeys(current, secrets)
}

func parseSecret(line string) (uint8, []byte, error) {
	id, text, ok := strings.Cut(strings.TrimSpace(line), " ")
	if !ok {
		id, text = "1", id // a secret alone
	}
	n, err := strconv.ParseUint(id, 10, 8)
	if err != nil {
		return 0, nil, errors.New("each line is KEY-ID SECRET, with a key id of 0 to 255")
	}
	if len(text) < 32 {
		return 0, nil, errors.New("a secret is at least 32 characters, drawn at random")
	}
	return uint8(n), []byte(text), nil
}

// makeSecret writes a new secret, unless another process is just before us: then it is theirs.
func makeSecret(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	var secret [32]byte
	rand.Read(secret[:]) // never fails (crypto/rand)
	line := []byte("1 " + hex.EncodeToString(secret[:]) + "\n")
	temp, err := os.CreateTemp(filepath.Dir(path), ".secret-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(line)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temp.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return os.ReadFile(path)
		}
		return nil, err
	}
	return line, nil
}
