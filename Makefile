# GNU make 3.81 (macOS) is enough. Everything is written under .venv, node_modules, .toolchain and build.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
RUN := tools/run
EVENTS ?= 20000
N ?= 600
SEED ?= 1
JOBS ?= 1
RUNS ?= 1000
# What set-up is doing, and since when; made once, when make reads this file.
STARTED := $(shell date +%s)
SAY = @echo "[$$(( $$(date +%s) - $(STARTED) )) s]
PY := $(RUN) .venv/bin/python
LOCK := .toolchain/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock'

.PHONY: help setup demo test lint format bench mutants faults soak clef evaluate evaluate-papers validation gas devnet pyz artifacts lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: .venv/.done .toolchain/.done ## install what is missing: Python packages, compiler, local chain
	$(if $(filter setup,$(MAKECMDGOALS)),$(SAY) ready: the command is .venv/bin/trialseal; make demo shows what it does",@:)

demo: setup ## a trial registered, amended, run, reported and verified on a local chain; an event dropped from a stream
	@$(PY) scripts/demo.py
	@echo; $(PY) scripts/demo_streams.py $(EVENTS) 4
	@echo; $(PY) scripts/demo_kits.py
	@echo; $(PY) scripts/demo_sharing.py

test: setup ## all tests
	$(PY) -m pytest $(ARGS)

lint: setup ## style and types of Python and Solidity; the committed artifacts are those of the contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(RUN) prettier --check 'contracts/**/*.sol'
	$(RUN) solhint --disc --noPoster --max-warnings 0 'contracts/**/*.sol'
	$(PY) tools/artifacts.py --check

format: setup ## rewrite Python and Solidity in the project's style
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .
	$(RUN) prettier --write 'contracts/**/*.sol'

bench: setup .toolchain/bench/.done ## measure the speeds that docs/ publishes; some of them: make bench ONLY=tree
	.venv/bin/python -m compileall -q src # as an installed package is
	$(PY) tests/benchmarks/measure.py $(ONLY)

mutants: setup .toolchain/mutation/.done ## put small faults into what verdicts rest on; the tests must see each: make mutants [N=600] [SEED=1]
	PYTHONPATH=$(CURDIR)/.toolchain/mutation/packages $(PY) tests/mutation/mutants.py --number $(N) --seed $(SEED) --jobs $(JOBS) --only '$(ONLY)' $(if $(MINUTES),--minutes $(MINUTES))

faults: setup ## an office against networks that fail, processes killed, blocks taken back: make faults [RUNS=1000] [SEED=1]
	$(PY) tests/faults/faults.py --runs $(RUNS) --seed $(SEED)

soak: setup ## as many such runs as ten minutes allow: make soak [SEED=1]
	$(PY) tests/faults/faults.py --runs 100000 --minutes 10 --seed $(SEED)

# Later releases of go-ethereum (1.17.5 for one) have no Clef. Compiling it takes some minutes.
clef: ## build Clef, an external signer, from the Go module proxy: its tests then run
	GOBIN=$(CURDIR)/.toolchain/bin go install github.com/ethereum/go-ethereum/cmd/clef@v1.17.0

evaluate: setup ## score the comparison of outcomes against human ratings: make evaluate [DATA=folder] [ARGS=--learn]
	$(PY) tests/evaluation/evaluate.py $(DATA) $(ARGS)

evaluate-papers: setup ## score the reading of whole articles against a key: make evaluate-papers PAPERS=folder [PDF=folder]
	$(PY) tests/evaluation/whole_papers.py $(PAPERS) $(addprefix --pdf ,$(PDF))

validation: setup ## run the tests that hold each requirement, and write docs/validation.md
	$(PY) tests/validation/validation.py

gas: setup ## measure the gas of each act and write docs/gas.md
	$(PY) scripts/gas.py

devnet: setup ## start a local chain that keeps its state
	@$(RUN) trialseal devnet up

pyz: setup ## pack build/trialseal.pyz, which verifies files and bundles where only Python 3.11 is installed
	@.venv/bin/python tools/pyz.py

artifacts: setup ## compile the contracts into src/trialseal/ledger/artifacts.json
	$(PY) tools/artifacts.py

lock: .venv/bin/python ## choose the newest allowed Python packages and write the lock files anew
	test -x .toolchain/uv/bin/uv || { .venv/bin/python -m venv .toolchain/uv && .toolchain/uv/bin/pip install --quiet uv; }
	$(LOCK) --all-extras --group dev pyproject.toml --output-file requirements.txt
	$(LOCK) --group node --output-file tools/node-requirements.txt
	$(LOCK) --no-deps --group bench --output-file tests/benchmarks/requirements.txt
	$(LOCK) --no-deps --group bench-source --output-file tests/benchmarks/source-requirements.txt
	$(LOCK) --group mutation --output-file tests/mutation/requirements.txt

clean: ## remove all that set-up, builds and tests made
	rm -rf .venv .toolchain node_modules build reports .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -f src/trialseal/core/*.so

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found: install one, or say make setup PYTHON=/path/to/python3" >&2; exit 1; }
	$(SAY) 1 of 5: an environment of $(PYTHON) in .venv"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
		echo "Python's venv module is incomplete: on Debian or Ubuntu, apt install python3-venv" >&2; exit 1; }

# brownie 1.22.2 is shipped compiled by mypyc, with faults that its Python sources beside do not have (network settings,
# coverage, state machines): the compiled modules go. They are found by path, since importing brownie writes into HOME.
.venv/.done: .venv/bin/python requirements.txt pyproject.toml hatch_build.py $(wildcard src/trialseal/core/*.[ch])
	$(SAY) 2 of 5: Python packages, pinned by their hashes: the longest step, a minute or more"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.txt
	@find .venv/lib -path '*/site-packages/brownie/*.so' -exec rm -f {} +
	$(SAY)         trialseal itself, and its C core where there is a compiler"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	$(SAY)         compiling the packages, so that commands start at once"
	@.venv/bin/python -m compileall -q -j 0 src .venv/lib || true # some packages carry files for other Pythons
	@touch $@

.toolchain/bin/node: | .venv/bin/python
	$(SAY) 3 of 5: Node, of this machine or from PyPI"
	@sh tools/setup-node.sh

node_modules/.done: package.json package-lock.json | .toolchain/bin/node
	$(SAY) 4 of 5: the Solidity compiler and a local chain, from npm"
	@PATH="$(CURDIR)/.toolchain/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

.toolchain/.done: node_modules/.done tools/setup-solidity.sh
	$(SAY) 5 of 5: putting them where brownie and trialseal look"
	@sh tools/setup-solidity.sh
	@touch $@

# What puts the faults in, apart from what the project runs with.
.toolchain/mutation/.done: .toolchain/.done tests/mutation/requirements.txt
	rm -rf .toolchain/mutation
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--target .toolchain/mutation/packages -r tests/mutation/requirements.txt
	@touch $@

# What the benchmarks compare with, and nothing else needs.
BENCH_PIP := .toolchain/bench/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
.toolchain/bench/.done: .toolchain/.done tests/benchmarks/requirements.txt tests/benchmarks/source-requirements.txt tests/benchmarks/package-lock.json
	$(PYTHON) -m venv --clear .toolchain/bench/venv
	$(BENCH_PIP) -r tests/benchmarks/requirements.txt
	$(BENCH_PIP) --no-build-isolation -r tests/benchmarks/source-requirements.txt
	cp tests/benchmarks/package.json tests/benchmarks/package-lock.json .toolchain/bench
	cd .toolchain/bench && PATH="$(CURDIR)/.toolchain/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@
