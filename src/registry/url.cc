#include "registry/url.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace cerebro {
namespace {

bool is_unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

bool is_bad(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '\\';
  });
}

// RFC 3986, section 5.2.4; the query is not touched.
std::string without_dots(std::string_view path) {
  const size_t query = std::min(path.find('?'), path.size());
  std::string_view rest = path.substr(0, query);
  std::vector<std::string_view> parts;
  bool folder = true;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // '/'
    const size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end);
    folder = part == "." || part == "..";
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (part != ".") {
      parts.push_back(part);
    }
  }
  std::string clean;
  for (const std::string_view part : parts) clean.append("/").append(part);
  if (folder || clean.empty()) clean += '/';
  return clean.append(path.substr(query));
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (is_bad(text)) return std::nullopt;
  Url url;
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  url.scheme = text.substr(0, colon);
  for (char& c : url.scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  const size_t hash = text.find('#');
  if (hash != std::string_view::npos) url.fragment = text.substr(hash + 1);
  text = text.substr(0, hash);
  const size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  text.remove_prefix(end);
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  size_t host_end = authority.starts_with('[') ? authority.find(']') : authority.find(':');
  if (authority.starts_with('[')) {
    if (host_end == std::string_view::npos) return std::nullopt;
    ++host_end;
  }
  url.host = authority.substr(0, host_end);
  for (char& c : url.host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (host_end < authority.size()) {
    if (authority[host_end] != ':') return std::nullopt;
    url.port = authority.substr(host_end + 1);
    if (url.port.size() > 5 || url.port.find_first_not_of("0123456789") != std::string::npos) {
      return std::nullopt;
    }
    if (url.port == (url.scheme == "http" ? "80" : "443")) url.port.clear();
  }
  if (url.host.empty()) return std::nullopt;
  url.path = without_dots(text.starts_with('/') ? std::string(text) : "/" + std::string(text));
  return url;
}

std::optional<Url> resolve_url(const Url& base, std::string_view reference) {
  const size_t colon = reference.find(':');
  if (colon != std::string_view::npos && colon < reference.find_first_of("/?#")) {
    return parse_url(reference);
  }
  if (reference.starts_with("//")) return parse_url(base.scheme + ":" + std::string(reference));
  const std::string_view path = std::string_view(base.path).substr(0, base.path.find('?'));
  std::string full = base.origin();
  if (reference.starts_with('/')) {
    full += reference;
  } else if (reference.empty() || reference[0] == '#') {
    full.append(base.path).append(reference);
  } else if (reference[0] == '?') {
    full.append(path).append(reference);
  } else {
    full.append(path.substr(0, path.rfind('/') + 1)).append(reference);
  }
  return parse_url(full);
}

std::string percent_encoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

}  // namespace cerebro
