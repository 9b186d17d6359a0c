# Everything is in scripts/; this file only gives it names.
# PYTHON may name another Python (3.11 or newer) for the virtual environment.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run test lint bench build lock

help:   ## this list
	@grep -E '^[a-z]+: +##' $(MAKEFILE_LIST) | sed 's/: *## */\t/'

run:    ## set up everything and run Vaandel with a demonstration organisation
	@$(PYTHON) scripts/run.py

test:   ## set up everything and run all checks and tests
	@$(PYTHON) scripts/test.py

lint:   ## only what takes seconds: style, templates, contracts, types, translations
	@$(PYTHON) scripts/test.py --only lint

bench:  ## measure pages and memory with generated data
	@$(PYTHON) scripts/prepare.py dev
	@.venv/bin/python -m benchmarks

build:  ## a wheel with the built front end, in dist/
	@$(PYTHON) scripts/build.py

lock:   ## write requirements/ again from pyproject.toml (needs uv)
	@$(PYTHON) scripts/lock.py
