# Each goal does its own set-up in .venv; the set-up is done again when pyproject.toml has changed.

# The first of these that is Python 3.11 or newer; `make PYTHON=...` names another.
PYTHON ?= $(shell for python in python3.11 python3 python python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
VENV := .venv
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check
DEMO := .cache/demo
BUILT := $(DEMO)/build/balanced
GSDC := $(VENV)/bin/gsdc --project $(DEMO)
PLAN := .planning/phases/03-billing/03-02-PLAN.md

# The tests start Python some thousand times: without bytecode each start compiles half of gsdc.
unexport PYTHONDONTWRITEBYTECODE

# Thousands of small trees are written and deleted: in memory, where Linux has 6 GB of it to spare.
MEMORY := $(shell grep -qs ' /dev/shm [^ ]* [^ ]*noexec' /proc/mounts || \
	df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 6000000 {print "TMPDIR=/dev/shm"}')

PYTEST := $(MEMORY) $(VENV)/bin/python -m pytest --dist loadgroup

.PHONY: test test-slow test-all conformance-pairs conformance-latest demo bench clean

# Everything that a change may break, with a fifth of the many examples and without the real clients.
test: $(VENV)/with-tests
	$(PYTEST) -n 2 -m "not conformance and not slow and not left"

# What make test leaves out: the real clients (npm installs them into .cache/clients, pip LiteLLM into .cache/litellm,
# 3 GB), slow tests, the other cases of sampled tests, and property tests with all their examples. One worker more
# than there are cores: the real clients wait much.
test-slow: $(VENV)/with-tests
	GSDC_ALL=1 $(PYTEST) -n 3 -m "conformance or slow or hypothesis or left or thorough"

test-all: test test-slow

# Every shipped profile and fleet on the wire of the real clients, pair by pair: about an hour.
conformance-pairs: $(VENV)/with-tests
	$(VENV)/bin/python -m tests.conformance.matrix

# The alarm: the newest version of every client, what has moved, and which of the facts that are pinned hold no longer.
conformance-latest: $(VENV)/with-tests
	$(VENV)/bin/python -m tests.conformance.latest

demo: $(VENV)/with-gsdc
	@rm -rf $(DEMO) && mkdir -p .cache && cp -R tests/projects/demo $(DEMO)
	@echo "the project, a copy of tests/projects/demo:" && find $(DEMO) -type f | sort | sed 's/^/  /'
	$(GSDC) build --profile balanced
	$(GSDC) explain gsd-security-auditor --zone red
	@echo "the first change in opencode.jsonc, and the tasks of one plan before (<) and after (>):"
	@diff $(DEMO)/opencode.jsonc $(BUILT)/opencode.jsonc | head -n 4
	@diff $(DEMO)/$(PLAN) $(BUILT)/$(PLAN) | grep '<task '
	@echo "all of it lies in $(BUILT)/; its manifest.json says what is what"

bench: $(VENV)/with-bench
	$(VENV)/bin/python -m tests.bench

clean:
	rm -rf $(VENV) .cache build dist

$(VENV)/with-gsdc: pyproject.toml
	@test -n "$(PYTHON)" || { echo "gsdc needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/with-tests: $(VENV)/with-gsdc
	$(PIP) --editable '.[test]'
	@touch $@

$(VENV)/with-bench: $(VENV)/with-tests
	$(PIP) --editable '.[bench]'
	@touch $@
