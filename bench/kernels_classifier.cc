// Products of the encoder's shapes, and whole windows by their length.

#include <benchmark/benchmark.h>

#include <vector>

#include "classifier/model.h"
#include "classifier/narrow_products.h"
#include "classifier/products.h"
#include "generated_code.h"

namespace cerebro::bench {
namespace {

constexpr size_t kRows = 512;  // the tokens of a batch

std::vector<float> values(size_t count) {
  std::vector<float> some(count);
  for (size_t i = 0; i < count; ++i) some[i] = static_cast<float>(i * 7919 % 2001) / 1000 - 1;
  return some;
}

void set_flops(benchmark::State& state) {
  const auto each = 2.0 * kRows * static_cast<double>(state.range(0) * state.range(1));
  state.counters["flops"] = benchmark::Counter(each, benchmark::Counter::kIsIterationInvariantRate);
}

void product_f32(benchmark::State& state) {
  const auto in = static_cast<size_t>(state.range(0)), out = static_cast<size_t>(state.range(1));
  const std::vector<float> x = values(kRows * in), weight = values(out * in);
  std::vector<float> y(kRows * out);
  for (auto _ : state) {
    multiply(kRows, out, in, 1, x.data(), in, {weight.data(), in, true}, y.data(), out);
    benchmark::DoNotOptimize(y.data());
  }
  set_flops(state);
}

void product_narrow(benchmark::State& state) {
  const auto in = static_cast<size_t>(state.range(0)), out = static_cast<size_t>(state.range(1));
  const std::vector<float> x = values(kRows * in), weight = values(out * in);
  const NarrowWeights narrow(weight.data(), out, in);
  if (narrow.empty()) return state.SkipWithError("the processor lacks AVX-512 VNNI");
  std::vector<float> y(kRows * out);
  for (auto _ : state) {
    narrow.multiply(x.data(), kRows, 0, out, y.data());
    benchmark::DoNotOptimize(y.data());
  }
  set_flops(state);
}

void pack_narrow(benchmark::State& state) {
  const auto in = static_cast<size_t>(state.range(0)), out = static_cast<size_t>(state.range(1));
  const std::vector<float> weight = values(out * in);
  for (auto _ : state) benchmark::DoNotOptimize(NarrowWeights(weight.data(), out, in));
}

void encoder(benchmark::State& state) {
  static const Result<Model> model = Model::load(CEREBRO_SOURCE_DIR "/models/cerebro");
  if (!model) return state.SkipWithError("no model");
  const std::vector<std::string> texts{sequence(static_cast<size_t>(state.range(0)))};
  for (auto _ : state) benchmark::DoNotOptimize(model->logits(texts));
  state.SetComplexityN(state.range(0));
}

void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"in", "out"});
  for (const auto& [in, out] : {std::pair{128, 384}, {128, 128}, {128, 512}, {512, 128}}) {
    benchmark->Args({in, out});
  }
}

BENCHMARK(product_f32)->Apply(shapes);
BENCHMARK(product_narrow)->Apply(shapes);
BENCHMARK(pack_narrow)->Apply(shapes);
BENCHMARK(encoder)->ArgName("tokens")->RangeMultiplier(2)->Range(16, 512);

}  // namespace
}  // namespace cerebro::bench
