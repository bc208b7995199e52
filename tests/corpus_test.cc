// The cases of tests/corpus: small inert packages that each show one technique, with the behaviours
// expected of them, and benign twins that must not show the telling ones.
//
// After a change that is meant to change what is found: CEREBRO_UPDATE_CASES=1 corpus_test rewrites
// the `expect` sections; read the difference before committing it.

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "case_file.h"
#include "report/printable.h"
#include "scan/analysis.h"
#include "scan/deep_stack.h"

namespace cerebro {
namespace {

constexpr size_t kDetailColumns = 72;

struct Shown {
  std::string dump;  // "phase file:line behaviour detail", one line each, in the order of running
  std::set<std::string> behaviours;
};

std::string phase_of(const EntrySequence& entry) {
  return entry.unreached ? "unreached" : std::string(name(entry.phase));
}

Shown show(FileTree tree) {
  Shown shown;
  with_deep_stack([&] {
    const auto analysis = analyse(std::move(tree), Limits{});
    for (const EntrySequence& entry : analysis->sequence.entries) {
      for (const Occurrence& occurrence : entry.occurrences) {
        const std::string id(behaviour(occurrence.behaviour).id);
        shown.behaviours.insert(id);
        shown.dump += phase_of(entry) + " ";
        if (occurrence.finding != kNoId) {
          const ManifestFinding& finding = analysis->package.findings[occurrence.finding];
          shown.dump += finding.file + ":" + std::to_string(finding.line) + " " + id + "\n";
          continue;
        }
        const Event& event = analysis->behaviours.events[occurrence.event];
        const Unit& unit = analysis->resolver->unit(event.unit);
        shown.dump += unit.module.path + ":";
        shown.dump +=
            std::to_string(unit.module.position(event.offset).line + unit.line_offset) + " ";
        if (unit.layer_depth > 0) shown.dump += "layer" + std::to_string(unit.layer_depth) + " ";
        shown.dump += id;
        if (!event.detail.empty()) shown.dump += " " + printable(event.detail, kDetailColumns);
        shown.dump += "\n";
      }
    }
  });
  return shown;
}

class Corpus : public testing::TestWithParam<CaseFile> {};

TEST_P(Corpus, ShowsWhatItDoes) {
  const CaseFile& test = GetParam();
  const Shown shown = show(test.files);
  ASSERT_FALSE(test.list("telling").empty()) << test.path << ": names no telling behaviour";
  for (const std::string& behaviour : test.list("telling"))
    EXPECT_TRUE(shown.behaviours.contains(behaviour))
        << test.path << " misses " << behaviour << "\n"
        << shown.dump;
  if (update_cases()) return write_section(test, "expect", shown.dump);
  ASSERT_TRUE(test.sections.contains("expect")) << test.path;
  EXPECT_EQ(shown.dump, test.sections.at("expect")) << test.path;
}

TEST_P(Corpus, TwinDoesNot) {
  const CaseFile& test = GetParam();
  ASSERT_FALSE(test.twin.files.empty()) << test.path << ": has no benign twin";
  const Shown shown = show(test.twin);
  for (const std::string& behaviour : test.list("telling"))
    EXPECT_FALSE(shown.behaviours.contains(behaviour))
        << "the twin of " << test.path << " shows " << behaviour << "\n"
        << shown.dump;
}

std::string test_name(const testing::TestParamInfo<CaseFile>& info) {
  std::string name =
      info.param.path.parent_path().filename().string() + "_" + info.param.path.stem().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Corpus,
                         testing::ValuesIn(read_cases(CEREBRO_SOURCE_DIR "/tests/corpus")),
                         test_name);

}  // namespace
}  // namespace cerebro
