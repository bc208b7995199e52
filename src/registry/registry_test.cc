// The clients, downloads, the cache and the stream of inputs.

#include "registry/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "registry/credentials.h"
#include "registry/input_stream.h"
#include "registry/npm_client.h"
#include "registry/pypi_client.h"
#include "registry/spec.h"

namespace cerebro {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Url kRegistry = *parse_url("https://r.example/npm/");

// ---- npm --------------------------------------------------------------------------------------

constexpr const char* kDocument =
    R"({"dist-tags": {"latest": "1.2.0", "next": "2.0.0-rc.1"}, "versions": {
  "1.0.0": {"dist": {"tarball": "https://r.example/npm/x/-/x-1.0.0.tgz", "shasum": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}},
  "1.2.0": {"dist": {"tarball": "https://cdn.example/x/-/x-1.2.0.tgz",
    "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="}},
  "1.3.0": {"dist": {"tarball": "/npm/x-1.3.0.tgz"}},
  "1.4.0": {"deprecated": "broken", "dist": {"tarball": "/npm/x-1.4.0.tgz"}},
  "2.0.0-rc.1": {"dist": {"tarball": "/npm/x-2.tgz"}},
  "3.0.0": {"dist": {}}}})";

std::string npm(const char* range) {
  const auto download = choose_npm_release({Ecosystem::kNpm, "x", range, ""}, kDocument, kRegistry);
  return download ? download->target : number(download.error().code);
}

TEST(Npm, ChoosesAsNpmDoes) {
  const std::pair<const char*, const char*> rows[] = {{"", "npm:x@1.2.0"},
                                                      {"latest", "npm:x@1.2.0"},
                                                      {"*", "npm:x@1.2.0"},
                                                      {"^1", "npm:x@1.2.0"},
                                                      {">1.2", "E0827"},
                                                      {">1.2.0 <2", "npm:x@1.3.0"},
                                                      {"1.4", "npm:x@1.4.0"},
                                                      {"next", "npm:x@2.0.0-rc.1"},
                                                      {"1.0.0", "npm:x@1.0.0"},
                                                      {"9", "E0822"},
                                                      {"nonsense", "E0822"},
                                                      {"3.0.0", "E0827"},
                                                      {"^2.0.0-0", "npm:x@2.0.0-rc.1"}};
  for (const auto& [range, expected] : rows) EXPECT_EQ(npm(range), expected) << range;
}

TEST(Npm, KnowsHashesAndMirrors) {
  const auto one = choose_npm_release({Ecosystem::kNpm, "x", "1.0.0", ""}, kDocument, kRegistry);
  EXPECT_EQ(one->hashes[0].algorithm, "sha1");
  EXPECT_EQ(one->urls.size(), 1u);
  const auto two = choose_npm_release({Ecosystem::kNpm, "x", "1.2.0", ""}, kDocument, kRegistry);
  EXPECT_EQ(strongest(two->hashes)[0].digest, raw_digest("sha512", ""));
  EXPECT_EQ(two->urls[0].text(), "https://cdn.example/x/-/x-1.2.0.tgz");
  EXPECT_EQ(two->urls[1].text(), "https://r.example/npm/x/-/x-1.2.0.tgz");
}

TEST(Npm, HostileDocuments) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{\"versions\": []}"),
        std::string("{\"versions\": {\"1.0.0\": 5}}"),
        std::string("{\"versions\": {\"1.0.0\": {\"dist\": []}}}"),
        std::string(
            "{\"versions\": {\"1.0.0\": {\"dist\": {\"tarball\": \"file:///etc/passwd\"}}}}"),
        std::string(100000, '['),
        std::string("{\"versions\": {}, \"dist-tags\": {\"latest\": \"1.0.0\"}}")}) {
    EXPECT_FALSE(choose_npm_release({Ecosystem::kNpm, "x", "", ""}, text, kRegistry));
  }
}

// ---- PyPI -------------------------------------------------------------------------------------

const Url kPage = *parse_url("https://i.example/simple/my-lib/");

TEST(Pypi, VersionsOfFiles) {
  const std::pair<const char*, const char*> rows[] = {
      {"my_lib-1.0-py3-none-any.whl", "1.0"},
      {"My.Lib-1.0-1-cp312-cp312-manylinux_2_17_x86_64.whl", "1.0"},
      {"my-lib-1.0.tar.gz", "1.0"},
      {"my_lib-1.0.post1.zip", "1.0.post1"},
      {"my-lib-1.0-py3.8.egg", "1.0"},
      {"my-lib-1.0.win-amd64-py2.7.exe", "1.0"},
      {"my-lib-1.0.linux-x86_64.tar.gz", "1.0"},
      {"my-lib-more-1.0.tar.gz", "more-1.0"},
      {"other-1.0.tar.gz", ""},
      {"my-lib-1.0.tar.gz.asc", ""},
      {"my-lib.whl", ""}};
  for (const auto& [file, expected] : rows) {
    EXPECT_EQ(version_of_file(file, "my-lib"), expected) << file;
  }
}

std::vector<IndexFile> index_files() {
  return *read_index_json(R"({"files": [
    {"filename": "my_lib-1.0-py3-none-any.whl", "url": "../../f/a.whl", "hashes": {"sha256": "aa"}},
    {"filename": "my-lib-1.0.tar.gz", "url": "https://cdn.example/a.tar.gz", "hashes": {"sha256": "bb"}},
    {"filename": "my_lib-1.0-py2-none-any.whl", "url": "/f/b.whl", "hashes": {"sha256": "aa"}},
    {"filename": "my-lib-1.1.tar.gz", "url": "/f/c", "hashes": {}, "yanked": "broke things"},
    {"filename": "my-lib-2.0rc1.tar.gz", "url": "/f/d", "hashes": {}, "yanked": false},
    {"filename": "my-lib-0.9.tar.gz", "url": "javascript:x", "hashes": {}}]})",
                          kPage);
}

std::vector<std::string> pypi(const char* range, const char* file = "") {
  const auto downloads =
      choose_pypi_release({Ecosystem::kPypi, "My.Lib", range, file}, index_files());
  if (!downloads) return {number(downloads.error().code)};
  std::vector<std::string> targets;
  for (const Download& download : *downloads) targets.push_back(download.target);
  return targets;
}

TEST(Pypi, EveryDistributionOfTheRelease) {
  EXPECT_THAT(pypi(""), ElementsAre("pypi:my-lib==1.0 (my-lib-1.0.tar.gz)",
                                    "pypi:my-lib==1.0 (my_lib-1.0-py2-none-any.whl)"));
  EXPECT_THAT(pypi("", "my-lib-1.0.tar.gz"), ElementsAre("pypi:my-lib==1.0 (my-lib-1.0.tar.gz)"));
  EXPECT_THAT(pypi("==1.1"), ElementsAre("pypi:my-lib==1.1 (my-lib-1.1.tar.gz)"));
  EXPECT_THAT(pypi(">=1.1"), ElementsAre("pypi:my-lib==2.0rc1 (my-lib-2.0rc1.tar.gz)"));
  EXPECT_THAT(pypi("==3"), ElementsAre("E0822"));
  EXPECT_THAT(pypi("1.0"), ElementsAre("E0820"));
  EXPECT_EQ(
      choose_pypi_release({Ecosystem::kPypi, "my-lib", "==1.1", ""}, index_files())->at(0).notes,
      (std::vector<Note>{{Code::kRegistryYanked, "broke things", ""}}));
}

TEST(Pypi, ReadsHtml) {
  const auto files = read_index_html(
      "<!DOCTYPE html><html><head><base><meta></head><abbr><!-- <a --> <A "
      "data-yanked=\"&lt;why&gt;\" "
      "href='../../f/my_lib-1.0%2Bx.tar.gz?a=1&amp;b=2#sha256=00ff&egg=x' >my_lib</A>"
      "<a href=\"/f/b.whl\">b</a><a>no</a><a href=javascript:x>no</a><a href=\"",
      kPage);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].name, "my_lib-1.0+x.tar.gz");
  EXPECT_EQ(files[0].url.text(), "https://i.example/f/my_lib-1.0%2Bx.tar.gz?a=1&b=2");
  EXPECT_EQ(files[0].hashes[0].digest, std::string("\0\xff", 2));
  EXPECT_EQ(files[0].why_yanked, "<why>");
  EXPECT_FALSE(files[1].yanked);
}

// ---- downloads, cache -------------------------------------------------------------------------

struct Table : Transport {
  std::map<std::string, std::string> pages;
  std::atomic<int> asked = 0;
  Exchange get(const Url& url, const Headers&, uint64_t, bool) override {
    ++asked;
    const auto page = pages.find(url.text());
    if (page == pages.end()) return {Exchange::Outcome::kDone, {}, 404, {}, {}};
    return {Exchange::Outcome::kDone, {}, 200, {}, page->second};
  }
};

struct Folder : testing::Test {
  std::string path = [] {
    std::string name = testing::TempDir() + "cerebro_registry_XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
  ~Folder() override { std::filesystem::remove_all(path); }
};

using Downloads = Folder;

TEST_F(Downloads, CheckedKeptAndCheckedAgain) {
  Table table;
  table.pages["https://a.example/x"] = "bytes";
  HttpClient http(table, {}, [](const Url&) { return std::string(); });
  const ArchiveCache cache(path);
  const std::string hash = raw_digest("sha256", "bytes");
  const Download good{"t",
                      {*parse_url("https://b.example/x"), *parse_url("https://a.example/x")},
                      {{"sha256", hash}},
                      {}};
  EXPECT_EQ(fetch(good, http, cache, {}).bytes, "bytes");
  table.pages.clear();
  EXPECT_EQ(fetch(good, http, cache, {}).bytes, "bytes");  // kept
  const std::string file = path + "/sha256/" + to_hex(hash).substr(0, 2) + "/" + to_hex(hash);
  std::ofstream(file) << "other";
  EXPECT_EQ(fetch(good, http, cache, {}).error->code, Code::kRegistryNotFound);  // spoilt
  EXPECT_EQ(fetch(good, http, ArchiveCache(""), {}).error->code, Code::kRegistryNotFound);
}

TEST_F(Downloads, WhatDoesNotFitIsNeverBytes) {
  Table table;
  table.pages["https://a.example/x"] = "bytes";
  HttpClient http(table, {}, [](const Url&) { return std::string(); });
  const ArchiveCache cache(path);
  for (const char* algorithm : {"sha512", "sha1", "unknown"}) {
    Download bad{"t", {*parse_url("https://a.example/x")}, {{algorithm, "no"}}, {}};
    const ScanInput input = fetch(bad, http, cache, {});
    const bool known = std::string_view(algorithm) != "unknown";
    EXPECT_EQ(input.bytes.has_value(), !known);
    if (known) {
      EXPECT_EQ(input.error->code, Code::kRegistryIntegrity);
    } else {  // a hash that cannot be computed is none, and that is said
      EXPECT_EQ(input.notes[0].code, Code::kRegistryNoHash);
    }
  }
  EXPECT_EQ(table.asked, 5);
}

// ---- the stream -------------------------------------------------------------------------------

TEST_F(Folder, StreamKeepsTheOrder) {
  auto table = std::make_unique<Table>();
  std::vector<std::string> targets, expected;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "p" + std::to_string(i);
    table->pages["https://r.example/" + name] =
        R"({"dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"dist": {"tarball": "https://r.example/t"}}}})";
    targets.push_back(i % 3 == 0 ? name : "npm:" + name);
    expected.push_back(i % 3 == 0 ? name : "npm:" + name + "@1.0.0");
  }
  targets.push_back("npm:missing");
  expected.push_back("npm:missing");
  table->pages["https://r.example/t"] = "bytes";
  Surroundings nothing;
  nothing.read = [](const std::string&) { return std::nullopt; };
  Registry registry({.flags = {"https://r.example/", ""}}, nothing, std::move(table));
  size_t at = 0;
  InputStream stream(
      [&]() -> std::optional<ScanInput> {
        if (at == targets.size()) return std::nullopt;
        return ScanInput::path(targets[at++]);
      },
      registry, 4);
  std::vector<std::string> seen;
  while (const auto input = stream.next()) {
    seen.push_back(input->target);
    if (input->target != "npm:missing") continue;
    EXPECT_EQ(input->error->code, Code::kRegistryNotFound);
  }
  EXPECT_EQ(seen, expected);
}

TEST_F(Folder, StreamCanBeLeft) {
  Surroundings nothing;
  nothing.read = [](const std::string&) { return std::nullopt; };
  Registry registry({.flags = {"https://r.example/", ""}}, nothing, std::make_unique<Table>());
  InputStream stream([] { return std::optional(ScanInput::path("npm:x")); }, registry, 4);
  EXPECT_TRUE(stream.next()->error);
}

TEST(Times, OfRegistries) {
  const std::pair<const char*, std::optional<int64_t>> kRows[] = {
      {"1970-01-02T00:00:01Z", 86401},
      {"1970-01-02T00:00:01.999Z", 86401},
      {"1970-01-02T00:00:01.786000+00:00", 86401},
      {"1970-01-02T01:30:01+01:30", 86401},
      {"1970-01-01T23:00:01-01:00", 86401},
      {"1970-01-02", std::nullopt},
      {"1970-01-02T00:00:01", std::nullopt},
      {"1970-01-02T00:00:01.5+x0:00", std::nullopt},
      {"", std::nullopt}};
  for (const auto& [text, time] : kRows) EXPECT_EQ(parse_time(text), time) << text;
}

}  // namespace
}  // namespace cerebro
