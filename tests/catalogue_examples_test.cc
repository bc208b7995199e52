// Every example of catalogue/*.toml: each positive one must show its row's behaviour by that very
// row, no negative one may.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/catalogue.h"
#include "scan/analysis.h"
#include "scan/deep_stack.h"

namespace cerebro {
namespace {

struct ApiExample {
  std::string_view row;
  Api api;
  bool positive;
  std::string_view source;
};

constexpr ApiExample kApiExamples[] = {
#define API_EXAMPLE(row, api, positive, source) {row, Api::api, positive, source},
#include "behaviour/catalogue_examples.inc"
};

struct StringExample {
  std::string_view row;
  StringPlace place;
  bool positive;
  std::string_view text;
};

constexpr StringExample kStringExamples[] = {
#undef API_EXAMPLE
#define STRING_EXAMPLE(row, place, positive, text) {row, StringPlace::place, positive, text},
#include "behaviour/catalogue_examples.inc"
};

// A package of one file that shows the example to each language as its interpreter would see it.
FileTree package_of(const ApiExample& example) {
  FileTree tree;
  const auto add = [&](std::string path, std::string content) {
    tree.files.push_back({std::move(path), std::move(content), false, false});
  };
  switch (example.api) {
    case Api::kJavaScript:
      add("index.js", std::string(example.source));
      break;
    case Api::kPython:
      add("module.py", std::string(example.source));
      break;
    case Api::kShell:
      add("run.sh", std::string(example.source));
      break;
  }
  return tree;
}

std::set<std::string, std::less<>> rows_of(const ApiExample& example) {
  std::set<std::string, std::less<>> rows;
  with_deep_stack([&] {
    const auto analysis = analyse(package_of(example), Limits{});
    for (const Event& event : analysis->behaviours.events) rows.emplace(event.rule);
  });
  return rows;
}

TEST(CatalogueExamples, ApisAreFoundInCode) {
  for (const ApiExample& example : kApiExamples) {
    const auto rows = rows_of(example);
    if (rows.contains(example.row) == example.positive) continue;
    std::string found;
    for (const std::string& row : rows) found += " " + row;
    ADD_FAILURE() << example.row << (example.positive ? " misses:\n" : " must not fire on:\n")
                  << example.source << "\nfired:" << found;
  }
}

TEST(CatalogueExamples, StringsAreFoundInTheirPlace) {
  for (const StringExample& example : kStringExamples) {
    std::vector<const StringRow*> rows;
    Catalogue::builtin().classify(example.place, example.text, rows);
    const bool fired = std::any_of(rows.begin(), rows.end(),
                                   [&](const StringRow* row) { return row->id == example.row; });
    EXPECT_EQ(fired, example.positive) << example.row << ": " << example.text;
  }
}

}  // namespace
}  // namespace cerebro
