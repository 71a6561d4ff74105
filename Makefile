# Works with Python 3.11 (with venv) and make alone; everything stays in this folder.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup run test test-slow check bench kill fmt pictures

setup: $(STAMP)

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $(STAMP)

run: $(STAMP)
	$(BIN)/darkroom run

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 -q -m "not kill and not bench and not slow"

# What takes more than a few seconds: real size, whole programs, long outages.
test-slow: $(STAMP)
	$(BIN)/python -m pytest -n 2 -q -m "slow and not kill and not bench"

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m tests.bench

kill: $(STAMP)
	$(BIN)/python -m pytest -q -m kill

# What a member sees on Discord, from a photograph, with Chromium: docs/discord*.webp
PHOTO ?= ../shared/images/kodim03.png
pictures: $(STAMP)
	$(BIN)/python -m tests.preview.discord $(PHOTO) docs

fmt: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
