# Works with Python 3.11 (with venv) and make alone; everything stays in this folder.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: setup lock run test test-slow pythons wheel-test check bench faults kill fmt pictures texts
.PHONY: manifest parity papers docs walk audit

setup: $(STAMP)

$(STAMP): pyproject.toml requirements/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $(STAMP)

# Exact versions with hashes, for every Python and platform that pyproject.toml allows: what setup,
# CI and the image install. Whoever changes a dependency there runs `make lock` and commits both;
# what is locked stays as it is, unless UPGRADE=--upgrade or UPGRADE="--upgrade-package NAME".
UPGRADE ?=
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --system-certs --custom-compile-command "make lock"
lock:
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -x $(BIN)/uv || $(PIP) uv
	$(LOCK) $(UPGRADE) pyproject.toml --group dev -o requirements/dev.txt
	$(LOCK) -c requirements/dev.txt pyproject.toml -o requirements/run.txt
	$(LOCK) -c requirements/dev.txt --group build -o requirements/build.txt

# Known holes in what the lock names: asked of PyPI where it can be reached, else skipped and said.
audit: $(STAMP)
	.ci/audit

run: $(STAMP)
	$(BIN)/darkroom run

test: $(STAMP)
	$(BIN)/python -m pytest -n 3 --dist worksteal -q -m "not kill and not bench and not slow and not pythons"

# What takes more than a few seconds: real size, whole programs, long outages.
test-slow: $(STAMP)
	$(BIN)/python -m pytest -n 3 --dist worksteal -q -m "slow and not kill and not bench"

# The real program on every Python that is allowed and found on this machine.
pythons: $(STAMP)
	$(BIN)/python -m pytest -q -rs -m pythons tests/pythons

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m tests.bench

# What faults cost, as a table: docs/faults.md (about ten minutes)
faults: $(STAMP)
	$(BIN)/python -m tests.faults --out docs/faults.md

kill: $(STAMP)
	$(BIN)/python -m pytest -q -m kill

# What people see on Discord, on Slack, in the mask painter and on the page, and a refine that moves, from
# photographs, with Chromium
PHOTO ?= ../shared/images/kodim03.png
PLANE ?= ../shared/images/kodim20.png
MOVING ?= ../shared/images/kodim23.png
pictures: $(STAMP)
	$(BIN)/python -m tests.preview.discord $(PHOTO) docs
	$(BIN)/python -m tests.preview.slack $(PLANE) docs
	$(BIN)/python -m tests.preview.mask $(PHOTO) docs
	$(BIN)/python -m tests.preview.page $(MOVING) docs
	$(BIN)/python -m tests.preview.styles adapters/web/static

# What people read: every update at each door in each language, as a page
TEXTS ?= texts.html
texts: $(STAMP)
	$(BIN)/python -m tests.preview.texts $(TEXTS)

# From the declared jobs; a test holds both files to them.
manifest: $(STAMP)
	$(BIN)/python -m adapters.slack.manifest > manifest.yaml

parity: $(STAMP)
	$(BIN)/python -m bot.parity adapters/README.md

# The documentation's pages that are made of the code; the same test holds them.
papers: $(STAMP)
	$(BIN)/python -m bot.papers .

# The documentation as a site that works from a folder: site/index.html. Links are checked.
docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --clean
	$(BIN)/python -m tests.site site

# The wheel and the source archive, installed as people do on every Python that is allowed and here
wheel-test: $(STAMP)
	$(BIN)/python -m tests.wheels

# From a clone to a zip of pictures with nothing but README, in seconds
walk: $(STAMP)
	$(BIN)/python -m tests.walk

fmt: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
