# One word per habit; `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
# A new lock, a new version of the project's entry points, or a moved folder means a new installation; nothing else does.
STAMP := .venv/installed-$(shell { pwd; cat requirements.lock requirements-stubs.lock; \
	sed -n '/^\[project/,/^\[tool/p' pyproject.toml; } | cksum | cut -d ' ' -f 1)
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install
UV := .venv/lock-tools/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help setup fly test check ground bench flash docs lock clean

help: ## print these words
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r word line; do \
		printf '  make %-8s %s\n' "$$word" "$$line"; done

setup: $(STAMP) ## install everything into .venv (the only word that downloads; tests add one npm package where Node is)
	@:

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Samara needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Say which to use: make PYTHON=python3.12"; exit 1; }
	@echo "Installing into .venv (half a minute the first time)"
	@test -x $(BIN)/python && $(BIN)/python -c '' 2>/dev/null || rm -rf .venv
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
		echo "No virtual environment could be made: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	@rm -f .venv/installed-*
	@$(PIP) --require-hashes --no-deps -r requirements.lock
	@rm -rf .venv/stubs
	@$(PIP) --require-hashes --no-deps --target .venv/stubs -r requirements-stubs.lock
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

fly: setup ## fly the demonstration: the real firmware in virtual time, the ground station and its page on its serial port
	@$(BIN)/samara fly --page --open

test: setup ## run all tests on CPython, MicroPython, its 32-bit WebAssembly port, and in single precision
	@$(BIN)/python -m pytest -n auto --dist loadfile; pytest=$$?; $(BIN)/python -m tests.ports; ports=$$?; exit $$((pytest | ports))

check: setup ## format, lint, types, import rules, mpy-cross, generated documents
	@$(BIN)/python -m tests.checks

ground: setup ## the ground station: make ground URL=/dev/ttyUSB0
	@test -n "$(URL)" || { echo "Say where the radio is: make ground URL=/dev/ttyUSB0 (or socket://, udp://, file://)"; exit 2; }
	@$(BIN)/samara ground "$(URL)" $(if $(MISSION),--mission "$(MISSION)")

bench: setup ## measure speed, memory and the estimated cost on an RP2040
	@$(BIN)/python -m tests.benchmarks

flash: setup ## put the firmware and a mission on a board: make flash PORT=/dev/ttyACM0 MISSION=missions/first_flight.toml
	@test -n "$(PORT)" && test -n "$(MISSION)" || { \
		echo "Say which board and which mission: make flash PORT=/dev/ttyACM0 MISSION=FILE"; exit 2; }
	@$(BIN)/samara board flash "$(PORT)" --mission "$(MISSION)"

docs: setup ## write the generated documents again
	@$(BIN)/python -m ground.protocol_document
	@$(BIN)/python -m ground.board_document
	@$(BIN)/python -m ground.signals_document
	@$(BIN)/python -m ground.simulation_document
	@$(BIN)/python -m ground.release_document
	@$(BIN)/python -m ground.mission_document
	@$(BIN)/python -m ground.commands_document

lock: setup ## resolve the dependencies again into requirements*.lock and tests/wasm/package-lock.json
	@test -x $(UV) || { $(PYTHON) -m venv .venv/lock-tools && .venv/lock-tools/bin/python -m pip -qq install uv; }
	@$(COMPILE) --upgrade --group test pyproject.toml --output-file requirements.lock
	@$(COMPILE) --upgrade --group stubs --output-file requirements-stubs.lock
	@cd tests/wasm && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --silent

clean: ## remove .venv and everything made by the other words, except flight logs
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage tests/wasm/node_modules samara.egg-info
	@find firmware ground hardware tests -name __pycache__ -type d -prune -exec rm -rf {} +
