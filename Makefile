# Every command does its own set-up, into .venv/ and node_modules/, quietly when there is nothing to do.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
ARGS ?=
# Processes that the tests are spread over; 0 is none but pytest's own, where a debugger can stop.
WORKERS ?= 2
VENV := .venv
RUN := $(VENV)/bin/python
# PostgreSQL 13 to 17, for tests/postgres.
SERVERS := tests/postgres/servers
# Some machines export this; aws_cdk is then compiled anew in every process (seconds each).
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPATH :=

help:  ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 24

rehearse: $(VENV)/.rehearsal  ## a whole cutover between two real PostgreSQL servers on this machine; ARGS="--list"
	@$(RUN) -m rehearsal $(ARGS)

test: $(VENV)/.test node_modules/.installed $(SERVERS)/node_modules/.installed check  ## everything but checkov
	@tools/with-node $(RUN) -m pytest -n $(WORKERS) $(ARGS)

checkov: $(VENV)/.checkov $(VENV)/.test node_modules/.installed  ## checkov on all stacks of every settings file; CI runs it after the tests
	@tools/with-node $(RUN) -m pytest tests/infrastructure/checkov_rules.py $(ARGS)

check: $(VENV)/.test node_modules/.installed  ## format, lint, types, import direction: the fast part
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports --no-logo
	@$(VENV)/bin/mypy

format: $(VENV)/.test  ## rewrite the code in the one format
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

synth: $(VENV)/.test node_modules/.installed  ## all stacks of settings/example.toml into cdk.out/, without credentials
	@tools/with-node node_modules/.bin/cdk synth --quiet $(ARGS)

deploy-local: $(VENV)/.test node_modules/.installed  ## the CDK CLI deploys all stacks to an AWS stood in for, a cutover runs there, all is destroyed
	@$(RUN) -m rehearsal.deployment $(ARGS)

faults: $(VENV)/.rehearsal  ## faulted switches, each recorded, then docs/fault-matrix.md; ARGS="--list", "--count 100 --resume", "--other-ways"
	@$(RUN) -m rehearsal.faults $(ARGS)

bench: $(VENV)/.rehearsal  ## ten seeds of the happy path and of the naive way, with medians
	@$(RUN) benchmarks/seeds.py --results benchmarks/results/happy-path.json $(ARGS)
	@$(RUN) benchmarks/seeds.py --scenario naive-weighted-writes --results benchmarks/results/naive-weighted-writes.json $(ARGS) -- --duration 12

bench-pause: $(VENV)/.rehearsal  ## the write pause of the whole machine beside pg_easy_replicate's algorithm; ARGS="--runs 200 --growth"
	@$(RUN) benchmarks/pause.py $(ARGS)

bench-synth: $(VENV)/.test node_modules/.installed  ## synthesis of all stacks against a bare app, and its growth
	@tools/with-node $(RUN) benchmarks/synth.py --results benchmarks/results/synth.json $(ARGS)

bench-gate: $(VENV)/.rehearsal  ## throughput of 8 saturated writers behind an open gate against none
	@$(RUN) benchmarks/gate.py --results benchmarks/results/gate.json $(ARGS)

bench-preflight: $(VENV)/.rehearsal  ## time and memory of the preflight on 10,000 tables
	@$(RUN) benchmarks/preflight.py --results benchmarks/results/preflight.json $(ARGS)

mutants: $(VENV)/.test node_modules/.installed $(SERVERS)/node_modules/.installed  ## deliberate faults, one at a time, each with the tests that have to fail; ARGS="--only gate"
	@tools/with-node $(RUN) -m tools.mutants $(ARGS)

policies: $(VENV)/.test  ## rewrite docs/policies/ and docs/permissions.md from the templates of every settings file
	@for file in settings/*.toml tests/infrastructure/settings/*.toml; do \
	  CDK_VALIDATION=false CDK_OUTDIR=build/policies/$$(basename $$file .toml) \
	  CDK_CONTEXT_JSON="{\"settings\": \"$$file\", \"aws:cdk:bundling-stacks\": []}" \
	  tools/with-node $(RUN) app.py >/dev/null || exit 1; \
	done
	@$(RUN) -m tools.policies build/policies/*
	@tools/with-node $(RUN) -m tests.infrastructure.permissions

lock:  ## rewrite requirements/ from setup.py (needs uv)
	@tools/lock

clean:  ## remove what the commands above made
	rm -rf $(VENV) node_modules $(SERVERS)/node_modules cdk.out build rehearsal-report deploy-local-report *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python %d.%d is too old: 3.11 or newer is needed (make PYTHON=/path/to/python3.11)" % sys.version_info[:2])'
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.rehearsal: requirements/rehearsal.txt setup.py | $(VENV)/bin/python
	@echo "installing what a rehearsal needs ..."
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement $<
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt setup.py $(VENV)/.rehearsal
	@echo "installing what the tests need ..."
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement $<
	@touch $@

# An environment of its own: it wants other versions of what the functions use.
$(VENV)/.checkov: requirements/checkov.txt | $(VENV)/bin/python
	@echo "installing checkov ..."
	@$(VENV)/bin/python -m venv $(VENV)/checkov
	@$(VENV)/checkov/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement $<
	@touch $@

node_modules/.installed: package-lock.json $(VENV)/.rehearsal
	@tools/with-node npm ci --loglevel=error
	@touch $@

$(SERVERS)/node_modules/.installed: $(SERVERS)/package-lock.json $(SERVERS)/prepare.py $(VENV)/.rehearsal
	@echo "installing PostgreSQL 13 to 17 for the tests ..."
	@cd $(SERVERS) && $(CURDIR)/tools/with-node npm ci --ignore-scripts --loglevel=error
	@$(RUN) $(SERVERS)/prepare.py
	@touch $@

.PHONY: help rehearse test checkov check format synth deploy-local faults bench bench-synth bench-gate bench-pause bench-preflight mutants policies lock clean
