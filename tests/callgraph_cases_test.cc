// The cases of tests/callgraph: one language feature each, with the graph that a reader of the
// language would draw. Python cases expect PyCG's adjacency lists, written "caller: callee,
// callee"; JavaScript cases expect edges, "file.js:caller:line -> file.js:callee:line".
//
// `expect` is the truth. Where we know to be wrong, a `known` section lists the differences, each
// line an edge after "missing " or "extra "; the test fails when one is mended and still listed.
// At the end it prints precision and recall over all cases.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "callgraph/callgraph.h"
#include "case_file.h"
#include "scan/analysis.h"
#include "scan/deep_stack.h"

namespace cerebro {
namespace {

using Edges = std::set<std::string>;

struct Score {
  size_t right = 0, missing = 0, extra = 0, cases = 0, exact = 0;
};

Score& score_of(const std::string& language) {
  static std::map<std::string, Score> scores;
  return scores[language];
}

std::string language_of(const CaseFile& test) {
  return test.path.parent_path().filename().string();
}

Edges adjacency(const CallGraph& graph) {
  Edges edges;
  for (const auto& [caller, callees] : graph.callees) {
    for (const std::string& callee : callees) edges.insert(caller + ": " + callee);
  }
  return edges;
}

// "a: b, c" -> {"a: b", "a: c"}
Edges expected_adjacency(const std::string& text) {
  Edges edges;
  for (const std::string& line : lines_of(text)) {
    const size_t colon = line.find(": ");
    for (size_t at = colon + 2; colon != std::string::npos && at < line.size();) {
      const size_t comma = std::min(line.find(", ", at), line.size());
      edges.insert(line.substr(0, colon + 2) + line.substr(at, comma - at));
      at = comma + 2;
    }
  }
  return edges;
}

Edges edges_of(const CaseFile& test) {
  Edges edges;
  with_deep_stack([&] {
    const auto analysis = analyse(test.files, Limits{});
    const CallGraph graph = build_call_graph(*analysis->resolver, analysis->package);
    if (language_of(test) == "python") {
      edges = adjacency(graph);
    } else {
      for (const std::string& line : lines_of(to_edges(graph))) edges.insert(line);
    }
  });
  return edges;
}

class CallGraphCases : public testing::TestWithParam<CaseFile> {};

TEST_P(CallGraphCases, IsAsTheLanguageSays) {
  const CaseFile& test = GetParam();
  ASSERT_TRUE(test.sections.contains("expect")) << test.path;
  const std::string& text = test.sections.at("expect");
  Edges expected;
  if (language_of(test) == "python") {
    expected = expected_adjacency(text);
  } else {
    for (const std::string& line : lines_of(text)) expected.insert(line);
  }
  const Edges actual = edges_of(test);
  Score& score = score_of(language_of(test));
  std::string difference;
  for (const std::string& edge : expected) {
    if (actual.contains(edge)) {
      ++score.right;
    } else {
      ++score.missing;
      difference += "missing " + edge + "\n";
    }
  }
  for (const std::string& edge : actual) {
    if (expected.contains(edge)) continue;
    ++score.extra;
    difference += "extra " + edge + "\n";
  }
  ++score.cases;
  if (difference.empty()) ++score.exact;
  const auto known = test.sections.find("known");
  EXPECT_EQ(difference, known == test.sections.end() ? "" : known->second) << test.path;
}

std::string test_name(const testing::TestParamInfo<CaseFile>& info) {
  return language_of(info.param) + "_" + info.param.path.stem().string();
}

INSTANTIATE_TEST_SUITE_P(Cases, CallGraphCases,
                         testing::ValuesIn(read_cases(CEREBRO_SOURCE_DIR "/tests/callgraph")),
                         test_name);

class PrintScores : public testing::Environment {
  void TearDown() override {
    for (const char* language : {"python", "javascript"}) {
      const Score& score = score_of(language);
      std::printf("%s: %zu cases, %zu exact; precision %.1f %%, recall %.1f %% over %zu edges\n",
                  language, score.cases, score.exact, percent(score.right, score.extra),
                  percent(score.right, score.missing), score.right + score.missing);
    }
  }
  static double percent(size_t part, size_t rest) {
    return 100.0 * static_cast<double>(part) /
           static_cast<double>(std::max<size_t>(part + rest, 1));
  }
};
const testing::Environment* const kPrintScores = testing::AddGlobalTestEnvironment(new PrintScores);

}  // namespace
}  // namespace cerebro
