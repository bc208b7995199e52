// Unpacking, and the catalogue's tables.

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <cstdio>

#include "archive/file_tree.h"
#include "behaviour/catalogue.h"
#include "generated_code.h"

namespace cerebro::bench {
namespace {

// A tar of one file, the old way: name, mode, size, checksum.
std::string tar_of(const std::string& name, const std::string& content) {
  std::string header(512, '\0');
  const auto put = [&](size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  char size[13];
  std::snprintf(size, sizeof size, "%011zo ", content.size());
  put(0, name);
  put(100, "0000644");
  put(124, std::string(size, 12));
  put(148, "        ");
  header[156] = '0';
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char checksum[8];
  std::snprintf(checksum, sizeof checksum, "%06o", sum);
  put(148, std::string(checksum, 7));
  std::string tar = header + content;
  tar.resize((tar.size() + 511) / 512 * 512 + 1024);
  return tar;
}

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

void unpack_tgz(benchmark::State& state) {
  const std::string code = javascript(static_cast<size_t>(state.range(0)) << 10);
  const std::string packed = gzip(tar_of("package/index.js", code));
  for (auto _ : state) {
    const Result<FileTree> tree = read_bytes(packed, {}, Limits{});
    if (!tree || tree->files.size() != 1) return state.SkipWithError("the archive was not read");
  }
  state.SetBytesProcessed(static_cast<int64_t>(code.size()) *
                          static_cast<int64_t>(state.iterations()));
}

// What a path costs that no row knows, and one that a row knows.
void match_path(benchmark::State& state, const std::string& path) {
  const Catalogue& catalogue = Catalogue::builtin();
  for (auto _ : state) {
    benchmark::DoNotOptimize(catalogue.match(Api::kJavaScript, Access::kCall, path));
  }
}

void classify_text(benchmark::State& state, const std::string& text) {
  const Catalogue& catalogue = Catalogue::builtin();
  std::vector<const StringRow*> rows;
  for (auto _ : state) {
    rows.clear();
    catalogue.classify(StringPlace::kAny, text, rows);
    benchmark::DoNotOptimize(rows.data());
  }
}

BENCHMARK(unpack_tgz)->ArgName("KB")->RangeMultiplier(8)->Range(8, 4096);
BENCHMARK_CAPTURE(match_path, unknown, "axios.create().interceptors.request.use");
BENCHMARK_CAPTURE(match_path, known, "child_process.exec");
BENCHMARK_CAPTURE(classify_text, short_word, "node_modules");
BENCHMARK_CAPTURE(classify_text, path, "/home/user/.ssh/id_rsa");
BENCHMARK_CAPTURE(classify_text, long_text, std::string(8192, 'x'));

}  // namespace
}  // namespace cerebro::bench
