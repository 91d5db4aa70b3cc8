# make run    set up, publish the examples and serve them
# make test   set up and run the tests
# make web    build the editor of the query page (needs Node.js 18+ and npm; without it the page is a plain form)
# Needs Python 3.11+ with venv, make and git; nothing else.

PYTHON ?= python3
VENV := .venv
CKAN := .venv-ckan
BIN := $(VENV)/bin
PORT ?= 8000
# The examples get folders of their own: they must never mix with a real corpus in ./state and ./releases.
DEMO := PRAKTYKI_STATE_DIR=demo/state PRAKTYKI_RELEASES_DIR=demo/releases $(BIN)/praktyki --config examples/praktyki.toml

.PHONY: help run test check harvester web lock lock-web clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

$(VENV)/.run: requirements/run.txt pyproject.toml
	@echo "== Making the environment in $(VENV) (once; needs a minute)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else 0'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "== Adding what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# What reads the catalogue as a portal does (CKAN with ckanext-dcat): too heavy, and pinned too firmly, for the one above.
$(CKAN)/.made: requirements/ckan.txt
	@echo "== Making the environment of the harvester in $(CKAN) (once; needs a minute)"
	@test -x $(CKAN)/bin/python || $(PYTHON) -m venv $(CKAN)
	@$(CKAN)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/ckan.txt
	@touch $@

harvester: $(CKAN)/.made

run: $(VENV)/.run
	@echo "== Publishing the examples (examples/ -> demo/releases/)"
	@$(DEMO) publish examples
	@echo "== Serving them at http://127.0.0.1:$(PORT) (Ctrl+C stops)"
	@echo "   Look at:  http://127.0.0.1:$(PORT)/           the practices"
	@echo "             http://127.0.0.1:$(PORT)/query      a SPARQL query"
	@echo "             http://127.0.0.1:$(PORT)/dumps/     the files of the release"
	@echo "             demo/state/report/validation.html   why two of the pages were set aside"
	@echo "   Your own pages:  $(BIN)/praktyki units fetch && $(BIN)/praktyki publish DIR"
	@$(DEMO) serve --port $(PORT)

test: $(VENV)/.dev
	@echo "== Running the tests"
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not clock"
	@echo "== Running the tests that watch the clock, one after the other"
	@$(BIN)/python -m pytest -q -m clock
	@echo "== Passed. Next: 'make run' to see it, 'make check' for the linters, docs/architecture.md for the way through the house."

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

web: endpoint/static/editor.js

endpoint/static/editor.js: web/package-lock.json web/editor.js web/editor.css
	cd web && npm ci --silent && npm run build --silent

# Made with uv (not part of the environment): pip install uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --override requirements/ckan.override.txt requirements/ckan.in -o requirements/ckan.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/dev.txt requirements/clients.in -o requirements/clients.txt

# The lock files of npm hold hashes and no address at all.
lock-web:
	for folder in web tests/clients; do \
	  (cd $$folder && rm -rf node_modules package-lock.json && npm install --package-lock-only --silent) || exit 1; \
	done
	node web/lock.mjs web tests/clients

clean:
	rm -rf web/node_modules tests/clients/node_modules endpoint/static/editor.js endpoint/static/editor.css
	rm -rf $(VENV) $(CKAN) demo build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
