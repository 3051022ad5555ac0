# reseller.toolkit: `make help` lists the targets.
#
# PYTHON=…        the Python for .venv (default: 3.13, else the newest from 3.11 on)
# ANSIBLE_CORE=…  the ansible-core to install, such as ansible-core==2.19.* (after `make clean`); the tools are then
#                 the newest that fit, not those of requirements-dev.lock

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: $(shell awk -F : '/^[a-z0-9-]+:/ {print $$1}' $(firstword $(MAKEFILE_LIST)))

PYTHON ?= $(shell tests/tools/find_python.sh)

SPACE := $(subst ,, )
VENV := $(CURDIR)/.venv
PY := $(VENV)/bin/python
PLACED := $(VENV)/collections/ansible_collections/reseller/toolkit
LOCK := requirements-dev.lock
CORE := $(if $(ANSIBLE_CORE),"$(ANSIBLE_CORE)",ansible-core -c $(LOCK))
TOOLS := $(if $(ANSIBLE_CORE),"$(ANSIBLE_CORE)" -r requirements-dev.txt,-r $(LOCK))
# uv takes seconds; pip, which came with Python, does the same where uv does not work.
INSTALL = $(VENV)/bin/uv pip install -q -p $(PY) $(1) 2>/dev/null || $(PY) -m pip install -q --disable-pip-version-check $(1)

export ANSIBLE_COLLECTIONS_PATH := $(VENV)/collections
export ANSIBLE_HOME := $(VENV)/ansible-home
export PATH := $(VENV)/bin:$(PATH)
unexport PYTHONHOME PYTHONPATH
# Without bytecode pytest would compile all tests in each process of each run.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

programs:
	@tests/tools/check_programs.sh

$(PY): | programs
	@python="$(PYTHON)" && test -n "$$python" && "$$python" -m venv $(VENV)
	@$(PY) -m pip install -q --disable-pip-version-check -c $(LOCK) uv || echo "uv can't be installed: pip is used"

$(VENV)/.demo: requirements.txt requirements-sandbox.txt $(LOCK) | $(PY)
	@echo "Installing what the demo needs into .venv"
	@$(call INSTALL,$(CORE) -r requirements.txt -r requirements-sandbox.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.demo
	@echo "Installing what tests, lint, docs and the package need into .venv"
	@$(call INSTALL,$(TOOLS))
	@touch $@

lock: setup ## write requirements-dev.lock again: the newest versions that requirements-dev.txt allows
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --upgrade --no-annotate \
	    --custom-compile-command "make lock" requirements-dev.txt -o $(LOCK)

place: | $(PY)
	@$(PY) tests/tools/place_collection.py

setup: programs $(VENV)/.dev place ## .venv with all the tools, the collection importable at .venv/collections

demo: programs $(VENV)/.demo place ## the whole provisioning scenario, twice, against the sandbox
	$(PY) tests/tools/demo.py

demo-launch: setup ## all services in one play, twice, against the sandboxes; leaves a report page; requires /usr/bin/chromium
	$(PY) tests/tools/demo_launch.py $(VENV)/launch

sandbox: $(VENV)/.demo ## a local reseller API; with ARGS="--service configcat" ConfigCat, with its console
	$(PY) -m sandbox $(ARGS)

check: setup ## ruff, mypy and the unit tests, in less than a minute
	ruff check
	ruff format --check
	$(MYPY)
	$(PY) -m pytest tests/unit -q -n $(WORKERS) $(ARGS)

# mypy in the placed copy, where the collection has its name.
MYPY = cd $(PLACED) && MYPYPATH=$(VENV)/collections mypy --cache-dir $(VENV)/.mypy_cache \
    -p ansible_collections.reseller.toolkit.plugins -p sandbox -p tests

# The exchanges of all sandboxes in the tests, checked against the contract afterwards.
EXCHANGES := $(VENV)/exchanges
OPERATIONS := docs/operations.md
# The fault table rows that `make test` covered. If present, `make faults` uses them instead of running them again.
ROWS := $(VENV)/rows.json
# More workers than processors: many tests wait for jobs, and those of faults wait for most of their time.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
WAITING_WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) '*' 3)
# The folders of the long suites, and the marks and folders of what `make test` leaves out.
FAULTS_IN := tests/faults tests/integration tests/kill tests/role tests/runners
LEFT_OUT := system browser node clients mariadb cores faults nightly
LEFT_OUT_IN := tests/browser tests/clients tests/kill tests/system
# Files whose tests are all of the long suite: to collect and deselect them would take seconds.
LONG_FILES = $(shell grep -ls '^pytestmark = .*pytest.mark.faults' tests/*/test_*.py)

test: setup ## every test that needs nothing but Python and the programs that the README names; then the contracts
	@rm -rf $(EXCHANGES) $(ROWS)
	EXCHANGE_LOG_DIR=$${EXCHANGE_LOG_DIR:-$(EXCHANGES)} \
	    $(PY) -m pytest tests $(patsubst %,--ignore=%,$(LEFT_OUT_IN) $(LONG_FILES)) -n $(WORKERS) --dist worksteal \
	    -m "not ($(subst $(SPACE), or ,$(LEFT_OUT)))" \
	    -p tests.support.scoreboard --keep-rows $(or $(if $(ARGS),/dev/null),$(ROWS)) $(ARGS)
	$(PY) -m tests.contract.report $${EXCHANGE_LOG_DIR:-$(EXCHANGES)} $(if $(ARGS),,--require reseller configcat peertube crossbrowsertesting dataflowkit departureboard --operations $(OPERATIONS))
	@echo "Left out: ansible-core 2.16 and 2.19. make test-cores runs them, where there is a Python for them."

operations: ## write docs/operations.md again, from the requests of the last `make test`
	$(PY) -m tests.contract.report $${EXCHANGE_LOG_DIR:-$(EXCHANGES)} --require reseller configcat peertube crossbrowsertesting dataflowkit departureboard --operations $(OPERATIONS) --write

test-system: setup ## the tests that need packages of the operating system, such as sshd
	$(PY) -m pytest tests -m system $(ARGS)

$(VENV)/node/.installed: tests/sdk/package.json | $(PY)
	@echo "Installing ConfigCat's SDKs for Node, PeerTube's program and what drives Firefox into .venv/node"
	@mkdir -p $(@D) && cp $< $(@D)
	@# Two targets that run at the same time need it.
	@flock $(@D) npm install --prefix $(@D) --no-package-lock --no-audit --no-fund --silent
	@touch $@

test-node: setup $(VENV)/node/.installed ## ConfigCat's SDKs for Node, and PeerTube's program, against the sandbox
	$(PY) -m pytest tests/sdk -m node -n $(WORKERS) $(ARGS)

test-browser: setup $(if $(shell command -v npm),$(VENV)/node/.installed) ## consoles and pages of the sandbox in real browsers: /usr/bin/chromium; with npm, firefox-esr too
	$(PY) -m pytest tests -m "browser and not nightly" $(ARGS)

pictures: setup ## take the pictures of the documentation again; requires /usr/bin/chromium
	WRITE_PICTURES=1 $(PY) -m pytest tests/browser/test_pictures.py -m browser

test-clients: setup ## drive the sandbox with schemathesis, generated clients and pypeertube; requires Java and the vendor's description
	$(PY) -m tests.clients.run $(ARGS)

COVERED := $(VENV)/coverage

coverage: setup ## branch coverage of plugins/ by the unit tests, compared with tests/coverage.json
	@rm -rf $(COVERED) && mkdir -p $(COVERED)
	$(PY) -m coverage run -m pytest tests/unit -q -n $(WORKERS)
	$(PY) -m coverage combine -q && $(PY) -m coverage json -q -o $(COVERED)/report.json
	$(PY) tests/tools/check_coverage.py $(COVERED)/report.json

test-cores: setup ## both ways to run on ansible-core 2.16 and 2.19, and every module on Python 3.9 with requests 2.25.1
	$(PY) -m pytest tests/runners -m "cores and not faults and not nightly" -n $(WORKERS) $(ARGS)
	MODULE_PYTHON=$$($(PY) -m tests.runners.cores) $(PY) -m pytest tests/integration/test_every_module.py -m "not nightly" -n $(WORKERS)

# Whether `make test` has left the rows that it covered; if so, they are not run again.
KEPT_ROWS = $(wildcard $(ROWS))
SCOREBOARD := $(VENV)/faults.md

faults: setup ## the fault table, row by row: the fault and its cost; compares it with docs/faults.md
	EXCHANGE_LOG_DIR=$${EXCHANGE_LOG_DIR:-$(EXCHANGES)} \
	    $(PY) -m pytest $(if $(KEPT_ROWS),$(FAULTS_IN),tests) -n $(WAITING_WORKERS) --dist worksteal \
	    -m "($(if $(KEPT_ROWS),,row or )faults) and not nightly and not cores" -p tests.support.scoreboard \
	    --scoreboard $(SCOREBOARD) --compare-with docs/faults.md $(if $(KEPT_ROWS),--kept-rows $(ROWS)) $(ARGS)

faults-full: export FAULT_EXAMPLES = 12
faults-full: faults ## the same with three times as many odd values

fault-table: ## write docs/faults.md again, from the last `make faults`
	cp $(SCOREBOARD) docs/faults.md

mutants: setup ## which single changes of the code no unit test notices; FILES="…" for some files, MINUTES=… (90) to stop earlier
	$(PY) -m tests.tools.mutants --minutes $(or $(MINUTES),90) $(FILES)

nightly: setup ## what takes too long for each change: more tests, faults-full, bench, mutants
	$(PY) -m pytest tests -n $(WORKERS) --dist worksteal -m nightly $(ARGS)
	$(MAKE) faults-full
	$(MAKE) bench
	$(MAKE) mutants

lint: setup ## ruff, mypy, ansible-lint (with yamllint), the changelog's fragments
	ruff check
	ruff format --check
	$(MYPY)
	cd $(PLACED) && ansible-lint --offline --profile production
	antsibull-changelog lint

format: setup ## let ruff fix and format the code
	ruff check --fix
	ruff format

sanity: setup ## ansible-test sanity
	cd $(PLACED) && $(PY) tests/tools/run_ansible_test.py sanity $(ARGS)

sanity-matrix: setup ## ansible-test sanity: compile and import on each Python that modules support, from 3.9 on
	cd $(PLACED) && $(PY) tests/tools/run_ansible_test.py matrix $(ARGS)

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
