# On a fresh clone with Python 3.11 (or newer), git and make, each target does all its set-up by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test postfix postgresql office browser package lint audit format soak bench docs lock clean

run: $(VENV)/.run ## the whole chain on invented listings: alerts in demo-output/
	$(BIN)/normwatch demo

test: $(VENV)/.dev ## all tests; those on real listings run where ../shared is there
	$(BIN)/python -m pytest

postfix: $(VENV)/.dev ## delivery to a real Postfix with STARTTLS, which is installed if it may be
	.ci/postfix

postgresql: $(VENV)/.dev ## the store, outbox and pages on a real PostgreSQL, which is installed if it may be
	.ci/postgresql

browser: $(VENV)/.dev ## the site in Chromium, which is installed if it may be
	.ci/browser

office: $(VENV)/.dev ## exported spreadsheets in LibreOffice, which is installed if it may be
	.ci/office

package: $(VENV)/.dev ## the sdist and the wheel, installed in an environment of their own
	.ci/package

lint: $(VENV)/.dev ## form, types, imports, spelling, security
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive normwatch spiders organisations store alerts web

audit: ## known flaws of the dependencies, from PyPI's advisories: needs the network
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip --disable-pip-version-check --quiet install pip-audit
	$(VENV)/audit/bin/pip-audit --disable-pip --no-deps --strict -r requirements.lock

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: $(VENV)/.dev ## thirty simulated days with everything that goes wrong, held against the truth: some minutes
	$(BIN)/python -m bench.soak

bench: $(VENV)/.dev ## figures, as ratios to a limit or a peer of the same run
	$(BIN)/python -m bench

docs: $(VENV)/.dev ## the reference pages that are made from the code
	$(BIN)/python -m docs.generate

lock: $(VENV)/.dev ## new versions within the ranges of pyproject.toml
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --constraint requirements.lock --group test --group lint --group package pyproject.toml -o requirements-dev.lock

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps -e .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf $(VENV) demo-output build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
