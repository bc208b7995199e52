#include "lockfile/purl.h"

#include <algorithm>
#include <charconv>

namespace cerebro {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

}  // namespace

Ecosystem Purl::ecosystem() const {
  if (type == "npm") return Ecosystem::kNpm;
  return type == "pypi" ? Ecosystem::kPypi : Ecosystem::kUnknown;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    if (text[at] == '%' && at + 2 < text.size()) {
      const char* end = text.data() + at + 3;
      if (std::from_chars(text.data() + at + 1, end, byte, 16).ptr == end) {
        out += static_cast<char>(byte);
        at += 2;
        continue;
      }
    }
    out += text[at];
  }
  return out;
}

std::string normalise_pypi_name(std::string_view name) {
  std::string out;
  bool separator = false;
  for (const char c : name) {
    const bool is_separator = c == '-' || c == '_' || c == '.';
    if (is_separator && !separator) out += '-';
    if (!is_separator) out += lower(c);
    separator = is_separator;
  }
  return out;
}

std::optional<Purl> parse_purl(std::string_view text) {
  if (lowered(text.substr(0, 4)) != "pkg:") return std::nullopt;
  text.remove_prefix(4);
  text.remove_prefix(std::min(text.find_first_not_of('/'), text.size()));  // "pkg://npm/x"
  text = text.substr(0, text.find('#'));
  Purl purl;
  if (const size_t mark = text.find('?'); mark != std::string_view::npos) {
    purl.qualifiers = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  purl.type = lowered(text.substr(0, slash));
  text.remove_prefix(slash + 1);
  // An unescaped "@" at the start is a scope that should have been escaped.
  const size_t at = text.rfind('@');
  if (at != std::string_view::npos && at > 0 && text.find('/', at) == std::string_view::npos) {
    purl.version = percent_decode(text.substr(at + 1));
    text = text.substr(0, at);
  }
  purl.name = percent_decode(text);
  if (purl.type == "pypi") purl.name = normalise_pypi_name(purl.name);
  if (purl.name.empty() || purl.name.back() == '/') return std::nullopt;
  return purl;
}

std::string purl_text(std::string_view type, std::string_view name, std::string_view version) {
  // The specification has "@" of a scope and all sub-delimiters encoded.
  const auto encoded = [](std::string_view text) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      if (kPlain.find(c) != std::string_view::npos) {
        out += c;
      } else {
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
      }
    }
    return out;
  };
  const std::string plain = type == "pypi" ? normalise_pypi_name(name) : std::string(name);
  std::string text = "pkg:" + std::string(type) + "/" + encoded(plain);
  if (!version.empty()) text += "@" + encoded(version);
  return text;
}

}  // namespace cerebro
