#pragma once

// The part of URLs (RFC 3986) that registries use: absolute http and https.

#include <optional>
#include <string>
#include <string_view>

namespace cerebro {

struct Url {
  std::string scheme;     // "http", "https"
  std::string user_info;  // as written, before '@'; must not be shown
  std::string host;       // lower-case, an IPv6 address with brackets
  std::string port;       // "" is the scheme's own
  std::string path;       // with '/', with the query, without fragment
  std::string fragment;   // without '#'

  std::string host_and_port() const { return port.empty() ? host : host + ":" + port; }
  std::string origin() const { return scheme + "://" + host_and_port(); }
  // Without user info and fragment: what is requested and may be shown.
  std::string text() const { return origin() + path; }
};

// Nothing for other schemes and for what holds control characters or space.
std::optional<Url> parse_url(std::string_view text);

// `reference` as written in a document at `base` (RFC 3986, section 5.2).
std::optional<Url> resolve_url(const Url& base, std::string_view reference);

std::string percent_encoded(std::string_view text);  // all but unreserved characters

}  // namespace cerebro
