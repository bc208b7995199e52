#include "behaviour/payloads.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "behaviour/binary_strings.h"

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

// Archives, which only tell when they bear the name of something else.
constexpr Magic kPacked[] = {
    {"PK\x03\x04"sv, "zip"}, {"Rar!\x1A"sv, "rar"}, {"7z\xBC\xAF\x27"sv, "7z"}};

constexpr size_t kScannedBytes = 16 << 20;  // of all native programs of a package
constexpr size_t kSniffedBytes = 4096;
constexpr size_t kTrailingBytes = 64;

// Endings of data: code there is hidden, not merely unusual.
constexpr std::string_view kData[] = {".txt", ".png", ".jpg",   ".jpeg", ".gif",   ".ico",
                                      ".wav", ".mp3", ".mp4",   ".pdf",  ".dat",   ".bin",
                                      ".log", ".csv", ".ttf",   ".woff", ".woff2", ".bak",
                                      ".tmp", ".db",  ".cache", ".bmp",  ".webp",  ".ogg"};

struct Sign {
  std::string_view text;
  Language language;
};

// Two of one language make a text worth parsing.
constexpr Sign kSigns[] = {
    {"require(", Language::kJavaScript}, {"module.exports", Language::kJavaScript},
    {"function", Language::kJavaScript}, {"=>", Language::kJavaScript},
    {"const ", Language::kJavaScript},   {"var ", Language::kJavaScript},
    {"eval(", Language::kJavaScript},    {"Buffer.from(", Language::kJavaScript},
    {"process.", Language::kJavaScript}, {"import ", Language::kPython},
    {"exec(", Language::kPython},        {"def ", Language::kPython},
    {"subprocess", Language::kPython},   {"os.", Language::kPython},
    {"urllib", Language::kPython},       {"requests.", Language::kPython},
    {"b64decode(", Language::kPython},   {"__import__", Language::kPython}};

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

bool parses(Language language, std::string_view content) {
  StringPool pool;
  const Module module = parse(language, {}, content, pool, Limits{});
  return !module.has_errors && module.nodes.size() > 8;
}

// What stands behind the end of a picture, for a program or a text is often hung on there.
std::string_view behind_picture(std::string_view content) {
  if (!content.starts_with("\x89PNG\r\n\x1A\n"sv)) return {};
  const size_t end = content.rfind("IEND\xAE\x42\x60\x82"sv);
  return end == std::string_view::npos ? std::string_view() : content.substr(end + 8);
}

std::string_view packed_format(std::string_view content) {
  for (const Magic& magic : kPacked) {
    if (content.starts_with(magic.bytes)) return magic.format;
  }
  return {};
}

bool is_text(std::string_view content) {
  return std::all_of(content.begin(), content.end(), [](char c) {
    return (c >= 32 && c < 127) || c == '\n' || c == '\r' || c == '\t';
  });
}

// "ELF, PyInit_fast": the function by which an interpreter starts it.
std::string described(std::string_view format, std::string_view content) {
  std::string text(format);
  for (const std::string_view init : {"PyInit_", "napi_register_module", "node_register_module"}) {
    const size_t at = content.find(init);
    if (at == std::string_view::npos) continue;
    size_t end = at;
    while (end < content.size() && end - at < 60 &&
           (std::isalnum(static_cast<unsigned char>(content[end])) != 0 || content[end] == '_')) {
      ++end;
    }
    return text + ", " + std::string(content.substr(at, end - at));
  }
  return text;
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

bool has_data_name(std::string_view path) {
  return std::any_of(std::begin(kData), std::end(kData),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

Language disguised_language(std::string_view path, std::string_view content) {
  if (!has_data_name(path) || content.size() > Limits{}.parse_bytes) return Language::kNone;
  if (content.starts_with("#!")) return detect_language("script", content);
  const std::string_view head = content.substr(0, kSniffedBytes);
  if (head.find('\0') != std::string_view::npos) return Language::kNone;
  int javascript = 0, python = 0;
  for (const Sign& sign : kSigns) {
    if (head.find(sign.text) == std::string_view::npos) continue;
    ++(sign.language == Language::kPython ? python : javascript);
  }
  if (javascript >= 2 && parses(Language::kJavaScript, content)) return Language::kJavaScript;
  if (python >= 2 && parses(Language::kPython, content)) return Language::kPython;
  return Language::kNone;
}

std::vector<ManifestFinding> find_payloads(const FileTree& tree) {
  std::vector<ManifestFinding> findings;
  size_t budget = kScannedBytes;
  const auto add = [&](std::string_view behaviour, const File& file, std::string_view what) {
    findings.push_back({std::string(behaviour), Phase::kRun, file.path, 1, std::string(what)});
  };
  const auto add_texts = [&](const File& file) {
    for (const BinaryText& text : telling_texts(file.content, budget))
      add(behaviour(text.behaviour).id, file, text.text);
  };
  for (const File& file : tree.files) {
    const std::string_view content = file.content;
    if (const std::string_view format = native_format(content); !format.empty()) {
      add(ends_harmless(file.path) ? "payload.disguised" : "payload.binary", file,
          described(format, content));
      add_texts(file);
    } else if (content.starts_with("\0asm"sv)) {
      add("payload.wasm", file, "WebAssembly");
      add_texts(file);
    } else if (file.path.ends_with(".pyc") && !has_source(tree, file.path)) {
      add("payload.bytecode", file, "bytecode");
      add_texts(file);
    } else if (has_data_name(file.path)) {
      const std::string_view behind = behind_picture(content);
      const std::string_view packed = packed_format(behind.empty() ? content : behind);
      if (!packed.empty()) {
        add("payload.disguised", file, packed);
      } else if (!native_format(behind).empty() ||
                 (behind.size() >= kTrailingBytes && is_text(behind))) {
        add("payload.disguised", file, "data behind the picture");
      } else if (disguised_language(file.path, content) != Language::kNone) {
        add("payload.disguised", file, "script");
      }
    }
  }
  return findings;
}

}  // namespace cerebro
