#include "behaviour/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include "behaviour/catalogue_tables.h"

namespace cerebro {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const Catalogue& catalogue() { return Catalogue::builtin(); }

std::vector<std::string> classify(StringPlace place, std::string_view text) {
  std::vector<const StringRow*> rows;
  catalogue().classify(place, text, rows);
  std::vector<std::string> ids;
  for (const StringRow* row : rows) ids.emplace_back(row->id);
  return ids;
}

// ---- vocabulary -------------------------------------------------------------------------------

TEST(Vocabulary, BehavioursAreFoundByTheirId) {
  for (BehaviourId id = 0; id < behaviours().size(); ++id) {
    EXPECT_EQ(find_behaviour(behaviour(id).id), id);
  }
  for (const char* unknown : {"", "net", "net.urls", "zzz"}) {
    EXPECT_EQ(find_behaviour(unknown), kNoBehaviour) << unknown;
  }
}

TEST(Vocabulary, RootsCarryThePapersPhrases) {
  EXPECT_EQ(name(Root::kR1), "R1");
  EXPECT_EQ(name(Root::kP4), "P4");
  EXPECT_EQ(phrase(Root::kR1), "import operating system module");
  EXPECT_EQ(phrase(Root::kD3), "use url");
  EXPECT_EQ(phrase(Root::kP3), "use bash script");
  EXPECT_EQ(phrase(Root::kP4), "evaluate code at run-time");
}

TEST(Catalogue, VersionIsTwelveHexDigits) {
  EXPECT_THAT(std::string(catalogue().version()), ::testing::MatchesRegex("[0-9a-f]{12}"));
}

// ---- paths ------------------------------------------------------------------------------------

// Every path of the index leads to its rows; what it covers is covered whatever comes behind it.
TEST(Match, EveryPathOfTheIndexIsFound) {
  ASSERT_FALSE(tables::kPaths.empty());
  for (const tables::Path& path : tables::kPaths) {
    const Api api = static_cast<Api>(path.domain / 8);
    const Access access = static_cast<Access>(path.domain / 2 % 4);
    const auto match = [&](const std::string& text) {
      return path.domain % 2 != 0 ? catalogue().match_method(api, access, text)
                                  : catalogue().match(api, access, text);
    };
    const std::string text(path.text);
    const auto& rows = path.exact.empty() ? path.below : path.exact;
    EXPECT_EQ(match(text).data(), rows.data()) << text;
    if (!path.below.empty()) {
      // The dot ends a module in a path, but belongs to the name of a JavaScript package.
      const bool package_name = api == Api::kJavaScript && access == Access::kImport;
      EXPECT_EQ(match(text + "/none").data(), path.below.data()) << text;
      EXPECT_EQ(match(text + ".none").data() == path.below.data(), !package_name) << text;
      EXPECT_NE(match(text + "-none").data(), path.below.data()) << text;
    }
    for (const ApiRow* row : rows) EXPECT_EQ(row->access, access) << text;
  }
}

TEST(Match, NothingIsFoundForHostilePaths) {
  std::string deep = "a";
  for (int i = 0; i < 1'000'000; ++i) deep += ".a";
  for (const std::string& path : {std::string(), std::string("."), std::string("()"), deep,
                                  std::string("\0x", 2), std::string(1 << 20, '(')}) {
    for (const Access access : {Access::kCall, Access::kImport, Access::kRead, Access::kWrite}) {
      EXPECT_THAT(catalogue().match(Api::kJavaScript, access, path), IsEmpty());
      EXPECT_THAT(catalogue().match_method(Api::kPython, access, path), IsEmpty());
    }
  }
}

TEST(Conditions, AllPatternsCompile) {
  for (const std::string_view pattern : tables::kConditionPatterns) {
    EXPECT_TRUE(RE2(pattern, RE2::Latin1).ok()) << pattern;
  }
  EXPECT_FALSE(catalogue().matches(tables::kNoPattern, "x"));
}

// ---- texts ------------------------------------------------------------------------------------

struct StringExample {
  std::string_view id;
  StringPlace place;
  bool positive;
  std::string_view text;
};

#define API_EXAMPLE(id, api, positive, text)
#define STRING_EXAMPLE(id, place, positive, text) {id, StringPlace::place, positive, text},
constexpr StringExample kStringExamples[] = {
#include "catalogue_examples.inc"
};

TEST(Strings, AllPatternsCompile) {
  for (const tables::StringPattern& row : tables::kStringPatterns) {
    EXPECT_TRUE(RE2(row.pattern, RE2::Latin1).ok()) << row.pattern;
  }
}

TEST(Strings, ExamplesHold) {
  for (const StringExample& example : kStringExamples) {
    const auto ids = classify(example.place, example.text);
    if (example.positive) {
      EXPECT_THAT(ids, Contains(example.id)) << example.text;
    } else {
      EXPECT_THAT(ids, Not(Contains(example.id))) << example.text;
    }
  }
}

// The sieve must never hide what a pattern would find.
TEST(Strings, TheSieveHidesNothing) {
  std::vector<std::pair<std::string_view, std::unique_ptr<RE2>>> patterns;  // id, pattern
  for (size_t row = 0; row < tables::kStrings.size(); ++row) {
    if (tables::kStrings[row].place != StringPlace::kAny) continue;
    patterns.emplace_back(tables::kStrings[row].id,
                          std::make_unique<RE2>(tables::kStringPatterns[row].pattern, RE2::Latin1));
  }
  for (const StringExample& example : kStringExamples) {
    if (example.place != StringPlace::kAny || !example.positive) continue;
    std::string upper(example.text);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
    for (const std::string& text : {std::string(example.text), upper}) {
      const auto ids = classify(StringPlace::kAny, text);
      for (const auto& [id, pattern] : patterns) {
        EXPECT_EQ(std::ranges::count(ids, id), RE2::PartialMatch(text, *pattern)) << text;
      }
    }
  }
}

TEST(Strings, AnyRowsAreTriedAtEveryPlaceButNamesAndVariables) {
  const std::string key = "/home/x/.ssh/id_rsa";
  for (const StringPlace place :
       {StringPlace::kAny, StringPlace::kPath, StringPlace::kUrl, StringPlace::kCommand}) {
    EXPECT_THAT(classify(place, key), Contains("path.ssh"));
  }
  EXPECT_THAT(classify(StringPlace::kEnv, key), IsEmpty());
  EXPECT_THAT(classify(StringPlace::kName, key), IsEmpty());
}

TEST(Strings, LongTextsAreSearchedAtBothEnds) {
  const std::string key = " /home/x/.ssh/id_rsa ";
  const std::string filler(1 << 20, 'x');
  EXPECT_THAT(classify(StringPlace::kAny, key + filler), ElementsAre("path.ssh"));
  EXPECT_THAT(classify(StringPlace::kAny, filler + key), ElementsAre("path.ssh"));
  EXPECT_THAT(classify(StringPlace::kAny, key + filler + key), ElementsAre("path.ssh"));
}

TEST(Strings, ClassifyingIsThreadSafe) {
  std::vector<std::thread> threads;
  std::array<std::vector<std::string>, 4> results;
  for (auto& result : results) {
    threads.emplace_back([&] { result = classify(StringPlace::kPath, "~/.ssh/id_rsa"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
}

}  // namespace
}  // namespace cerebro
