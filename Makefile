# `make up` on a machine with Python (3.11 to 3.14) and make is all that it takes; see README.md.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do command -v $$p && break; done)
BIN := .venv/bin
CODE := surefoot tools tests
WORKERS ?= 2

.PHONY: up setup setup-dev check test prove checker adapter lock clean help

up: setup ## install what is missing, start everything, print the address; Ctrl-C stops it all
	@exec $(BIN)/surefoot up

setup: ## install into .venv; the command is .venv/bin/surefoot
	@$(if $(PYTHON),$(PYTHON),echo "Surefoot needs Python 3.11 or newer. Run: sudo apt-get install python3 python3-venv"; false) tools/bootstrap.py

setup-dev: ## install what checks and tests need, too
	@$(if $(PYTHON),$(PYTHON),echo "Surefoot needs Python 3.11 or newer. Run: sudo apt-get install python3 python3-venv"; false) tools/bootstrap.py --dev

check: setup-dev ## style, types, import law, dependencies, generated documentation; needs no network
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/deptry surefoot
	$(BIN)/python tools/docs_check.py

test: check ## check, and all tests, two files at a time (WORKERS=4 for four)
	$(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadfile

prove: setup-dev ## the full-size runs; results go to docs/results
	$(BIN)/python tools/prove.py

checker: ## train the model that reads question and passage together anew; needs its training rows, and one to two hours
	@tools/checker/make.sh

adapter: setup-dev ## train what the language model is asked with anew; needs the same rows, the model, and two hours
	@tools/adapter/make.sh

lock: setup-dev ## resolve the dependencies anew
	$(BIN)/python tools/lock.py

clean: ## remove what checks and tests leave behind; data and .venv stay
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache build tests-output
	find surefoot tools tests -name __pycache__ -prune -exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' $(MAKEFILE_LIST)
