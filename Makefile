# Postern. `make help` lists the targets; `make test` is what CI runs.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# One thing after the other: each already uses every core.
.NOTPARALLEL:

GO ?= go
NPM ?= npm
# How long `make fuzz` stays with each target, and where `make corpus` finds its letters.
FUZZTIME ?= 30s
# How many histories `make test-long` lives twice, with and without what a contact may not know of, and after how many deeds it counts anew what is unread.
HISTORIES ?= 50000
STEPS ?= 1000000
# How many mails it has say nothing of what they are about.
MAILS ?= 100000
export POSTERN_CORPUS ?= $(abspath ../shared/corpus)

# Private PostgreSQL (and PgBouncer), Redis and S3 for the command that follows.
WITH_SERVERS := $(GO) run ./e2e/with postgres redis s3 --
GO_FILES = $$(git ls-files --cached --others --exclude-standard '*.go')
CLIENT_SOURCES := $(shell find static/src static/public static/index.html static/*.ts static/*.js static/*.json \
	-type f 2>/dev/null)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Building

.PHONY: client build run clean

client: static/dist/index.html ## build the web client into static/dist

build: client ## build the client and bin/postern
	$(GO) build -trimpath -ldflags "-s -w" -o bin/postern ./cmd/postern

run: build ## build, then start the demo on 127.0.0.1:8080 (SMTP on 2525)
	bin/postern demo

clean: ## remove what was built and installed (not the demo's data)
	rm -rf bin e2e/out static/node_modules e2e/browser/node_modules static/dist/assets static/dist/index.html

static/dist/index.html: static/node_modules/.package-lock.json $(CLIENT_SOURCES)
	$(NPM) --prefix static run build
	touch $@

# npm leaves this file behind when it is done; it is as new as the install.
%/node_modules/.package-lock.json: %/package-lock.json
	$(NPM) --prefix $* ci
	touch $@

## Testing

.PHONY: deps test test-go test-client test-long check e2e e2e-mutants bench bench-go corpus fuzz

deps: static/node_modules/.package-lock.json e2e/browser/node_modules/.package-lock.json ## install what the tests need from Debian and npm, where it is missing
	@.ci/deps

test: deps check test-client test-go e2e ## everything CI runs, under ten minutes

test-go: ## Go tests with the race detector, on private PostgreSQL and Redis
	$(WITH_SERVERS) $(GO) test -race ./...

test-client: static/node_modules/.package-lock.json ## the client's unit tests
	$(NPM) --prefix static test

test-long: deps build ## what takes longer: repeated and long Go tests, soak, chaos, fuzzing, mutants
	POSTERN_LONG=1 $(WITH_SERVERS) $(GO) test -race -count=3 -timeout 60m ./...
	POSTERN_HISTORIES=$(HISTORIES) POSTERN_STEPS=$(STEPS) $(GO) test -count=1 -timeout 60m -run '^(TestNonInterference|TestUnreadDoesNotDrift)$$' ./chat
	POSTERN_BIN=$(CURDIR)/bin/postern POSTERN_MAILS=$(MAILS) $(GO) run ./e2e/prove -only '^privacy-bytes$$'
	$(GO) run ./e2e/soak --minutes 20
	$(GO) run ./e2e/chaos
	$(MAKE) fuzz
	$(MAKE) e2e-mutants

check: static/node_modules/.package-lock.json ## format, vet, staticcheck, import rules, oxlint, types
	@unformatted=$$(gofmt -l $(GO_FILES)); \
	if [[ -n $$unformatted ]]; then echo "not formatted (gofmt -w):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test ./e2e/rules
	$(NPM) --prefix static run lint
	$(NPM) --prefix static run check

e2e: deps build ## prove the main job with real servers, browsers and mail; a short soak and a short round of faults
	POSTERN_BIN=$(CURDIR)/bin/postern $(GO) run ./e2e/prove
	POSTERN_BIN=$(CURDIR)/bin/postern $(GO) run ./e2e/soak
	POSTERN_BIN=$(CURDIR)/bin/postern $(GO) run ./e2e/chaos --lanes 2 --minutes 1 --rooms 24 --rate 100 --allow-skipped

e2e-mutants: deps build ## break the rule behind each proof; fail if the proof still passes
	$(GO) run ./e2e/prove --mutants

bench: client ## a round of each load run, on servers of its own; writes the table in docs/benchmarks.md
	$(GO) run ./e2e/load bench --write docs/benchmarks.md

bench-go: ## all Go benchmarks, on private PostgreSQL and Redis
	$(WITH_SERVERS) $(GO) test -run '^$$' -bench . -benchmem ./...

corpus: ## score the letter corpora (POSTERN_CORPUS)
	@$(GO) test -count=1 -v -run 'Corpus|Breadth|Strangers' ./mailgw/... ./cmd/postern | grep -E "corpus|FAIL|panic"

fuzz: ## fuzz every target for FUZZTIME
	@.ci/fuzz $(FUZZTIME)
