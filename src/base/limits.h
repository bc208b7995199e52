#pragma once

// Every bound on what a hostile input can make us do, in one place. Counts decide before clocks
// do, so that two runs agree. A limit that is hit leaves a Note.

#include <cstddef>
#include <cstdint>

namespace cerebro {

struct Limits {
  // archive: the largest npm tarballs in the wide benign tree unpack to about 250 MB
  uint64_t packed_bytes = 1ULL << 30;
  uint64_t unpacked_bytes = 1ULL << 30;
  uint64_t file_bytes = 256ULL << 20;
  uint64_t archive_entries = 200'000;
  uint64_t ratio = 200;  // unpacked / packed, once past ratio_grace_bytes
  uint64_t ratio_grace_bytes = 16ULL << 20;
  size_t path_bytes = 4096;
  int archive_nesting = 1;  // archives inside the archive that are opened

  // lockfiles: that of the wide benign tree has 5 MB and 12,000 entries
  size_t lockfile_bytes = 64ULL << 20;  // with what it includes
  size_t lockfile_values = 2'000'000;   // of JSON, YAML or TOML
  int lockfile_depth = 64;
  size_t lockfile_entries = 200'000;
  size_t lockfile_includes = 64;

  // syntax
  uint64_t parse_bytes = 12ULL << 20;    // one source file; a byte of minified code costs about 140
  uint32_t nodes_per_file = 16'000'000;  // lowered nodes
  int syntax_depth = 1'000;              // nesting of expressions and statements
  uint64_t parse_steps = 0;              // 0: bounded by bytes alone

  // constant folding, per file
  uint64_t fold_steps = 2'000'000;
  // JavaScript that is run; a step takes about 20 ns. Of 1,982 malicious packages the one that
  // takes most to decode needs some 30 million.
  uint64_t fold_machine_steps = 40'000'000;
  // The same of all files together: several builds of one program cost little more than one.
  uint64_t fold_package_machine_steps = 44'000'000;
  size_t fold_value_bytes = 16ULL << 20;  // one folded value
  size_t fold_total_bytes = 64ULL << 20;
  int fold_depth = 200;
  int layers = 128;                  // nested decoded payloads
  size_t layer_bytes = 16ULL << 20;  // all decoded payloads of one package

  // resolve: a step takes about 50 ns
  uint64_t resolve_steps = 200'000'000;
  uint32_t values_per_name = 16;  // points-to set size

  // What cannot change the result is left out; 0: nothing is (docs/performance.md).
  int shortcuts = 1;

  // behaviour, sequence
  size_t events_per_package = 200'000;
  size_t sequence_phrases = 20'000;
  size_t snippet_bytes = 160;

  // classifier
  size_t windows = 256;

  // the process that reads one package: the last resort, where no count has stopped it. A hundred
  // times what the slowest package of the corpus takes; two runs agree where none of them is hit.
  uint64_t package_memory_bytes = 8ULL << 30;
  uint64_t package_cpu_ms = 300'000;
  uint64_t package_ms = 900'000;         // wall clock
  uint64_t result_bytes = 256ULL << 20;  // what it may answer
  uint64_t packages_per_worker = 64;     // then a fresh process takes over
};

}  // namespace cerebro
