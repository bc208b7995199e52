#include "augment.h"

#include <gmock/gmock.h>

#include <set>

#include "baselines.h"
#include "classifier/tokenizer.h"
#include "phrases.h"
#include "vocabulary.h"

namespace cerebro::train {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

const Entries kHost = {"start entry install, run at install, use url, end of entry",
                       "start entry run, check platform, end of entry"};
const Entries kGuest = {"start entry install, evaluate code at run-time, end of entry",
                        "start entry import, use network module call, end of entry"};

TEST(Phrases, KnowsStagesAndRoots) {
  EXPECT_EQ(stage_of(kHost[0]), Stage::kInstall);
  EXPECT_EQ(stage_of(kGuest[1]), Stage::kImport);
  EXPECT_EQ(stage_of("start entry unreached, use url, end of entry"), Stage::kUnreached);
  EXPECT_EQ(root_of("check platform"), "R2");
  EXPECT_EQ(roll_up("check platform"), "use operating system module call");
  EXPECT_EQ(roll_up("end of entry"), "end of entry");
  EXPECT_EQ(join_phrases(split_phrases(kHost[0])), kHost[0]);
}

TEST(Vocabulary, SpellsEveryPhraseInWholeWords) {
  const auto tokenizer = Tokenizer::create(make_vocabulary());
  ASSERT_TRUE(tokenizer);
  for (const std::string_view phrase : all_phrases()) {
    std::vector<int32_t> ids;
    tokenizer->append(phrase, ids);
    for (const int32_t id : ids) {
      EXPECT_FALSE(tokenizer->piece(id).starts_with("##")) << phrase;
      EXPECT_NE(id, tokenizer->unk()) << phrase;
    }
  }
  std::vector<int32_t> unheard;
  tokenizer->append("zyzzy7", unheard);
  EXPECT_EQ(unheard.size(), 6);
}

TEST(Augment, DropsBehavioursAndKeepsMarkers) {
  Rng rng(1);
  EXPECT_THAT(augment({kHost[0]}, {.drop = 1, .swap = 0, .roll_up = 0}, rng),
              ElementsAre("start entry install, end of entry"));
}

TEST(Augment, PartsKeepBordersAndOrder) {
  const Entries whole = {"start entry install, a, b, c, d, end of entry",
                         "start entry run, end of entry", "start entry run, e, f, end of entry"};
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Rng rng(seed);
    for (const std::string& entry : part_of(whole, rng)) {
      const Phrases phrases = split_phrases(entry);
      ASSERT_GE(phrases.size(), 3) << entry;
      EXPECT_EQ(phrases.back(), "end of entry");
      const std::string run = join_phrases({phrases.begin() + 1, phrases.end() - 1});
      const std::string& origin = phrases.front() == "start entry install" ? whole[0] : whole[2];
      EXPECT_NE(origin.find(run), std::string::npos) << entry;
      seen.insert(entry);
    }
  }
  EXPECT_EQ(seen.size(), 10 + 3);  // every run of four behaviours and of two
}

TEST(Augment, SwapsNeighbours) {
  Rng rng(1);
  EXPECT_THAT(augment({kHost[0]}, {.drop = 0, .swap = 1, .roll_up = 0}, rng),
              ElementsAre("start entry install, use url, run at install, end of entry"));
}

TEST(Augment, RollsUp) {
  Rng rng(1);
  EXPECT_THAT(augment({kHost[1]}, {.drop = 0, .swap = 0, .roll_up = 1}, rng),
              ElementsAre("start entry run, use operating system module call, end of entry"));
}

TEST(Augment, ImplantsKeepBothPackagesAndTheOrderOfStages) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng(seed);
    const Entries result = implant(kHost, kGuest, rng);
    std::string all;
    for (size_t i = 0; i < result.size(); ++i) {
      all += result[i];
      EXPECT_TRUE(result[i].starts_with("start entry "));
      EXPECT_TRUE(result[i].ends_with("end of entry"));
      EXPECT_LE(stage_of(result[i == 0 ? 0 : i - 1]), stage_of(result[i]));
    }
    for (const char* phrase : {"run at install", "use url", "check platform",
                               "evaluate code at run-time", "use network module call"}) {
      EXPECT_NE(all.find(phrase), all.npos) << phrase << " with seed " << seed;
    }
  }
}

TEST(Augment, GraftsAnEntryAtAStage) {
  Rng rng(1);
  const std::string entry = "start entry run, check platform, end of entry";
  EXPECT_THAT(graft({}, entry, Stage::kInstall, rng),
              ElementsAre("start entry install, check platform, end of entry"));
  const Entries inside = graft(kHost, entry, stage_of(kHost[0]), rng);
  ASSERT_EQ(inside.size(), kHost.size());
  EXPECT_NE(inside[0].find("check platform"), std::string::npos);
  EXPECT_EQ(inside[0].find("start entry run"), std::string::npos);
}

TEST(Ablate, RollsUpOrShufflesAlwaysAlike) {
  EXPECT_THAT(ablate({kHost[1]}, Ablation::kRoots),
              ElementsAre("start entry run, use operating system module call, end of entry"));
  const Entries shuffled = ablate(kHost, Ablation::kShuffle);
  EXPECT_EQ(shuffled, ablate(kHost, Ablation::kShuffle));
  EXPECT_THAT(split_phrases(shuffled[0]), UnorderedElementsAreArray(split_phrases(kHost[0])));
  EXPECT_EQ(ablate(kHost, Ablation::kNone), kHost);
}

TEST(Baselines, CountsRulesOfEarlyEntries) {
  EXPECT_EQ(count_rules(kGuest), 2);
  EXPECT_EQ(count_rules({"start entry import, use url, end of entry",
                         "start entry run, evaluate code at run-time, end of entry"}),
            0);
  EXPECT_EQ(count_rules({"start entry run, evaluate code at run-time, end of entry"}), 1);
}

TEST(Baselines, RegressionSeparatesByCounts) {
  Packages packages;
  for (int i = 0; i < 20; ++i) {
    LabelledPackage package;
    package.malicious = i % 2 == 0;
    package.entries = package.malicious ? kGuest : kHost;
    packages.push_back(package);
  }
  const PhraseRegression regression(packages);
  EXPECT_GT(regression.logit(kGuest), 1);
  EXPECT_LT(regression.logit(kHost), -1);
}

}  // namespace
}  // namespace cerebro::train
