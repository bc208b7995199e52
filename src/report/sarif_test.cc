#include "report/sarif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/place.h"
#include "report/writer.h"

namespace cerebro {
namespace {

using Json = nlohmann::json;

ScanReport report() {
  ScanReport out;
  out.target = "vendor/a b#c.tgz";
  out.ecosystem = Ecosystem::kNpm;
  out.name = "@scope/evil";
  out.version = "1.0.0";
  out.sha256 = std::string(64, 'a');
  out.decision = Decision::kMalicious;
  out.score = 0.99;
  out.root = "package/";
  ReportedBehaviour row;
  row.id = "net.send";
  row.feature = "D2";
  row.phase = Phase::kInstall;
  row.file = "package/lib/\xc3\xa9 x.js";
  row.line = 7;
  row.column = 9;
  row.character = 8;
  row.snippet = "send()";
  row.detail = "{0} [x](y)";
  row.sentence = "Sends data.";
  row.weight = 1;
  row.path = {"postinstall", "setup.js:<module>", "lib/\xc3\xa9 x.js!layer1:send"};
  row.path_lines = {0, 3, 1};
  out.behaviours = {row};
  return out;
}

Json run_of(const ScanReport& one) {
  WriterOptions options;
  options.source_root = "/work/tree";
  options.version = "0.1.0";
  SarifLog log(options);
  log.add(one);
  return Json::parse(log.text())["runs"][0];
}

TEST(Sarif, PlacesAreEncodedAndRelative) {
  const Json run = run_of(report());
  const Json& result = run["results"][1];
  const Json& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "vendor/a%20b%23c.tgz!/package/lib/%C3%A9%20x.js");
  EXPECT_EQ(place["artifactLocation"]["uriBaseId"], "SRCROOT");
  EXPECT_EQ(place["region"]["startColumn"], 8) << "code points, not bytes";
  EXPECT_THAT(result["message"]["text"], ::testing::HasSubstr("{{0}} \\[x\\](y)"));
}

TEST(Sarif, TheCodeFlowIsTheCallPath) {
  const Json run = run_of(report());
  const Json& steps = run["results"][1]["codeFlows"][0]["threadFlows"][0]["locations"];
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0]["location"]["message"]["text"], "postinstall -> setup.js:<module>");
  EXPECT_EQ(steps[0]["location"]["physicalLocation"]["region"]["startLine"], 3);
  // The lines of a decoded layer are not those of a file.
  EXPECT_EQ(steps[1]["location"]["physicalLocation"]["region"]["startLine"], 7);
}

TEST(Sarif, ALockfileIsTheLocation) {
  ScanReport one = report();
  one.target = "npm:@scope/evil@1.0.0";
  one.origin_file = "package-lock.json";
  one.origin_line = 12;
  const Json run = run_of(one);
  for (const Json& result : run["results"]) {
    const Json& place = result["locations"][0]["physicalLocation"];
    EXPECT_EQ(place["artifactLocation"]["uri"], "package-lock.json");
    EXPECT_EQ(place["region"]["startLine"], 12);
    EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 7);
  }
}

TEST(Sarif, FingerprintsStayWhenLinesMove) {
  ScanReport moved = report();
  moved.behaviours[0].line = 70;
  moved.behaviours[0].snippet = "send( )";
  ScanReport changed = report();
  changed.behaviours[0].snippet = "send(all)";
  const auto of = [](const ScanReport& one) {
    return run_of(one)["results"][1]["partialFingerprints"];
  };
  EXPECT_EQ(of(report()), of(moved));
  EXPECT_NE(of(report()), of(changed));
}

TEST(Sarif, AcceptedFindingsAreSuppressed) {
  ScanReport one = report();
  one.behaviours[0].suppressed = {"allow", "known"};
  const Json run = run_of(one);
  EXPECT_FALSE(run["results"][0].contains("suppressions"));
  EXPECT_EQ(run["results"][1]["suppressions"][0]["justification"], "allow: known");
}

TEST(Sarif, UnreadNotesAreNotificationsEvenOfCleanPackages) {
  ScanReport one = report();
  one.decision = Decision::kIncomplete;
  one.notes = {{Code::kSyntaxTimeout, "", "b.js"}, {Code::kManifestDuplicateKey, "", "c.json"}};
  const Json run = run_of(one);
  EXPECT_TRUE(run["results"].empty());
  const Json& notes = run["invocations"][0]["toolExecutionNotifications"];
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0]["descriptor"]["id"], "E0304");
}

TEST(Place, UrisAndPurls) {
  EXPECT_EQ(disk_uri("./a/../b", "/r").text, "b");
  EXPECT_EQ(disk_uri("/r/x", "/r").text, "x");
  EXPECT_EQ(disk_uri("../x", "/r/s").text, "file:///r/x");
  const auto fetched = [](std::string target, std::string_view file) {
    ScanReport report;
    report.target = std::move(target);
    const Uri uri = file_uri(report, file, "/r");
    return uri.text + (uri.relative ? "" : " absolute");
  };
  EXPECT_EQ(fetched("npm:@a/b@1.0.0", "package/x y.js"), "npm/@a/b@1.0.0/package/x%20y.js");
  EXPECT_EQ(fetched("npm:b@^2", ""), "npm/b@%5E2");
  EXPECT_EQ(fetched("pypi:b==1.0 (b-1.0.tar.gz)", "b-1.0/setup.py"),
            "pypi/b@1.0/b-1.0.tar.gz/b-1.0/setup.py");
  EXPECT_EQ(fetched("pkg:npm/b@1", "a.js"), "npm/b@1/a.js");
  EXPECT_EQ(fetched("https://host.example/b.tgz", "a.js"), "host.example/b.tgz/a.js");
  EXPECT_EQ(fetched("./npm:b", ""), "npm%3Ab");
  EXPECT_FALSE(disk_uri("/etc/x", "/r").relative);
  ScanReport one = report();
  EXPECT_EQ(package_url(one), "pkg:npm/%40scope/evil@1.0.0");
  one.ecosystem = Ecosystem::kPypi;
  one.name = "My_.Package";
  one.version = "1.0+local";
  EXPECT_EQ(package_url(one), "pkg:pypi/my-package@1.0%2Blocal");
  one.target = ".";
  one.is_directory = true;
  EXPECT_EQ(file_uri(one, "a.js", "/r").text, "a.js");
}

}  // namespace
}  // namespace cerebro
