# Thin: every target only prepares the virtual environment and calls `workbench` or a checker.
# Without make: pip install -c requirements.lock -e . && workbench run
.DEFAULT_GOAL := help
.PHONY: help report test look lab check validation lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONUTF8 := 1

help:  ## what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/ -/; s/^/make /'

# One stamp per set of extras: installing is skipped until pyproject.toml or the lock changes.
$(VENV)/%.stamp: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "workbench: needs Python 3.11 or newer as $(PYTHON); say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "workbench: python3 has no venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/uv || { echo "Preparing the virtual environment .venv"; $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock uv; }
	@echo "Installing the exact versions of requirements.lock (a minute or two the first time)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c requirements.lock -e ".$(EXTRAS)"
	@touch $@

$(VENV)/core.stamp: EXTRAS :=
$(VENV)/lab.stamp: EXTRAS := [lab]
$(VENV)/test.stamp: EXTRAS := [test,spark]

report: $(VENV)/core.stamp  ## load the data at hand (it fetches 7 MB more if it can), run every notebook, write reports/index.html
	@$(BIN)/workbench run

lab: $(VENV)/lab.stamp  ## open the notebooks in JupyterLab
	@$(BIN)/workbench lab

test: $(VENV)/test.stamp  ## run all tests
	@OPENBLAS_NUM_THREADS=1 POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

look: $(VENV)/test.stamp  ## open every page of reports/ in a browser and name its faults
	@WORKBENCH_LOOK="$${WORKBENCH_REPORTS:-reports}" $(BIN)/python -m pytest tests/report/test_every_page.py

check: $(VENV)/test.stamp  ## style and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

validation: $(VENV)/test.stamp  ## set our numbers beside published ones in docs/validation.md
	@$(BIN)/python tests/validation/page.py

calibrate: $(VENV)/core.stamp  ## try every method on simulated data whose truth is known (minutes)
	@$(BIN)/workbench calibrate

lock: $(VENV)/test.stamp  ## renew requirements.lock from pyproject.toml
	@{ echo '# Exact versions, made by `make lock` from pyproject.toml. The commands install with these as constraints.'; \
	  $(BIN)/uv pip compile --quiet --universal --upgrade --all-extras --group tools --no-annotate --no-header pyproject.toml; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

clean:  ## remove what can be rebuilt (never data/raw or data/private)
	rm -rf $(VENV) data/processed/*/ reports/*/ reports/*.html reports/*.csv
