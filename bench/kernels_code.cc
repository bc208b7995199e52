// From text to values: parsing with lowering, folding, name resolution, by the size of the input.

#include <benchmark/benchmark.h>

#include "behaviour/catalogue.h"
#include "behaviour/oracle.h"
#include "generated_code.h"
#include "resolve/resolver.h"
#include "syntax/fold.h"

namespace cerebro::bench {
namespace {

// How the time grows with the bytes.
void by_size(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("KB")->RangeMultiplier(8)->Range(1, 512)->Unit(benchmark::kMillisecond);
}

size_t bytes_of(const benchmark::State& state) { return static_cast<size_t>(state.range(0)) << 10; }

void parse_and_lower(benchmark::State& state, Language language, std::string code) {
  for (auto _ : state) {
    StringPool pool;
    benchmark::DoNotOptimize(parse(language, "a", code, pool, Limits{}));
  }
  state.SetBytesProcessed(static_cast<int64_t>(code.size()) *
                          static_cast<int64_t>(state.iterations()));
}

void parse_javascript(benchmark::State& state) {
  parse_and_lower(state, Language::kJavaScript, javascript(bytes_of(state)));
}
void parse_python(benchmark::State& state) {
  parse_and_lower(state, Language::kPython, python(bytes_of(state)));
}

void fold_texts(benchmark::State& state) {
  StringPool pool;
  const Limits limits;
  const Module module = parse(Language::kJavaScript, "a.js",
                              hidden_texts(static_cast<size_t>(state.range(0))), pool, limits);
  const Scopes scopes = Scopes::build(module, pool);
  size_t known = 0;
  for (auto _ : state) {
    Folder folder(module, scopes, pool, limits);
    known = 0;
    for (NodeId id = 0; id < module.nodes.size(); ++id) {
      if (module[id].kind == NodeKind::kAssign) known += folder.fold(module.child(id, 1)).is_text();
    }
  }
  state.counters["known"] = static_cast<double>(known);
}

void resolve_names(benchmark::State& state) {
  const std::string code = javascript(bytes_of(state));
  const CatalogueOracle oracle(Catalogue::builtin());
  const Package package;
  const Limits limits;
  for (auto _ : state) {
    state.PauseTiming();
    StringPool pool;
    Resolver resolver(package, pool, limits, oracle);
    resolver.add_unit(parse(Language::kJavaScript, "a.js", code, pool, limits));
    state.ResumeTiming();
    resolver.solve();
  }
}

BENCHMARK(parse_javascript)->Apply(by_size);
BENCHMARK(parse_python)->Apply(by_size);
BENCHMARK(fold_texts)->ArgName("texts")->RangeMultiplier(8)->Range(8, 512);
BENCHMARK(resolve_names)->Apply(by_size);

}  // namespace
}  // namespace cerebro::bench
