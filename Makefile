# The commands of the house. On a fresh machine each of them sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-parts test-ways test-contracts test-brokers test-brokers-oldest search coverage check chaos soak worlds lint types lock schemas commands pictures docs clean setup helm chart sbom audit image-replay test-pythons
.DEFAULT_GOAL := check

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@echo "Installing what requirements.lock pins into $(VENV): about a minute."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(READY)  ## Embedded broker, worker, alerting, a simulated brand and its crisis
	$(BIN)/tocsin demo

test: $(READY)  ## All tests: what computes, then what waits; those that need a real Kafka where a JDK and Maven are found
	$(MAKE) --no-print-directory test-parts
	$(MAKE) --no-print-directory -j2 --output-sync=target test-ways test-brokers

test-parts: $(READY)  ## Tests of the parts, in two processes, a file at a time
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/unit schemas pipeline agents lab

test-ways: $(READY)  ## The contracts of sources and sinks, and the commands; four at a time, as they mostly wait
	$(BIN)/python -m pytest -n 4 --dist worksteal tests/contracts tests/e2e

test-contracts: $(READY)  ## What every source and every sink keeps, alone
	$(BIN)/python -m pytest -n 6 --dist worksteal tests/contracts

test-brokers: $(READY)  ## Tests of the whole way on brokers, two files at a time
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/broker

test-brokers-oldest: $(READY)  ## The same on the oldest Kafka that is promised; CI runs the newest
	$(BIN)/python -m pytest tests/broker --kafka oldest

search: $(READY)  ## Properties of the parts by examples that nobody tried yet, others each time: some minutes
	$(BIN)/python -m pytest -n 2 --hypothesis-profile=search -m hypothesis tests/unit

coverage: $(READY)  ## Branches of pipeline/ that its unit tests take, four minutes; below 90 % it fails
	$(BIN)/coverage run -m pytest -m "not hypothesis" tests/unit pipeline
	$(BIN)/coverage report

chaos: $(READY)  ## Kills, freezes, cuts, wrong clocks, fuzz, a failing Slack: 12 minutes, a table
	PYTHONPATH=tests $(BIN)/python -m chaos $(CHAOS)

soak: $(READY)  ## A month of 200 brands in fast time, operations meanwhile; SOAK="--quick" for ten minutes
	PYTHONPATH=tests $(BIN)/python -m soak $(SOAK)

worlds: $(READY)  ## Own replays, and worlds by other hands (WORLDS="DIR …", DATA=DIR): ten minutes
	$(BIN)/tocsin evaluate --replays --size quick --out worlds-evaluation \
	  $(foreach world,$(WORLDS),--world $(world)) $(if $(DATA),--data $(DATA))

lint: $(READY)  ## Style, and what may import what
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(READY)
	$(BIN)/mypy

check: lint  ## What CI runs
	$(MAKE) --no-print-directory -j3 --output-sync=target test-parts types docs
	$(MAKE) --no-print-directory -j2 --output-sync=target test-ways test-brokers

lock: $(READY)  ## Renew requirements.lock: pinned and hashed, no registry named
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  --upgrade --group dev --extra reader --extra apprise --extra otel --extra pictures --extra postgresql pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  -c requirements.lock --extra reader --extra apprise --extra otel --extra pictures --extra postgresql pyproject.toml -o deploy/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  --group supply-chain -o deploy/supply-chain.lock
	echo hatchling | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --no-header -c requirements.lock - -o deploy/build.lock

schemas: $(READY)  ## Publish the JSON Schemas
	$(BIN)/tocsin schemas --write

commands: $(READY)  ## Write the page of commands anew
	$(BIN)/python docs/write_commands.py

pictures: $(READY)  ## Draw the pictures of README anew (CHROMIUM names the browser)
	$(BIN)/python docs/write_pictures.py $(CHROMIUM)
	$(BIN)/python docs/write_page_pictures.py $(CHROMIUM)

HELM := .cache/bin/helm
HELM_VERSION := v3.22.0

helm: $(HELM)  ## Build helm from its Go module, once: some minutes

$(HELM):
	GOBIN=$(CURDIR)/.cache/bin go install -ldflags=-w helm.sh/helm/v3/cmd/helm@$(HELM_VERSION)

chart: $(READY) $(HELM)  ## Copy rules and dashboards into the chart, and write its snapshots anew
	$(BIN)/python deploy/write_chart_files.py
	PYTHONPATH=tests $(BIN)/python -m support.helm

SUPPLY := .cache/supply-chain

$(SUPPLY)/.ready: deploy/supply-chain.lock
	$(PYTHON) -m venv --clear $(SUPPLY)
	$(SUPPLY)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

sbom: $(READY) $(SUPPLY)/.ready  ## What the image has inside: out/sbom.cdx.json, licences, checksums
	$(PYTHON) -m venv --clear --without-pip .cache/image
	$(BIN)/uv pip install --quiet --require-hashes --python .cache/image/bin/python -r deploy/requirements.lock
	mkdir -p out
	$(SUPPLY)/bin/cyclonedx-py environment .cache/image/bin/python --pyproject pyproject.toml \
	  --mc-type application --output-reproducible --of JSON -o out/sbom.cdx.json
	$(BIN)/python deploy/licences.py out/sbom.cdx.json > out/licences.txt
	cd out && sha256sum sbom.cdx.json licences.txt > SHA256SUMS && cat SHA256SUMS

audit: $(SUPPLY)/.ready  ## Known holes in what the image has inside; needs the advisories of PyPI
	$(SUPPLY)/bin/pip-audit --strict --require-hashes --disable-pip -r deploy/requirements.lock

image-replay: $(READY)  ## The steps of the Dockerfile without an engine: some minutes
	$(BIN)/python deploy/replay_image.py

PYTHONS := 3.11 3.12 3.13 3.14

test-pythons: $(READY)  ## Tests of the parts on every Python that is promised and found
	@for version in $(PYTHONS); do \
	  if ! python=$$($(BIN)/python deploy/find_python.py $$version); then echo "left out: Python $$version is not found"; continue; fi; \
	  echo "Python $$version"; \
	  $(BIN)/uv venv --quiet --clear --python $$python .cache/python-$$version && \
	  $(BIN)/uv pip install --quiet --require-hashes --python .cache/python-$$version/bin/python -r requirements.lock && \
	  $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python .cache/python-$$version/bin/python -e . && \
	  .cache/python-$$version/bin/python -m pytest -q tests/unit schemas pipeline agents lab || exit 1; \
	done

docs: $(READY)  ## Build the site into site/; a broken link or a page outside the navigation fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

clean:
	rm -rf $(VENV) site .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
