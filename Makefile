# `make run` starts FocusFlow on a fresh clone; `make` lists what else there is.
# PORT, DATABASE_URL and all that .env.example names may be set: make run PORT=8001

python = .venv/bin/python
manage = $(python) manage.py
bin = .venv/bin
collected = staticfiles/staticfiles.json

.PHONY: help setup setup-dev run test faults lint scan check mutate-access bench format clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

setup: ## Make .venv and .env, where they are missing or outdated
	@bin/setup

setup-dev:
	@bin/setup --dev

run: setup $(collected) ## Set up, bring the database up to date, and serve
	@$(manage) migrate --verbosity 0
	@$(manage) first_account
	@$(manage) serve

# Compressing takes a while: only after an installation, and when our own files changed.
$(collected): .venv/installed-run $(shell find focusflow/static -type f)
	@echo "Collecting and compressing static files ..."
	@$(manage) collectstatic --noinput --verbosity 0
	@touch $@

.venv/installed-run: setup
	@:

test: setup-dev ## Run the tests: make test ARGS="-k habits"
	@$(python) -m pytest $(ARGS)

faults: setup-dev ## Kill processes, fill disks, and look what is lost: docs/faults.md
	@$(python) -m benchmarks.faults $(ARGS)

lint: setup-dev ## Check style and spelling
	$(bin)/ruff format --check
	$(bin)/ruff check
	find templates -name '*.html' -exec $(bin)/djade --check {} +
	$(bin)/codespell

scan: setup-dev ## Look for weaknesses, secrets, and licences that do not fit
	$(bin)/bandit --quiet --configfile pyproject.toml --recursive accounts focusflow habits tasks bin manage.py
	$(python) bin/find_secrets.py
	$(python) bin/list_licences.py

check: lint scan ## Check style, weaknesses, types, layers of imports, models and settings
	$(bin)/mypy .
	$(bin)/lint-imports
	$(manage) makemigrations --check --dry-run
	$(manage) check

mutate-access: setup-dev ## Count which lines that decide access the tests would miss (an hour)
	$(python) -m benchmarks.mutation $(ARGS)

bench: ## Measure the speed beside the documents' own stack and the limit (twenty minutes)
	@bin/setup --bench
	$(python) -m benchmarks.speed $(ARGS)

format: setup-dev ## Bring code and templates to the one format
	$(bin)/ruff check --fix
	$(bin)/ruff format
	find templates -name '*.html' -exec $(bin)/djade {} +

clean: ## Remove what was generated: .venv, caches, collected files; data and .env stay
	rm -rf .venv staticfiles .*_cache .hypothesis .coverage* .tests.*.xml
	find . -name __pycache__ -prune -exec rm -rf {} +
