#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "archive/file_tree.h"
#include "archive/safe_path.h"
#include "base/hash.h"

namespace cerebro {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Member {
  std::string path;
  std::string content;
  std::string link = {};  // symbolic, or hard with a leading '='
  bool executable = false;
  unsigned type = AE_IFREG;
};

using SetUp = std::function<void(archive*)>;

// An archive made by libarchive's writer, in memory.
std::string pack(const std::vector<Member>& members, const SetUp& set_up) {
  std::string out(4 << 20, '\0');
  size_t used = 0;
  archive* writer = archive_write_new();
  set_up(writer);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const Member& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.path.c_str());
    archive_entry_set_perm(entry, member.executable ? 0755 : 0644);
    archive_entry_set_filetype(entry, member.type);
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.content.size()));
    if (member.link.starts_with('=')) {
      archive_entry_set_hardlink(entry, member.link.c_str() + 1);
    } else if (!member.link.empty()) {
      archive_entry_set_filetype(entry, AE_IFLNK);
      archive_entry_set_symlink(entry, member.link.c_str());
    }
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK) << archive_error_string(writer);
    archive_write_data(writer, member.content.data(), member.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

std::string tar(const std::vector<Member>& members) {
  return pack(members, [](archive* writer) {
    archive_write_set_format_gnutar(writer);
    archive_write_set_bytes_in_last_block(writer, 1);
  });
}

// Without the end mark.
std::string member_of_tar(const Member& member) {
  return tar({member}).substr(0, 512 + (member.content.size() + 511) / 512 * 512);
}

std::string tgz(const std::vector<Member>& members) {
  return pack(members, [](archive* writer) {
    archive_write_set_format_gnutar(writer);
    archive_write_add_filter_gzip(writer);
    archive_write_set_bytes_in_last_block(writer, 1);
  });
}

std::string zip(const std::vector<Member>& members, const char* options = "compression=deflate") {
  return pack(members, [&](archive* writer) {
    archive_write_set_format_zip(writer);
    archive_write_set_options(writer, options);
    archive_write_set_bytes_in_last_block(writer, 1);
  });
}

FileTree read(std::string_view bytes, const Limits& limits = {}, std::string password = {}) {
  Result<FileTree> tree = read_bytes(bytes, {std::move(password)}, limits);
  EXPECT_TRUE(tree) << tree.error().message;
  return tree ? *tree : FileTree{};
}

// "path=content" of each file, "E0102 path" of each note.
std::vector<std::string> files(const FileTree& tree) {
  std::vector<std::string> lines;
  for (const File& file : tree.files) {
    lines.push_back(file.path + "=" + file.content + (file.truncated ? " (cut)" : ""));
  }
  return lines;
}

std::vector<std::string> notes(const FileTree& tree) {
  std::vector<std::string> lines;
  for (const Note& note : tree.notes) {
    lines.push_back(number(note.code) + (note.file.empty() ? "" : " " + note.file));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

const std::vector<Member> kTwo = {{"p/b.js", "two"}, {"p/a.js", "one"}};

TEST(Archive, ReadsEveryFormatByContent) {
  const auto with = [](int (*filter)(archive*)) {
    return pack(kTwo, [&](archive* writer) {
      archive_write_set_format_pax_restricted(writer);
      filter(writer);
    });
  };
  const std::pair<const char*, std::string> cases[] = {
      {"tar", tar(kTwo)},
      {"tar.gz", tgz(kTwo)},
      {"tar.bz2", with(archive_write_add_filter_bzip2)},
      {"tar.xz", with(archive_write_add_filter_xz)},
      {"tar.lzma", with(archive_write_add_filter_lzma)},
      {"tar.zst", with(archive_write_add_filter_zstd)},
      {"zip", zip(kTwo)},
      {"stored zip", zip(kTwo, "compression=store")},
      {"zip64", zip(kTwo, "zip64")},
      {"zip behind a stub", "#!/usr/bin/env python3\n" + zip(kTwo)},
      {"tar.gz in two members", tgz(kTwo) + tgz({})},
  };
  for (const auto& [format, bytes] : cases) {
    SCOPED_TRACE(format);
    const FileTree tree = read(bytes);
    EXPECT_THAT(files(tree), ElementsAre("p/a.js=one", "p/b.js=two"));
    EXPECT_THAT(notes(tree), IsEmpty());
    EXPECT_EQ(tree.sha256, sha256_hex(bytes));
    EXPECT_EQ(tree.packed_bytes, bytes.size());
    EXPECT_EQ(tree.unpacked_bytes, 6U);
  }
}

TEST(Archive, KeepsNamesThatAreNotAscii) {
  const std::vector<Member> members = {{"caf\xC3\xA9.py", ""}, {"\xD1\x80.py", ""}};
  for (const std::string& bytes : {tar(members), zip(members)}) {
    EXPECT_THAT(files(read(bytes)), ElementsAre("caf\xC3\xA9.py=", "\xD1\x80.py="));
  }
}

TEST(Archive, RefusesWhatIsNone) {
  for (const std::string_view bytes :
       {std::string_view(""), std::string_view("hello"), std::string_view("PK\x03\x04"),
        std::string_view("\x1F\x8B\x08"), std::string_view("BZh91AY&SY")}) {
    const Result<FileTree> tree = read_bytes(bytes, {}, {});
    ASSERT_FALSE(tree) << bytes;
    EXPECT_EQ(tree.error().code, Code::kArchiveUnreadable);
    EXPECT_FALSE(tree.error().message.empty());
  }
}

TEST(Archive, KeepsTheExecutableBit) {
  const FileTree tree = read(tgz({{"run.sh", "", "", true}, {"read.sh", ""}}));
  EXPECT_TRUE(tree.find("run.sh")->executable);
  EXPECT_FALSE(tree.find("read.sh")->executable);
}

TEST(Archive, ReadsWhatComesBeforeATruncation) {
  const std::string whole = tar({{"a.py", "first"}, {"b.py", std::string(3000, 'b')}});
  const FileTree plain = read(std::string_view(whole).substr(0, 2000));
  EXPECT_EQ(plain.find("a.py")->content, "first");
  EXPECT_TRUE(plain.find("b.py")->truncated);
  EXPECT_THAT(notes(plain), ElementsAre("E0102 b.py"));

  const std::string packed = tgz({{"a.py", "first"}, {"b.py", std::string(3000, 'b')}});
  const FileTree gzip = read(std::string_view(packed).substr(0, packed.size() - 12));
  EXPECT_EQ(gzip.find("a.py")->content, "first");
  EXPECT_EQ(info(gzip.notes.at(0).code).slug, "archive.truncated");

  const std::string zipped = zip({{"a.py", "first"}, {"b.py", "second"}});
  const FileTree headless = read(std::string_view(zipped).substr(0, zipped.find("PK\x01\x02")));
  EXPECT_THAT(files(headless), ElementsAre("a.py=first", "b.py= (cut)"));
  EXPECT_THAT(notes(headless), ElementsAre("E0102", "E0102 b.py"));
}

TEST(Archive, SaysThatAnArchiveIsEmpty) {
  EXPECT_THAT(notes(read(zip({}))), ElementsAre("E0103"));
  EXPECT_THAT(notes(read(tgz({{"folder/", "", "", false, AE_IFDIR}}))), ElementsAre("E0103"));
}

TEST(Archive, KeepsEntriesInsideTheRoot) {
  const FileTree tree = read(tar({{"../../etc/cron", "x"}, {"a/../b", "y"}, {"./c\\d", "z"}}));
  EXPECT_THAT(files(tree), ElementsAre("b=y", "c/d=z", "etc/cron=x"));
  EXPECT_THAT(notes(tree), ElementsAre("E0104 etc/cron"));
}

TEST(SafePath, Table) {
  const struct {
    std::string_view raw, path;
    bool escapes;
  } cases[] = {
      {"a/b.js", "a/b.js", false},
      {"./a//b/./c", "a/b/c", false},
      {"/etc/passwd", "etc/passwd", true},
      {"C:\\Windows\\x.exe", "Windows/x.exe", true},
      {"..", "", true},
      {"a/../../b", "b", true},
      {"a/..", "", false},
      {"\xFFx/caf\xC3\xA9", "\xEF\xBF\xBDx/caf\xC3\xA9", false},
      {"a\nb\x1B[31m",
       "a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD[31m",
       false},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", false},
  };
  for (const auto& row : cases) {
    const SafePath safe = safe_path(row.raw, 4096);
    EXPECT_EQ(safe.path, row.path) << row.raw;
    EXPECT_EQ(safe.escapes, row.escapes) << row.raw;
  }
  const SafePath cut = safe_path(std::string(10, 'd') + "/setup.py", 8);
  EXPECT_EQ(cut.path, "setup.py");
  EXPECT_TRUE(cut.shortened);
}

TEST(Archive, ReadsLinksInsideTheArchiveAsCopies) {
  const FileTree tree = read(tar({{"p/data.txt", "code"},
                                  {"p/setup.py", "", "data.txt"},
                                  {"p/hard.py", "", "=p/data.txt"},
                                  {"p/twice.py", "", "../p/setup.py"},
                                  {"p/out", "", "/etc/passwd"},
                                  {"p/up", "", "../../../etc/passwd"},
                                  {"p/loop", "", "loop"}}));
  EXPECT_THAT(files(tree), ElementsAre("p/data.txt=code", "p/hard.py=code", "p/setup.py=code",
                                       "p/twice.py=code"));
  EXPECT_THAT(notes(tree), ElementsAre("E0112 p/hard.py", "E0112 p/loop", "E0112 p/out",
                                       "E0112 p/setup.py", "E0112 p/twice.py", "E0112 p/up"));
}

TEST(Archive, ReadsAZipsLinksAndDevicesAsThePlainFilesTheyUnpackTo) {
  const FileTree tree = read(zip({{"a.py", "", "import os"}}));
  EXPECT_THAT(files(tree), ElementsAre("a.py=import os"));
}

TEST(Archive, FindsTheLastOfTwoEqualPaths) {
  const FileTree tree = read(tar({{"a.js", "first"}, {"./a.js", "last"}, {"a.j", "x"}}));
  EXPECT_EQ(tree.find("a.js")->content, "last");
  EXPECT_EQ(tree.find("b.js"), nullptr);
  EXPECT_THAT(notes(tree), ElementsAre("E0111 a.js"));
}

TEST(Archive, OpensArchivesInsideOnce) {
  const std::string inner = zip({{"deep.zip", zip({{"x.py", "x"}})}, {"m.py", "print(1)"}});
  const FileTree tree = read(tgz({{"outer/data.bin", inner}}));
  EXPECT_EQ(tree.find("outer/data.bin!/m.py")->content, "print(1)");
  EXPECT_EQ(tree.find("outer/data.bin")->content, inner);
  EXPECT_THAT(notes(tree), ElementsAre("E0109 outer/data.bin!/deep.zip"));
}

TEST(Archive, ADataFileThatOnlyStartsLikeAnArchiveIsAFile) {
  const FileTree tree = read(tgz({{"a.bin", "PK\x03\x04 no"}, {"b.bin", "BZh no"}}));
  EXPECT_EQ(tree.files.size(), 2U);
  EXPECT_THAT(notes(tree), IsEmpty());
}

TEST(Archive, ReadsBothHalvesOfATarThatIsAlsoAZip) {
  const FileTree tree = read(tgz({{"good.py", "pass"}}) + zip({{"bad.py", "evil"}}));
  EXPECT_THAT(files(tree), ElementsAre("bad.py=evil", "good.py=pass"));
  EXPECT_THAT(notes(tree), ElementsAre("E0114"));
}

TEST(Archive, ReadsWhatStandsBehindATarsEndMark) {
  const std::string first = member_of_tar({"a.py", "one"});
  for (const size_t blocks : {1U, 2U, 3U, 600U}) {
    SCOPED_TRACE(blocks);
    const std::string end(blocks * 512, '\0');
    const FileTree tree = read(first + end + tar({{"b.py", "two"}}));
    EXPECT_THAT(files(tree), ElementsAre("a.py=one", "b.py=two"));
    EXPECT_THAT(notes(tree), ElementsAre("E0114"));
    EXPECT_THAT(notes(read(first + end + "garbage")), IsEmpty());
  }
}

TEST(Archive, NotesPathsThatAreOneFileElsewhere) {
  const FileTree tree = read(tar({{"a/README", "1"},
                                  {"a/readme", "2"},
                                  {"b/\xC3\xA9", "3"},
                                  {"b/e\xCC\x81", "4"},
                                  {"c/x.py.", "5"},
                                  {"c/x.py", "6"},
                                  {"d/x", "7"}}));
  EXPECT_EQ(tree.files.size(), 7U);
  EXPECT_THAT(notes(tree), ElementsAre("E0111 a/readme", "E0111 b/\xC3\xA9", "E0111 c/x.py."));
}

TEST(Archive, ReadsZipsHiddenAroundAZip) {
  const std::string shown = zip({{"shown.py", "pass"}}), hidden = zip({{"hidden.py", "evil"}});
  const std::string local = hidden.substr(0, hidden.find("PK\x01\x02"));
  std::string commented = shown;
  const std::string comment = local + "PK\x01\x02" + std::string(60, ' ');
  commented[commented.size() - 2] = static_cast<char>(comment.size());
  const std::pair<const char*, std::string> cases[] = {
      {"behind a stub", "#!stub\n" + local + shown},
      {"a whole zip before", "#!stub\n" + hidden + shown},
      {"the second of three", shown + hidden + shown},
      {"in the comment", commented + comment},
  };
  for (const auto& [what, bytes] : cases) {
    SCOPED_TRACE(what);
    const FileTree tree = read(bytes);
    EXPECT_THAT(files(tree), ElementsAre("hidden.py=evil", "shown.py=pass"));
    EXPECT_THAT(notes(tree), ElementsAre("E0114 hidden.py"));
  }
}

TEST(Archive, ReadsEntriesThatTheCentralDirectoryHides) {
  const std::string hidden = zip({{"hidden.py", "evil"}});
  const std::string shown = zip({{"shown.py", "pass"}});
  // The second zip's directory counts from its own start, so what stands before is a "stub".
  const FileTree tree = read(hidden.substr(0, hidden.find("PK\x01\x02")) + shown);
  EXPECT_THAT(files(tree), ElementsAre("hidden.py=evil", "shown.py=pass"));
  EXPECT_THAT(notes(tree), ElementsAre("E0114 hidden.py"));

  std::string renamed = zip({{"bad.py", "evil"}});
  renamed.replace(renamed.rfind("bad.py"), 6, "ok.txt");  // only in the central directory
  EXPECT_THAT(notes(read(renamed)), ElementsAre("E0113", "E0114"));
}

TEST(Archive, AsksForThePassword) {
  for (const char* method : {"zipcrypt", "aes128", "aes256"}) {
    SCOPED_TRACE(method);
    const std::string bytes = pack({{"a.py", "secret text"}}, [&](archive* writer) {
      archive_write_set_format_zip(writer);
      archive_write_set_options(writer, (std::string("encryption=") + method).c_str());
      archive_write_set_passphrase(writer, "infected");
      archive_write_set_bytes_in_last_block(writer, 1);
    });
    EXPECT_THAT(notes(read(bytes)), ElementsAre("E0103", "E0110 a.py"));
    EXPECT_THAT(notes(read(bytes, {}, "wrong")), ElementsAre("E0103", "E0110 a.py"));
    const FileTree tree = read(bytes, {}, "infected");
    EXPECT_THAT(files(tree), ElementsAre("a.py=secret text"));
    EXPECT_THAT(notes(tree), IsEmpty());
  }
}

TEST(Archive, StopsAtEachLimit) {
  const std::string three = tgz({{"a", "1234"}, {"b", "5678"}, {"c", "9"}});
  const std::string stored = zip({{"a", "1234"}, {"b", "5678"}, {"c", "9"}}, "compression=store");
  const std::string bomb = tgz({{"zeros", std::string(3 << 20, '\0')}});
  const struct {
    const char* what;
    const std::string& bytes;
    Limits limits;
    std::vector<std::string> files, notes;
  } cases[] = {
      {"entries", three, {.archive_entries = 2}, {"a=1234", "b=5678"}, {"E0106"}},
      {"one file",
       three,
       {.file_bytes = 3},
       {"a=123 (cut)", "b=567 (cut)", "c=9"},
       {"E0107 a", "E0107 b"}},
      {"bytes", stored, {.unpacked_bytes = 6}, {"a=1234", "b= (cut)"}, {"E0105"}},
      {"nesting", tgz({{"n", stored}}), {.archive_nesting = 0}, {"n=" + stored}, {"E0109 n"}},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.what);
    const FileTree tree = read(row.bytes, row.limits);
    EXPECT_EQ(files(tree), row.files);
    EXPECT_EQ(notes(tree), row.notes);
  }
  const FileTree tree = read(bomb, {.ratio = 10, .ratio_grace_bytes = 1 << 20});
  EXPECT_THAT(notes(tree), ElementsAre("E0108"));
  EXPECT_LE(tree.unpacked_bytes, 2U << 20);
}

TEST(Archive, CountsWhatIsSkipped) {
  // A file cut at its limit is drained, but not for free.
  const std::string bomb = tgz({{"zeros", std::string(3 << 20, '\0')}, {"b", "x"}});
  const FileTree tree = read(bomb, {.file_bytes = 10, .ratio = 10, .ratio_grace_bytes = 1 << 20});
  EXPECT_THAT(notes(tree), ElementsAre("E0107 zeros", "E0108"));
}

TEST(Archive, BoundsTheNumberOfNotes) {
  std::vector<Member> members;
  for (int i = 0; i < 300; ++i) members.push_back({"l" + std::to_string(i), "", "/x"});
  EXPECT_EQ(read(tar(members)).notes.size(), 52U);  // 50 links, "250 more", empty
}

class OnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "cerebro-archive-XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  std::string write(const std::string& path, std::string_view content) {
    const std::filesystem::path full = root_ / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << content;
    return full.string();
  }
  std::filesystem::path root_;
};

TEST_F(OnDisk, ReadsADirectory) {
  write("b/z.js", "z");
  write("a.js", "a");
  write("n.whl", zip({{"m.py", "m"}}));
  std::filesystem::create_symlink("a.js", root_ / "inside.js");
  std::filesystem::create_symlink("/etc", root_ / "outside");
  ASSERT_EQ(mkfifo((root_ / "pipe").c_str(), 0600), 0);
  const Result<FileTree> tree = read_path(root_.string(), {}, {});
  ASSERT_TRUE(tree);
  std::vector<std::string> paths;
  for (const File& file : tree->files) paths.push_back(file.path);
  EXPECT_THAT(paths, ElementsAre("a.js", "b/z.js", "inside.js", "n.whl", "n.whl!/m.py"));
  EXPECT_THAT(notes(*tree), ElementsAre("E0112 inside.js", "E0112 outside", "E0112 pipe"));
  EXPECT_TRUE(tree->is_directory);
  EXPECT_EQ(tree->sha256.size(), 64U);
  write("a.js", "A");
  EXPECT_NE(read_path(root_.string(), {}, {})->sha256, tree->sha256);
}

TEST_F(OnDisk, TakesASingleSourceFile) {
  const Result<FileTree> source = read_path(write("x/setup.py", "print(1)"), {}, {});
  ASSERT_TRUE(source);
  EXPECT_THAT(files(*source), ElementsAre("setup.py=print(1)"));
  EXPECT_EQ(source->sha256, sha256_hex("print(1)"));
  EXPECT_THAT(files(*read_path(write("odd.py", tgz(kTwo)), {}, {})),
              ElementsAre("p/a.js=one", "p/b.js=two"));
  EXPECT_EQ(read_path(write("notes.txt", "hello"), {}, {}).error().code, Code::kArchiveUnreadable);
  EXPECT_EQ(read_path(write("empty.py", ""), {}, {}).error().code, Code::kArchiveUnreadable);
}

TEST_F(OnDisk, SaysWhatIsWrongWithAPath) {
  EXPECT_EQ(read_path((root_ / "none").string(), {}, {}).error().code, Code::kFileNotFound);
  ASSERT_EQ(mkfifo((root_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_path((root_ / "pipe").string(), {}, {}).error().code, Code::kFileUnreadable);
  EXPECT_THAT(notes(*read_path(root_.string(), {}, {})), ElementsAre("E0103", "E0112 pipe"));
}

// Every prefix and every flipped byte of small archives: no crash, and the same result twice.
TEST(Archive, SurvivesDamage) {
  for (const std::string& whole : {tgz(kTwo), zip(kTwo), tar({{"a", "1"}}).substr(0, 1024)}) {
    for (size_t i = 0; i < whole.size(); ++i) {
      (void)read_bytes(std::string_view(whole).substr(0, i), {}, {});
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
      const Result<FileTree> first = read_bytes(flipped, {}, {});
      const Result<FileTree> second = read_bytes(flipped, {}, {});
      ASSERT_EQ(first.has_value(), second.has_value());
      if (!first) continue;
      ASSERT_EQ(notes(*first), notes(*second));
    }
  }
}

}  // namespace
}  // namespace cerebro
