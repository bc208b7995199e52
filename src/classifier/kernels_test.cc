#include "classifier/kernels.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "classifier/narrow_products.h"

namespace cerebro {
namespace {

constexpr double kMaxError = 1e-10;  // normalised mean square; 1e-6 is the design's bound for f32

std::vector<float> random_values(size_t count, float deviation) {
  static std::mt19937 generator(7);
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> values(count);
  for (float& value : values) value = normal(generator);
  return values;
}

// sum((got - expected)^2) / sum(expected^2)
double error(const std::vector<float>& got, const std::vector<float>& expected) {
  double difference = 0, square = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    difference += (got[i] - expected[i]) * (got[i] - expected[i]);
    square += expected[i] * expected[i];
  }
  return difference / square;
}

TEST(Kernels, DenseAgrees) {
  const struct {
    size_t rows, in, out;
  } shapes[] = {{1, 16, 16}, {3, 17, 5}, {33, 128, 384}, {512, 128, 130}};
  for (const auto& [rows, in, out] : shapes) {
    const auto x = random_values(rows * in, 1);
    const auto weight = random_values(out * in, 0.3F);
    const auto bias = random_values(out, 1);
    const DenseView layer{weight.data(), bias.data(), in, out};
    for (const Activation activation : {Activation::kNone, Activation::kGelu, Activation::kGeluTanh,
                                        Activation::kRelu, Activation::kTanh}) {
      std::vector<float> expected(rows * out), got(rows * out);
      reference_kernels().dense(x.data(), rows, layer, activation, expected.data());
      fast_kernels().dense(x.data(), rows, layer, activation, got.data());
      EXPECT_LT(error(got, expected), kMaxError)
          << static_cast<int>(activation) << " rows " << rows;
    }
  }
}

TEST(Kernels, NarrowProductsAgree) {
  const struct {
    size_t rows, in, out, first, count;
  } shapes[] = {{1, 64, 3, 0, 3},       {9, 128, 384, 0, 384}, {8, 128, 384, 128, 256},
                {17, 512, 128, 0, 128}, {7, 96, 70, 32, 38},   {512, 128, 40, 0, 40}};
  for (const auto& [rows, in, out, first, count] : shapes) {
    const auto x = random_values(rows * in, 1);
    const auto weight = random_values(out * in, 0.3F);
    const NarrowWeights narrow(weight.data(), out, in);
    if (narrow.empty()) GTEST_SKIP() << "the processor lacks AVX-512 VNNI";
    const auto bias = random_values(count, 1);
    const DenseView wide{weight.data() + first * in, bias.data(), in, count};
    DenseView layer = wide;
    layer.narrow = &narrow;
    layer.narrow_first = first;
    std::vector<float> expected(rows * count), got(rows * count);
    reference_kernels().dense(x.data(), rows, wide, Activation::kNone, expected.data());
    fast_kernels().dense(x.data(), rows, layer, Activation::kNone, got.data());
    EXPECT_LT(error(got, expected), 1e-6) << rows << " x " << in << " x " << count;
  }
}

// The sum of 512 products of the largest steps is the largest that 32 bits hold.
TEST(Kernels, NarrowSumsDoNotOverflow) {
  for (const size_t in : {64, 128, 512}) {
    const std::vector<float> ones(in, 1), minus(in, -1), zeros(in, 0), tiny(in, 1e-38F);
    const NarrowWeights narrow(ones.data(), 1, in);
    if (narrow.empty()) GTEST_SKIP() << "the processor lacks AVX-512 VNNI";
    float sum = 0;
    narrow.multiply(ones.data(), 1, 0, 1, &sum);
    EXPECT_FLOAT_EQ(sum, static_cast<float>(in));
    narrow.multiply(minus.data(), 1, 0, 1, &sum);
    EXPECT_FLOAT_EQ(sum, -static_cast<float>(in));
    for (const auto& nothing : {zeros, tiny}) {
      narrow.multiply(nothing.data(), 1, 0, 1, &sum);
      EXPECT_EQ(sum, 0);
    }
  }
}

TEST(Kernels, NarrowWeightsAreOnlyMadeWhereBitsSuffice) {
  const std::vector<float> weight(1024, 1);
  for (const size_t in : {16, 32, 100, 1024}) {
    EXPECT_TRUE(NarrowWeights(weight.data(), 1, in).empty()) << in;
  }
}

TEST(Kernels, ActivationsAreFiniteAtTheExtremes) {
  const std::vector<float> x = {-1e30F, -1e4F, -100, -10, -1e-30F, 0, 1e-30F, 10, 100, 1e4F, 1e30F};
  const float one = 1, zero = 0;
  for (const Activation activation :
       {Activation::kNone, Activation::kGelu, Activation::kRelu, Activation::kTanh}) {
    std::vector<float> expected(x.size()), got(x.size());
    const DenseView identity{&one, &zero, 1, 1};
    reference_kernels().dense(x.data(), x.size(), identity, activation, expected.data());
    fast_kernels().dense(x.data(), x.size(), identity, activation, got.data());
    for (size_t i = 0; i < x.size(); ++i) {
      EXPECT_NEAR(got[i], expected[i], 1e-5 * std::max(1.0F, std::abs(expected[i]))) << x[i];
    }
  }
}

TEST(Kernels, NormalizeAgrees) {
  for (const size_t width : {16, 19, 128, 768}) {
    const auto gain = random_values(width, 1), shift = random_values(width, 1);
    const NormView norm{gain.data(), shift.data(), width, 1e-12F};
    auto expected = random_values(5 * width, 3);
    auto got = expected;
    reference_kernels().normalize(expected.data(), 5, norm);
    fast_kernels().normalize(got.data(), 5, norm);
    EXPECT_LT(error(got, expected), kMaxError) << width;
  }
}

TEST(Kernels, AttentionAgrees) {
  const struct {
    size_t queries, keys, heads, size;
  } shapes[] = {{1, 1, 1, 8}, {1, 70, 2, 8}, {64, 64, 4, 32}, {65, 200, 3, 20}, {512, 512, 2, 32}};
  for (const auto& shape : shapes) {
    const size_t queries = shape.queries, keys = shape.keys, heads = shape.heads, size = shape.size;
    const size_t width = heads * size;
    const auto q = random_values(queries * width, 2);
    const auto kv = random_values(keys * 2 * width, 1);  // keys and values side by side
    std::vector<float> expected(queries * width), got(queries * width);
    const auto run = [&](const Kernels& kernels, std::vector<float>& out) {
      std::vector<float> scores(kernels.score_floats(queries, keys));
      kernels.attend({q.data(), queries, width}, {kv.data(), keys, 2 * width},
                     {kv.data() + width, keys, 2 * width}, {heads, size}, scores.data(),
                     out.data());
    };
    run(reference_kernels(), expected);
    run(fast_kernels(), got);
    EXPECT_LT(error(got, expected), kMaxError) << queries << " x " << keys;
  }
}

}  // namespace
}  // namespace cerebro
