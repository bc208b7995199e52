#include "behaviour/payloads.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace cerebro {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  std::string_view format;
};

// Executable formats by their first bytes.
constexpr Magic kNative[] = {
    {"\x7F"
     "ELF"sv,
     "ELF"},
    {"\xFE\xED\xFA\xCE"sv, "Mach-O"},
    {"\xFE\xED\xFA\xCF"sv, "Mach-O"},
    {"\xCE\xFA\xED\xFE"sv, "Mach-O"},
    {"\xCF\xFA\xED\xFE"sv, "Mach-O"},
};

// Endings under which nobody expects a program.
constexpr std::string_view kHarmless[] = {".txt",  ".md",   ".png", ".jpg",  ".jpeg", ".gif",
                                          ".ico",  ".wav",  ".mp3", ".mp4",  ".pdf",  ".css",
                                          ".html", ".json", ".xml", ".csv",  ".js",   ".py",
                                          ".log",  ".svg",  ".ttf", ".woff", ".yml"};

std::string_view native_format(std::string_view content) {
  for (const Magic& magic : kNative) {
    if (content.starts_with(magic.bytes)) return magic.format;
  }
  // "MZ" alone is also two letters of text: ask for the PE header that it points to.
  if (content.starts_with("MZ") && content.size() > 0x40) {
    const auto byte = [&](size_t i) {
      return static_cast<size_t>(static_cast<unsigned char>(content[i]));
    };
    const size_t header = byte(0x3C) | byte(0x3D) << 8 | byte(0x3E) << 16;
    if (header + 4 <= content.size() && content.substr(header, 4) == "PE\0\0"sv) return "PE";
  }
  return {};
}

bool ends_harmless(std::string_view path) {
  return std::any_of(std::begin(kHarmless), std::end(kHarmless),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

bool has_source(const FileTree& tree, std::string_view path) {
  std::string stem(path.substr(0, path.size() - 1));  // x.pyc -> x.py
  if (tree.find(stem) != nullptr) return true;
  const size_t cache = stem.find("__pycache__/");
  if (cache == std::string::npos) return false;
  stem.erase(cache, 12);  // __pycache__/x.cpython-311.py -> x.py
  const size_t tag = stem.find('.', cache);
  return tag != std::string::npos && tree.find(stem.substr(0, tag) + ".py") != nullptr;
}

}  // namespace

std::vector<ManifestFinding> find_payloads(const FileTree& tree) {
  std::vector<ManifestFinding> findings;
  const auto add = [&](std::string_view behaviour, const File& file, std::string_view what) {
    findings.push_back({std::string(behaviour), Phase::kRun, file.path, 1, std::string(what)});
  };
  for (const File& file : tree.files) {
    if (const std::string_view format = native_format(file.content); !format.empty()) {
      add(ends_harmless(file.path) ? "payload.disguised" : "payload.binary", file, format);
    } else if (std::string_view(file.content).starts_with("\0asm"sv)) {
      add("payload.wasm", file, "WebAssembly");
    } else if (file.path.ends_with(".pyc") && !has_source(tree, file.path)) {
      add("payload.bytecode", file, "bytecode");
    }
  }
  return findings;
}

}  // namespace cerebro
