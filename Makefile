# Two commands need nothing installed before: `make chat` and `make test`.
# Both work in an environment of their own, .venv, so that no other package's `rag` or `eval` is overwritten.

PYTHON ?= python3
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help chat test check browser compiler clean

help:
	@echo "make chat   install, build the sample archive, open the chat on http://127.0.0.1:$(PORT)"
	@echo "make test   install what tests need and run everything"
	@echo "make clean  remove the environment and what was built"

chat: $(VENV)/.chat
	@$(BIN)/byline chat --sample --port $(PORT)

test: $(VENV)/.dev browser compiler check

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# The browser test drives an installed Chromium. It is installed here only for root in CI; anybody else is told how.
browser:
	@if command -v chromium chromium-browser google-chrome >/dev/null 2>&1; then :; \
	elif [ "$$CI" = true ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		apt-get update -q && apt-get install -y -q --no-install-recommends chromium; \
	else echo "No Chromium here: the browser test will be skipped. To run it: sudo apt-get install chromium"; fi

# The fault tests compile a small library. The same holds as for the browser.
compiler:
	@if command -v cc >/dev/null 2>&1; then :; \
	elif [ "$$CI" = true ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		apt-get update -q && apt-get install -y -q --no-install-recommends gcc libc6-dev; \
	else echo "No C compiler here: the fault tests will be skipped. To run them: sudo apt-get install gcc libc6-dev"; fi

$(VENV)/.chat: pyproject.toml | $(VENV)/bin/pip
	@echo "Installing Byline into $(VENV) (a few minutes the first time) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/pip
	@echo "Installing Byline and its test tools into $(VENV) (a few minutes the first time) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.chat

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name it: make chat PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Byline needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name a newer one: make chat PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make environments (no venv module). On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
