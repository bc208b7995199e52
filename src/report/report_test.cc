#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/human.h"
#include "report/json.h"
#include "report/printable.h"

namespace cerebro {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ScanReport example() {
  ScanReport report;
  report.target = "evil.tgz";
  report.ecosystem = Ecosystem::kNpm;
  report.name = "evil";
  report.version = "1.0.0";
  report.sha256 = "ab";
  report.decision = Decision::kMalicious;
  report.score = 0.99314999999;
  report.model = "m1";
  report.catalogue = "c1";
  report.words = {1.25, "a.js", {{3, 2, 0.5, "eval x"}}};
  const auto add = [&](const char* id, const char* file, double weight, const char* snippet) {
    ReportedBehaviour row;
    row.id = id;
    row.feature = "R5";
    row.phase = Phase::kInstall;
    row.file = file;
    row.line = 3;
    row.column = 7;
    row.snippet = snippet;
    row.sentence = std::string("Does ") + id + ".";
    row.weight = weight;
    row.path = {"postinstall", std::string(file) + ":<module>"};
    report.behaviours.push_back(row);
  };
  add("weak", "a.js", 0.1, "weak()");
  add("strong", "b.js", 0.000001, "elsewhere()");
  add("strong", "c.js", 2.5, "strong()");
  add("middle", "d.js", 1, "middle()");
  add("against", "e.js", -1, "against()");
  report.sequence = "start entry install, strong, end of entry";
  report.notes = {{Code::kManifestDuplicateKey, "\"name\"", "package.json"},
                  {Code::kSyntaxTimeout, "", "b.js"}};
  report.files = 5;
  report.bytes = 100;
  report.parsed_bytes = 90;
  report.ms[static_cast<size_t>(Stage::kParse)] = 0.5;
  report.total_ms = 1.23456;
  return report;
}

TEST(Json, HasTheFieldsOfTheDesignInItsOrder) {
  ScanReport report = example();
  report.behaviours.resize(1);
  const std::string expected =
      R"({"schema":"cerebro.scan/1","target":"evil.tgz","ecosystem":"npm","name":"evil",)"
      R"("version":"1.0.0","sha256":"ab","verdict":"malicious","score":0.99315,"model":"m1",)"
      R"("catalogue":"c1","behaviours":[{"id":"weak","feature":"R5","phase":"install",)"
      R"j("file":"a.js","line":3,"column":7,"snippet":"weak()","detail":"","weight":0.1,)j"
      R"("path":["postinstall","a.js:<module>"]}],)"
      R"("sequence":"start entry install, strong, end of entry","notes":[)"
      R"({"code":"E0204","message":"A manifest names the same key twice; the last one counts: )"
      R"(\"name\"","file":"package.json"},)"
      R"({"code":"E0304","message":"Parsing was stopped at its budget.","file":"b.js"}],)"
      R"("stats":{"files":5,"bytes":100,"parsed_bytes":90,"ms":{"other":0.0,"archive":0.0,)"
      R"("package":0.0,"parse":0.5,"lower":0.0,"scopes":0.0,"fold":0.0,"resolve":0.0,"layers":0.0,)"
      R"("extract":0.0,"sequence":0.0,"classifier":0.0,"report":0.0,"release":0.0,"total":1.235}},)"
      R"("words":{"weight":1.25,"file":"a.js","lines":[)"
      R"({"line":3,"column":2,"weight":0.5,"snippet":"eval x"}]}})";
  EXPECT_EQ(to_json(report), expected);
}

TEST(Json, IsValidWhateverThePackageHolds) {
  ScanReport report = example();
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  report.target = report.name = report.sequence = report.behaviours[0].snippet = all;
  report.notes[0].message =
      "\xed\xa0\x80 \xf4\x90\x80\x80 \xc0\x80";  // surrogate, too large, overlong
  report.score = -0.0;
  for (int indent : {-1, 2}) {
    const std::string text = to_json(report, indent);
    EXPECT_TRUE(nlohmann::json::accept(text));
    EXPECT_EQ(text.find('\n') == std::string::npos, indent < 0);
  }
  EXPECT_THAT(to_json(report), HasSubstr("\"score\":0.0,"));
  EXPECT_TRUE(nlohmann::json::accept(json_string(all)));
}

TEST(Printable, EscapesWhatATerminalWouldObey) {
  struct Row {
    std::string bytes;
    size_t columns;
    std::string shown;
  };
  const Row rows[] = {
      {"plain text", 80, "plain text"},
      {"\x1b[2J\x1b]0;title\x07", 80, "\\x1b[2J\\x1b]0;title\\x07"},
      {"a\r\nb\tc", 80, "a\\x0d\\x0ab\\x09c"},
      {"\xc2\x9b"
       "31m",
       80, "\\x9b31m"},                           // C1 control sequence introducer
      {"x \xe2\x80\xae y", 80, "x \\u{202e} y"},  // right-to-left override
      {"\xf3\xa0\x81\x81", 80, "\\u{e0041}"},     // tag character
      {"caf\xc3\xa9 \xe6\xbc\xa2", 80, "caf\xc3\xa9 \xe6\xbc\xa2"},
      {"\xff\xc3", 80, "\\xff\\xc3"},
      {"\xc0\xaf \xed\xa0\x80", 80, "\\xc0\\xaf \\xed\\xa0\\x80"},
      {"12345", 5, "12345"},
      {"123456", 5, "1234…"},
      {"1234\x1b", 5, "1234…"},
      {"", 5, ""},
  };
  for (const Row& row : rows) EXPECT_EQ(printable(row.bytes, row.columns), row.shown) << row.shown;
  EXPECT_EQ(printable_json("\"\xe2\x80\xae\xc2\x9b\xf3\xa0\x81\x81 caf\xc3\xa9\""),
            "\"\\u202e\\u009b\\udb40\\udc41 caf\xc3\xa9\"");
}

TEST(Human, ShowsTheVerdictAndTheThreeStrongestReasons) {
  const std::string text = to_human(example(), {});
  const std::string expected = R"(MALICIOUS  0.993  evil 1.0.0 (npm)  evil.tgz

  1. Does strong.  strong R5 +2.50
     c.js:3:7  at install: postinstall -> c.js:<module>
   >     3 | strong()
     and 1 more place

  2. Does middle.  middle R5 +1.00
     d.js:3:7  at install: postinstall -> d.js:<module>
   >     3 | middle()

  3. Does weak.  weak R5 +0.10
     a.js:3:7  at install: postinstall -> a.js:<module>
   >     3 | weak()
  also: against

  The words of the source speak against it (+1.25), most in a.js:3
   >     3 | eval x
  E0304 b.js: Parsing was stopped at its budget.
  E0204 package.json: A manifest names the same key twice; the last one counts: "name"

)";
  EXPECT_EQ(text, expected);
}

TEST(Human, OneLineForACleanPackageUnlessAllIsAskedFor) {
  ScanReport report = example();
  report.decision = Decision::kClean;
  report.notes.clear();
  EXPECT_EQ(to_human(report, {}), "CLEAN      0.993  evil 1.0.0 (npm)  evil.tgz\n");
  const std::string full = to_human(report, {.full = true});
  EXPECT_THAT(full, HasSubstr("b.js:3:7"));
  EXPECT_THAT(full, HasSubstr("Does against."));
}

TEST(Human, ColoursOnlyWhenAskedAndNeverFromThePackage) {
  ScanReport report = example();
  report.name = "\x1b[32mCLEAN";
  report.behaviours[2].snippet = "\x1b[1A\x1b[2K";
  EXPECT_THAT(to_human(report, {}), Not(HasSubstr("\x1b")));
  const std::string coloured = to_human(report, {.colour = true});
  EXPECT_THAT(coloured, HasSubstr("\x1b[1;31mMALICIOUS\x1b[0m"));
  EXPECT_THAT(coloured, Not(HasSubstr("\x1b[32m")));
  EXPECT_THAT(coloured, Not(HasSubstr("\x1b[2K")));
}

TEST(Human, ClipsLinesToTheWidth) {
  ScanReport report = example();
  report.behaviours[2].snippet = std::string(500, 'x');
  EXPECT_THAT(to_human(report, {.width = 60}), HasSubstr("| " + std::string(46, 'x') + "…\n"));
}

TEST(Human, BreaksLinesThatSayWhereAndWhat) {
  ScanReport report = example();
  report.target = "some/folder/below/the/working/directory/evil.tgz";
  ReportedBehaviour& row = report.behaviours[2];
  row.sentence = "Does something that takes a rather long sentence to say.";
  row.path = {"postinstall", "package.json:<module>", "c.js:<module>", "c.js:strong"};
  const std::string text = to_human(report, {.width = 50});
  EXPECT_THAT(text, HasSubstr(R"(MALICIOUS  0.993  evil 1.0.0 (npm)
  some/folder/below/the/working/directory/evil.tgz

  1. Does something that takes a rather long
     sentence to say.
     strong R5 +2.50
     c.js:3:7  at install: postinstall ->
       package.json:<module> -> c.js:<module> ->
       c.js:strong
)"));
  const std::string quiet = to_human(report, {.width = 50, .quiet = true});
  EXPECT_EQ(std::count(quiet.begin(), quiet.end(), '\n'), 1);
}

TEST(Human, SaysHowManyReasonsAreNotNamed) {
  ScanReport report = example();
  const ReportedBehaviour weak = report.behaviours[0];
  for (int i = 0; i < 20; ++i) {
    report.behaviours.push_back(weak);
    report.behaviours.back().id = "more." + std::to_string(i);
    report.behaviours.back().weight = -1 - i;
  }
  EXPECT_THAT(to_human(report, {.width = 60}),
              HasSubstr("\n  also: against, more.0, more.1, more.2, and 17 more\n"));
}

TEST(Human, ShowsACodeFrameWithACaret) {
  ScanReport report = example();
  ReportedBehaviour& row = report.behaviours[2];
  row.line = 10;
  row.excerpt = {"", "\tif (x) {", "\t\tconst e = strong(1);", "\t}", ""};
  row.excerpt_line = 8;
  row.excerpt_mark = 12;
  row.detail = "id\nwhoami\nls\npwd";
  EXPECT_THAT(to_human(report, {}), HasSubstr(R"(
         9 | if (x) {
   >    10 |  const e = strong(1);
           |            ^
        11 | }
       = id
       = whoami
       = ls
       = ...
)"));
  // A place far to the right of a long line is brought into view.
  row.excerpt = {std::string(150, 'a') + "strong(1)"};
  row.excerpt_line = 10;
  row.excerpt_mark = 150;
  const std::string narrow = to_human(report, {.width = 60});
  EXPECT_THAT(narrow, HasSubstr("| ..." + std::string(23, 'a') + "strong(1)\n           | " +
                                std::string(26, ' ') + "^\n"));
}

TEST(Human, QuietSaysOnlyWhatIsNotClean) {
  ScanReport report = example();
  EXPECT_EQ(to_human(report, {.quiet = true}), "MALICIOUS  0.993  evil 1.0.0 (npm)  evil.tgz\n");
  report.decision = Decision::kClean;
  EXPECT_EQ(to_human(report, {.quiet = true}), "");
}

TEST(Human, SaysWhatIsAcceptedAndWhatIsForbidden) {
  ScanReport report = example();
  report.suppressed = {"allow", "ticket 12"};
  std::string text = to_human(report, {});
  EXPECT_THAT(text, HasSubstr("accepted (allow): ticket 12"));
  EXPECT_THAT(text, Not(HasSubstr("Does strong.")));
  report.suppressed.reset();
  report.violations = {{"release-age", "Too young.", -1}};
  EXPECT_THAT(to_human(report, {}), HasSubstr("  Too young.\n"));
}

TEST(Human, TheSummaryHasTheWorstFirst) {
  Summary summary;
  EXPECT_EQ(summary.text({}), "");
  ScanReport report = example();
  report.decision = Decision::kSuspicious;
  report.name = "odd";
  summary.add(report);
  summary.add(example());
  report.decision = Decision::kClean;
  summary.add(report);
  EXPECT_EQ(summary.text({}), R"(verdict     score  package     strongest reason
malicious   0.993  evil 1.0.0  Does strong.
suspicious  0.993  odd 1.0.0   Does strong.

)");
}

TEST(Human, SumsUp) {
  Tally tally;
  for (Decision decision : {Decision::kClean, Decision::kMalicious, Decision::kClean})
    tally.add(decision);
  EXPECT_EQ(to_human(tally), "3 packages: 1 malicious, 2 clean\n");
  tally.add(Decision::kMalicious, true);
  EXPECT_EQ(to_human(tally), "4 packages: 2 malicious (1 accepted), 2 clean\n");
  tally = {};
  tally.add(Decision::kSuspicious, true);
  EXPECT_EQ(to_human(tally), "1 package: 1 suspicious (accepted)\n");
}

}  // namespace
}  // namespace cerebro
