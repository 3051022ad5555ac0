# reseller.toolkit: `make help` lists the targets.
#
# PYTHON=…        the Python for .venv (default: the newest from 3.11 on)
# ANSIBLE_CORE=…  the ansible-core to install, such as ansible-core==2.19.* (after `make clean`)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: nightly help setup demo test test-system test-node test-browser test-clients faults mutants lint sanity units molecule changelog lines operations docs build sandbox bench bench-full format place clean

PYTHON ?= $(shell tests/tools/find_python.sh)
ANSIBLE_CORE ?= ansible-core>=2.16

VENV := $(CURDIR)/.venv
PY := $(VENV)/bin/python
PLACED := $(VENV)/collections/ansible_collections/reseller/toolkit
# pip does everything; uv, when it is installed and works, does it faster.
INSTALL = uv pip install -q -p $(PY) $(1) 2>/dev/null || $(PY) -m pip install -q --disable-pip-version-check $(1)

export ANSIBLE_COLLECTIONS_PATH := $(VENV)/collections
export ANSIBLE_HOME := $(VENV)/ansible-home
export PATH := $(VENV)/bin:$(PATH)
unexport PYTHONHOME PYTHONPATH

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(PY):
	@test -n "$(PYTHON)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements.txt requirements-sandbox.txt | $(PY)
	@echo "Installing what the demo needs into .venv"
	@$(call INSTALL,"$(ANSIBLE_CORE)" -r requirements.txt -r requirements-sandbox.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.demo
	@echo "Installing what tests, lint, docs and the package need into .venv"
	@$(call INSTALL,"$(ANSIBLE_CORE)" -r requirements-dev.txt)
	@touch $@

place: | $(PY)
	@$(PY) tests/tools/place_collection.py

setup: $(VENV)/.dev place ## .venv with all the tools, the collection importable at .venv/collections

demo: $(VENV)/.demo place ## the whole provisioning scenario, twice, against the sandbox
	$(PY) tests/tools/demo.py

sandbox: $(VENV)/.demo ## a local reseller API; with ARGS="--service configcat" ConfigCat, with its console
	$(PY) -m sandbox $(ARGS)

# The exchanges of all sandboxes in the tests, checked against the contract afterwards.
EXCHANGES := $(VENV)/exchanges
OPERATIONS := docs/operations.md
# The fault table rows that `make test` covered. If present, `make faults` uses them instead of running them again.
ROWS := $(VENV)/rows.json
# One more worker than processors, as many tests wait for jobs. The tests of faults wait for a third of their time.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
WAITING_WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) '*' 2)

test: setup ## every test that needs no browser, no npm, no database server and no system package; then the contracts
	@rm -rf $(EXCHANGES) $(ROWS)
	EXCHANGE_LOG_DIR=$${EXCHANGE_LOG_DIR:-$(EXCHANGES)} \
	    $(PY) -m pytest tests -n $(WORKERS) --dist worksteal -m "not system and not browser and not node and not clients and not mariadb and not faults and not nightly" \
	    -p tests.support.scoreboard --keep-rows $(or $(if $(ARGS),/dev/null),$(ROWS)) $(ARGS)
	$(PY) -m tests.contract.report $${EXCHANGE_LOG_DIR:-$(EXCHANGES)} $(if $(ARGS),,--require reseller configcat --operations $(OPERATIONS))

operations: ## write docs/operations.md again, from the requests of the last `make test`
	$(PY) -m tests.contract.report $${EXCHANGE_LOG_DIR:-$(EXCHANGES)} --require reseller configcat --operations $(OPERATIONS) --write

test-system: setup ## the tests that need packages of the operating system, such as sshd
	$(PY) -m pytest tests -m system $(ARGS)

$(VENV)/node/.installed: tests/sdk/package.json | $(PY)
	@echo "Installing ConfigCat's SDKs for Node into .venv/node"
	@mkdir -p $(@D) && cp $< $(@D)
	@npm install --prefix $(@D) --no-package-lock --no-audit --no-fund --silent
	@touch $@

test-node: setup $(VENV)/node/.installed ## ConfigCat's SDKs for Node evaluate against the sandbox
	$(PY) -m pytest tests/sdk -m node -n $(WORKERS) $(ARGS)

test-browser: setup ## the console of the sandbox in a real browser: /usr/bin/chromium
	$(PY) -m pytest tests -m browser $(ARGS)

test-clients: setup ## drive the sandbox with schemathesis and a generated client; requires Java and the vendor's description
	$(PY) -m tests.clients.run $(ARGS)

faults: setup ## the fault table, row by row: the fault and its cost; writes docs/faults.md
	EXCHANGE_LOG_DIR=$${EXCHANGE_LOG_DIR:-$(EXCHANGES)} \
	    $(PY) -m pytest tests -n $(WAITING_WORKERS) --dist worksteal -m "($(if $(wildcard $(ROWS)),,row or )faults) and not nightly" \
	    -p tests.support.scoreboard --scoreboard docs/faults.md $(if $(wildcard $(ROWS)),--kept-rows $(ROWS)) $(ARGS)

mutants: setup ## which single changes of the code no unit test notices; FILES="…" for some files, MINUTES=… (90) to stop earlier
	$(PY) -m tests.tools.mutants --minutes $(or $(MINUTES),90) $(FILES)

nightly: setup ## tests that take too long for each change: random histories, more cases of both ways to run
	$(PY) -m pytest tests -n $(WORKERS) --dist worksteal -m nightly $(ARGS)

lint: setup ## ruff, mypy, ansible-lint (with yamllint), the changelog's fragments
	ruff check
	ruff format --check
	cd $(PLACED) && MYPYPATH=$(VENV)/collections mypy --cache-dir $(VENV)/.mypy_cache \
	    -p ansible_collections.reseller.toolkit.plugins -p sandbox -p tests
	cd $(PLACED) && ansible-lint --offline --profile production
	antsibull-changelog lint

format: setup ## let ruff fix and format the code
	ruff check --fix
	ruff format

sanity: setup ## ansible-test sanity
	cd $(PLACED) && $(PY) tests/tools/run_ansible_test.py sanity $(ARGS)

units: setup ## the unit tests as ansible-test runs them, in a separate venv
	cd $(PLACED) && $(PY) tests/tools/run_ansible_test.py units $(ARGS)

molecule: setup ## converge, idempotence and verify of the role hosting against the sandbox
	cd $(PLACED)/extensions && PYTHONPATH=$(CURDIR) $(PY) $(CURDIR)/tests/tools/with_sandbox.py molecule test

changelog: setup ## generate CHANGELOG.md from the fragments, for the version in galaxy.yml
	antsibull-changelog release --update-existing --reload-plugins --refresh $(ARGS)

docs: setup ## the documentation as HTML in docs/_build
	antsibull-docs lint-collection-docs --plugin-docs $(PLACED)
	@rm -rf $(VENV)/docs-build docs/_build && mkdir -m 700 $(VENV)/docs-build && mkdir -p docs
	antsibull-docs sphinx-init --use-current --squash-hierarchy --fail-on-error --lenient --dest-dir $(VENV)/docs-build reseller.toolkit
	cd $(VENV)/docs-build && ./build.sh
	cp -r $(VENV)/docs-build/build/html docs/_build

build: setup ## the package in dist/, checked as Galaxy checks an upload
	@rm -rf dist
	cd $(PLACED) && ansible-galaxy collection build --output-path $(CURDIR)/dist
	cd dist && $(PY) -m galaxy_importer.main reseller-toolkit-*.tar.gz

lines: setup ## the lines of code that a service costs: make lines SERVICE=configcat
	@$(PY) tests/tools/count_lines.py $(SERVICE)

bench: setup ## measure requests, times and waiting, in less than 20 minutes; writes docs/performance.md
	$(PY) tests/bench/run.py $(ARGS)

bench-full: setup ## measure the largest fleets, which takes three hours, ARGS="--new 40" one; writes docs/performance_full.md
	$(PY) tests/bench/run.py --full $(ARGS)

clean: ## remove everything that make created here
	rm -rf .venv .ansible .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache dist docs/_build tests/bench/output tests/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
