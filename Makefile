# What a person wants to do here; CMake does the work (CMakePresets.json).
BUILD := build/release
JOBS  ?= $(shell nproc)

.PHONY: all build run test bench bench-kernels fuzz test-train install deb static format clean

all: build

build:
	tools/setup.sh
	cmake --preset release
	cmake --build --preset release -j $(JOBS)

# The verdicts of the inert examples. Exit code 1 only says that some were found malicious.
run: build
	$(BUILD)/bin/cerebro scan --fail-on never $(sort $(wildcard examples/*/*/))

test: build
	ctest --preset release -j $(JOBS)

# docs/install.md: make install PREFIX=$HOME/.local; make deb
PREFIX ?= /usr/local
install: build
	cmake --install $(BUILD) --prefix $(PREFIX) --component program --strip
	cmake --install $(BUILD) --prefix $(PREFIX) --component library --strip

deb: build
	cd $(BUILD) && cpack -G DEB

# One program that needs no library (docs/install.md), tried in a root that holds nothing else.
static:
	tools/setup.sh --static
	cmake --preset static
	cmake --build --preset static -j $(JOBS)
	$(if $(filter 0,$(shell id -u)),,sudo) python3 tests/static_binary.py build/static/bin/cerebro

# What each step costs (bench/README.md): make bench TARGETS="--from list.txt"
TARGETS ?= $(sort $(wildcard examples/*/*/))
bench:
	tools/setup.sh
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target bench
	$(BUILD)/bin/bench $(TARGETS)

# The same of single kernels by the size of their input, with Google Benchmark.
bench-kernels:
	tools/setup.sh --bench
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target bench_kernels
	$(BUILD)/bin/bench_kernels --benchmark_out=$(BUILD)/kernels.json --benchmark_out_format=json

# Fuzzes every reader of untrusted bytes (docs/fuzzing.md), FUZZ_SECONDS each.
FUZZ_SECONDS ?= 3600
fuzz:
	tools/setup.sh --fuzz
	cmake --preset fuzz
	nice -n 10 cmake --build --preset fuzz -j $(JOBS) --target fuzz_targets
	nice -n 10 fuzz/run.sh $(FUZZ_SECONDS)

# The optional trainer: needs LibTorch, which the scanner does not.
test-train:
	tools/setup.sh --train
	cmake --preset train
	cmake --build --preset train -j $(JOBS) --target cerebro-train test-train

format:
	clang-format -i $$(git ls-files 'src/*.cc' 'src/*.h' 'train/*.cc' 'train/*.h')

clean:
	rm -rf build
