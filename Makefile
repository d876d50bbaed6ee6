# Good Work. `make help` prints the targets.

SHELL := /bin/bash
GO    ?= go
# The snapshot's edition is dated by hand, so that building it again gives the same bytes.
SNAPSHOT_DATE ?= 2026-11-23
PUBLISHERS    ?= ../shared/publishers
VERSION       := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.DEFAULT_GOAL := help

## run: build and serve the dashboard on http://localhost:8080
.PHONY: run
run: build
	@exec bin/goodwork serve --store store $(ARGS)

## build: leave the binary at bin/goodwork
.PHONY: build
build: prerequisites assets
	@$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/goodwork ./cmd/goodwork

## test: run every test, those in a browser included
.PHONY: test
test: prerequisites assets
	$(GO) test -timeout 15m ./...

## check: lint and test, the whole of CI
.PHONY: check
check: lint test

## lint: formatting, vet and static checks
.PHONY: lint
lint: prerequisites assets
	@unformatted=$$($(GO) tool gofumpt -l cmd data dashboard indicators ingest); \
	if [ -n "$$unformatted" ]; then echo "not formatted; run make format:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

## format: put every Go file in its one form
.PHONY: format
format:
	$(GO) tool gofumpt -w cmd data dashboard indicators ingest

## assets: build the stylesheet and the chart bundle from pinned npm packages
.PHONY: assets
assets: node_modules/.installed
	@$(GO) run ./dashboard/assets/build

node_modules/.installed: package.json package-lock.json | prerequisites
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

## snapshot: compile the embedded figures from the publishers' files in PUBLISHERS
.PHONY: snapshot
snapshot: prerequisites assets
	$(GO) run ./cmd/goodwork snapshot --from $(PUBLISHERS) --date $(SNAPSHOT_DATE) --to data/snapshot

## screenshots: take pictures of every kind of page, to be looked at
.PHONY: screenshots
screenshots: build
	@bin/goodwork serve --store store --addr localhost:18080 & server=$$!; trap "kill $$server" EXIT; \
	for i in $$(seq 50); do curl -fs -o /dev/null http://localhost:18080/ && break; sleep 0.1; done; \
	$(GO) run ./dashboard/screenshots -url http://localhost:18080 -out screenshots $(ARGS)

## bench: time what docs/performance.md speaks of
.PHONY: bench
bench: assets
	$(GO) test -run '^$$' -bench . -benchmem ./...

## clean: remove what was built; the store of make run stays
.PHONY: clean
clean:
	rm -rf bin dashboard/dist node_modules

.PHONY: prerequisites
prerequisites:
	@missing=; \
	command -v $(GO) >/dev/null || missing="$$missing\n  Go 1.26 or later (https://go.dev/dl)"; \
	command -v $${CC:-cc} >/dev/null || missing="$$missing\n  a C compiler (Debian: apt-get install gcc g++)"; \
	command -v npm >/dev/null || missing="$$missing\n  npm and Node.js 20 or later (Debian: apt-get install npm)"; \
	if [ -n "$$missing" ]; then printf "To build this, install first:$$missing\n"; exit 1; fi

## help: print this list
.PHONY: help
help:
	@sed -n 's/^## \([a-z]*\): /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-10s %s\n", $$1, $$2}'
