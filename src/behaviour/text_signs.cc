#include "behaviour/text_signs.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <unordered_set>

#include "syntax/decode.h"

namespace cerebro {
namespace {

// Lengths follow what the benign corpus holds: hashes (64-128 hex digits), keys and icons stay
// below.
constexpr size_t kLongStringBytes = 1000;
constexpr size_t kHexStringBytes = 256;
constexpr size_t kEscapes = 12;
constexpr size_t kHiddenBlanks = 150;
constexpr size_t kInvisibleRun = 8;
constexpr size_t kMangledNames = 8;
constexpr size_t kProseBytes = 400;
constexpr size_t kFeatureTestBytes = 24;

// Words that sentences have and command lines do not begin with.
constexpr std::string_view kFunctionWords[] = {"the", "a",    "an",   "for",  "in",   "to",  "of",
                                               "is",  "are",  "your", "with", "as",   "not", "be",
                                               "or",  "from", "this", "that", "when", "if"};

// Words that lines of code begin with.
constexpr std::string_view kCodeWords[] = {"import", "from", "def", "class",    "for",    "while",
                                           "if",     "with", "try", "function", "return", "async",
                                           "const",  "let",  "var", "echo",     "sudo",   "do"};

template <size_t size>
bool is_one_of(const std::string_view (&list)[size], std::string_view wanted) {
  return std::find(std::begin(list), std::end(list), wanted) != std::end(list);
}

bool all_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

size_t count_escapes(std::string_view written) {
  size_t count = 0;
  for (size_t i = 0; i + 3 < written.size(); ++i) {
    if (written[i] == '\\' && (written[i + 1] == 'x' || written[i + 1] == 'u')) {
      ++count;
      i += 3;
    }
  }
  return count;
}

// Variation selectors, private-use and zero-width characters: what GlassWorm-like payloads are made
// of.
bool invisible(uint32_t c) {
  return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) ||
         (c >= 0xF0000 && c <= 0x10FFFD);
}

// "_0x3fa2b1" of javascript-obfuscator; "lIlIlIll", "OO0O0O0O" of others.
bool mangled(std::string_view name) {
  if (name.size() >= 6 && name.starts_with("_0x")) return all_hex(name.substr(3));
  if (name.size() < 8) return false;
  const auto made_of = [&](std::string_view set) {
    return std::all_of(name.begin(), name.end(),
                       [&](char c) { return set.find(c) != std::string_view::npos; });
  };
  return made_of("lI1_") || made_of("O0o_") || made_of("iIlj_");
}

BehaviourId id(std::string_view name) { return find_behaviour(name); }

// Code that stands so far to the right of other code that nobody sees it; npos when there is none.
// A run of so many blanks covers one of every so many bytes, so only those are looked at.
size_t hidden_code(std::string_view source) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  for (size_t at = 0; at < source.size(); at += kHiddenBlanks) {
    if (!is_blank(source[at])) continue;
    size_t begin = at, end = at;
    while (begin > 0 && is_blank(source[begin - 1])) --begin;
    while (end < source.size() && is_blank(source[end])) ++end;
    at = end - end % kHiddenBlanks;  // goes on behind the run
    const auto returns = std::count(source.begin() + static_cast<ptrdiff_t>(begin),
                                    source.begin() + static_cast<ptrdiff_t>(end), '\r');
    const size_t blanks = end - begin - static_cast<size_t>(returns);
    if (blanks < kHiddenBlanks || end == source.size() || source[end] == '\n') continue;
    const bool code_before = begin > 0 && source[begin - 1] != '\n';
    const bool comment = std::string_view("#/*\\|").find(source[end]) != std::string_view::npos;
    if (code_before && !comment) return end;
  }
  return source.npos;
}

// The end of a run of characters that nobody sees; npos when there is none.
size_t invisible_text(std::string_view source) {
  const auto byte = [&](size_t k) {
    return k < source.size() ? static_cast<unsigned char>(source[k]) : 0U;
  };
  size_t run = 0;
  for (size_t i = 0; i < source.size(); ++i) {
    // Eight bytes of ASCII at a time.
    for (uint64_t word = 0; i + sizeof(word) <= source.size(); i += sizeof(word), run = 0) {
      std::memcpy(&word, source.data() + i, sizeof(word));
      if ((word & 0x8080808080808080U) != 0) break;
    }
    const uint32_t c = byte(i);
    if (c < 0xE2) {
      if ((c & 0xC0) != 0x80) run = 0;
      continue;
    }
    const uint32_t point = c < 0xF0
                               ? (c & 15U) << 12 | (byte(i + 1) & 63U) << 6 | (byte(i + 2) & 63U)
                               : (c & 7U) << 18 | (byte(i + 1) & 63U) << 12 |
                                     (byte(i + 2) & 63U) << 6 | (byte(i + 3) & 63U);
    run = invisible(point) ? run + 1 : 0;
    if (run == kInvisibleRun) return i;
  }
  return source.npos;
}

}  // namespace

void classify_shape(std::string_view text, std::string_view written,
                    std::vector<BehaviourId>& out) {
  static const BehaviourId base64 = id("enc.base64_string"), long_string = id("enc.long_string"),
                           hex = id("obf.hex_string");
  if (text.size() >= 40 && looks_like_base64(text)) out.push_back(base64);
  if (text.size() >= kHexStringBytes && all_hex(text)) {
    out.push_back(hex);
  } else if (written.size() <= (1U << 20) && count_escapes(written) >= kEscapes &&
             count_escapes(written) * 8 >= written.size()) {
    out.push_back(hex);
  }
  if (text.size() >= kLongStringBytes) {
    const auto blanks = static_cast<size_t>(std::count(text.begin(), text.end(), ' '));
    if (blanks * 50 < text.size()) out.push_back(long_string);
  }
}

std::string readable_base64(std::string_view text) {
  if (text.size() < 24 || text.size() > (1U << 20) || !looks_like_base64(text)) return {};
  std::optional<std::string> decoded = decode_base64(text, 1 << 20);
  if (!decoded || decoded->empty()) return {};
  const auto printable =
      static_cast<size_t>(std::count_if(decoded->begin(), decoded->end(), [](unsigned char c) {
        return (c >= 32 && c < 127) || c == '\n' || c == '\r' || c == '\t';
      }));
  return printable * 20 >= decoded->size() * 19 ? *decoded : std::string{};
}

bool is_prose(std::string_view text) {
  text = text.substr(0, std::min(text.find('\n', 1), kProseBytes));
  size_t words = 0;
  bool punctuated = false, sentence = false;
  while (!text.empty()) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    std::string_view word = text.substr(0, text.find_first_of(" \t\r\n"));
    text.remove_prefix(word.size());
    if (word.empty()) break;
    const bool mark = std::string_view(".,:!?").find(word.back()) != std::string_view::npos;
    if (mark) word.remove_suffix(1);
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
      return std::isalpha(c) != 0 || c == '\'';
    });
    if (!plain || (words == 0 && is_one_of(kCodeWords, word))) break;
    punctuated |= mark;
    sentence |= is_one_of(kFunctionWords, word);
    ++words;
  }
  return (words >= 2 && punctuated) || (words >= 3 && sentence);
}

bool is_feature_test(std::string_view code) {
  return code.size() <= kFeatureTestBytes && code.find('(') == std::string_view::npos &&
         code.find('=') == std::string_view::npos;
}

std::vector<TextSign> file_signs(const Module& module, const StringPool& pool) {
  std::vector<TextSign> signs;
  std::unordered_set<Symbol> names;
  for (const Node& node : module.nodes) {
    if (node.kind != NodeKind::kName || !mangled(pool.text(node.text))) continue;
    if (!names.insert(node.text).second) continue;
    if (names.size() == kMangledNames) signs.push_back({id("obf.mangled_names"), node.begin});
  }
  if (const size_t place = hidden_code(module.source); place != module.source.npos) {
    signs.push_back({id("obf.hidden_line"), static_cast<uint32_t>(place)});
  }
  if (const size_t place = invisible_text(module.source); place != module.source.npos) {
    signs.push_back({id("obf.invisible_text"), static_cast<uint32_t>(place)});
  }
  return signs;
}

}  // namespace cerebro
