#include "verdict/explain.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace cerebro {
namespace {

BehaviourId id_of(const char* id) {
  const BehaviourId behaviour = find_behaviour(id);
  EXPECT_NE(behaviour, kNoBehaviour) << id;
  return behaviour;
}

// One entry with a phrase for each of these behaviours; the last stands there twice.
Sequence sequence_of(const std::vector<const char*>& ids) {
  Sequence sequence;
  EntrySequence entry;
  entry.label = "postinstall";
  entry.phase = Phase::kInstall;
  entry.text = std::string(kStartEntry[0]);
  uint32_t phrase = 0;
  for (uint32_t i = 0; i < ids.size(); ++i) {
    const BehaviourId behaviour_id = id_of(ids[i]);
    entry.text += ", " + std::string(behaviour(behaviour_id).phrase);
    entry.occurrences.push_back({behaviour_id, kNoId, i, kNoId, ++phrase});
  }
  entry.occurrences.push_back(entry.occurrences.back());
  entry.text += ", " + std::string(kEndEntry);
  sequence.entries.push_back(std::move(entry));
  return sequence;
}

class Explain : public ::testing::Test {
 protected:
  const Result<Model> model_ = Model::load(CEREBRO_SOURCE_DIR "/tests/data/tiny_bert");
};

TEST_F(Explain, WeightIsTheFallOfTheLogit) {
  const Sequence sequence = sequence_of({"exec.lifecycle_hook", "read.environment", "net.url"});
  const Score score = model_->score(sequence.texts(), Limits{});
  const std::vector<double> weights = occlusion_weights(*model_, sequence, score);
  ASSERT_EQ(weights.size(), 4U);
  EXPECT_EQ(weights[2], weights[3]) << "all places of a behaviour are taken out together";

  const std::string& text = sequence.entries[0].text;
  const std::string phrase = ", " + std::string(behaviour(id_of("read.environment")).phrase);
  std::string without = text;
  without.erase(without.find(phrase), phrase.size());
  const auto logits = model_->logits({text, without});
  const auto margin = [](const std::vector<float>& l) {
    return static_cast<double>(l.size() > 1 ? l[1] - l[0] : l[0]);
  };
  EXPECT_NEAR(weights[1], margin(logits[0]) - margin(logits[1]), 1e-5);
}

TEST_F(Explain, NothingToWeigh) {
  const Sequence sequence;
  EXPECT_TRUE(occlusion_weights(*model_, sequence, model_->score({}, Limits{})).empty());
}

struct NoTaints final : TaintOracle {
  uint32_t taints_of_api(std::string_view) const override { return 0; }
  uint32_t taints_of_string(std::string_view) const override { return 0; }
  uint32_t taints_of_parameter(std::string_view) const override { return 0; }
};

// Code that is imported and run stands in two entries, and only one of them was judged malicious.
TEST_F(Explain, APlaceIsShownAsItWeighedMost) {
  const Package package;
  StringPool pool;
  const Limits limits;
  const NoTaints oracle;
  Resolver resolver(package, pool, limits, oracle);
  resolver.add_unit(parse(Language::kJavaScript, "m.js", "fetch(u)", pool, limits));
  resolver.solve();
  Behaviours behaviours;
  behaviours.events.emplace_back();
  behaviours.events[0].behaviour = id_of("net.request");
  behaviours.events[0].unit = 0;
  Sequence sequence;
  for (const Phase phase : {Phase::kImport, Phase::kRun}) {
    EntrySequence entry;
    entry.phase = phase;
    entry.occurrences.push_back({id_of("net.request"), 0, kNoId, kNoId, 1});
    sequence.entries.push_back(std::move(entry));
  }
  const auto shown = [&](const std::vector<double>& weights) {
    const auto rows = describe_behaviours(package, resolver, behaviours, sequence, weights, limits);
    EXPECT_EQ(rows.size(), 1U);
    return rows.at(0).phase;
  };
  EXPECT_EQ(shown({}), Phase::kImport);
  EXPECT_EQ(shown({0, 1.5}), Phase::kRun);
  EXPECT_EQ(shown({1.5, 1.5}), Phase::kImport);
}

TEST_F(Explain, FindingsOfTheManifestAreRows) {
  Package package;
  package.findings = {
      {"exec.lifecycle_hook", Phase::kInstall, "package.json", 7, std::string(500, 'x')}};
  const Sequence sequence = sequence_of({"exec.lifecycle_hook"});
  StringPool pool;
  const Limits limits;
  const NoTaints oracle;
  const Resolver resolver(package, pool, limits, oracle);
  const auto rows = describe_behaviours(package, resolver, {}, sequence, {2.5, 2.5}, limits);
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].id, "exec.lifecycle_hook");
  EXPECT_EQ(rows[0].file, "package.json");
  EXPECT_EQ(rows[0].line, 7);
  EXPECT_EQ(rows[0].phase, Phase::kInstall);
  EXPECT_EQ(rows[0].snippet.size(), limits.snippet_bytes);
  EXPECT_EQ(rows[0].weight, 2.5);
  EXPECT_EQ(rows[0].path, std::vector<std::string>{"postinstall"});
}

}  // namespace
}  // namespace cerebro
