# polc: `make` lists the targets. Each installs what it needs and is quick when everything is there.
SHELL := /bin/sh
PATH := $(CURDIR)/build/node/bin:$(CURDIR)/build/tools:$(CURDIR)/node_modules/.bin:$(PATH)
export PATH
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup: ## install what is missing: system packages, Node.js, npm packages
	@scripts/setup

build: setup ## compile polc, the loader and the probe
	@npm run --silent build
	@$(MAKE) -s -C loader
	@$(MAKE) -s -C probe

demo: build ## the main job: policies to enforced packets and named logs (the lab needs root)
	@scripts/demo

test: build ## check the types of everything, and run all tests
	@npm run --silent typecheck
	@scripts/setup-tests
	@vitest run

bench: build ## measure the dataplane and the linter, in ratios to a baseline in the same run
	@npm run --silent bench

conformance: build ## run the published cases on the reference, the kernel and real packets
	@scripts/conformance-all

image: build ## put the agent's image together, without a container engine: build/polc-image.tar
	@$(MAKE) -s -C loader polc-loader-static
	@$(MAKE) -s -C cni
	@mkdir -p build
	@node scripts/image/oci.mjs build/polc-image.tar

format: setup ## format the TypeScript
	@prettier --log-level warn --write src rules test bench

clean: ## remove what was built
	@rm -rf dist build
	@$(MAKE) -s -C loader clean
	@$(MAKE) -s -C cni clean
	@$(MAKE) -s -C probe clean
	@$(MAKE) -s -C bench/dataplane clean
	@$(MAKE) -s -C bench/services clean

.PHONY: help setup build demo test bench conformance image format clean
