#include "registry/download.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "base/hash.h"
#include "registry/credentials.h"

namespace cerebro {
namespace {

constexpr std::array<std::string_view, 5> kStrongestFirst = {"sha512", "sha384", "sha256", "sha1",
                                                             "md5"};

bool fits(const std::vector<ExpectedHash>& hashes, std::string_view bytes) {
  if (hashes.empty()) return true;
  const std::string actual = raw_digest(hashes[0].algorithm, bytes);
  return std::any_of(hashes.begin(), hashes.end(),
                     [&](const ExpectedHash& hash) { return hash.digest == actual; });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The first of the addresses that answers.
Result<HttpResponse> get_any(const Download& download, HttpClient& http, const Limits& limits) {
  Result<HttpResponse> response = fail(Code::kRegistryAnswer, "the registry names no archive");
  for (const Url& url : download.urls) {
    auto next =
        http.get({.url = url, .max_bytes = limits.packed_bytes, .anonymous = download.anonymous});
    if (next) return next;
    if (&url == &download.urls.front()) response = std::move(next);  // its error says most
  }
  return response;
}

}  // namespace

std::vector<ExpectedHash> parse_integrity(std::string_view text) {
  std::vector<ExpectedHash> hashes;
  while (!text.empty()) {
    const size_t space = std::min(text.find_first_of(" \t\r\n"), text.size());
    std::string_view one = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    one = one.substr(0, one.find('?'));
    const size_t dash = one.find('-');
    if (dash == std::string_view::npos) continue;
    ExpectedHash hash{std::string(one.substr(0, dash)), base64_decoded(one.substr(dash + 1))};
    const size_t size = raw_digest(hash.algorithm, "").size();
    if (size != 0 && hash.digest.size() == size) hashes.push_back(std::move(hash));
  }
  return hashes;
}

ExpectedHash hash_of_hex(std::string_view algorithm, std::string_view hex) {
  ExpectedHash hash{std::string(algorithm), {}};
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) break;
    hash.digest += static_cast<char>(16 * high + low);
  }
  // A hash of the wrong length fits nothing, which is right: it was meant to protect.
  return hash;
}

std::vector<ExpectedHash> strongest(const std::vector<ExpectedHash>& hashes) {
  std::vector<ExpectedHash> best;
  for (const std::string_view algorithm : kStrongestFirst) {
    std::copy_if(hashes.begin(), hashes.end(), std::back_inserter(best),
                 [&](const ExpectedHash& hash) { return hash.algorithm == algorithm; });
    if (!best.empty()) break;
  }
  return best;
}

std::vector<ExpectedHash> written_hashes(const std::vector<std::string>& written,
                                         std::vector<std::string>* unreadable) {
  std::vector<ExpectedHash> hashes;
  for (const std::string& text : written) {
    const size_t colon = text.find(':');
    std::vector<ExpectedHash> read;
    if (colon == std::string::npos) {
      read = parse_integrity(text);
    } else {
      ExpectedHash hash =
          hash_of_hex(text.substr(0, colon), std::string_view(text).substr(colon + 1));
      const size_t size = raw_digest(hash.algorithm, "").size();
      const bool whole = size != 0 && text.size() - colon - 1 == 2 * size;
      if (whole && hash.digest.size() == size) read.push_back(std::move(hash));
    }
    if (read.empty() && unreadable != nullptr) unreadable->push_back(text);
    std::move(read.begin(), read.end(), std::back_inserter(hashes));
  }
  return hashes;
}

bool fits_any(const std::vector<std::string>& written, std::string_view bytes) {
  return fits(strongest(written_hashes(written)), bytes);
}

std::optional<int64_t> parse_time(const std::string& text) {
  tm date{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &date);
  if (rest == nullptr) return std::nullopt;
  if (*rest == '.') rest += 1 + std::strspn(rest + 1, "0123456789");
  const std::string_view zone(rest);
  if (zone == "Z") return timegm(&date);
  int hours = 0, minutes = 0;
  if (zone.size() != 6 || std::sscanf(rest + 1, "%2d:%2d", &hours, &minutes) != 2) {
    return std::nullopt;
  }
  const int64_t offset = 3600 * hours + 60 * minutes;
  if (zone[0] == '+') return timegm(&date) - offset;
  return zone[0] == '-' ? std::optional<int64_t>(timegm(&date) + offset) : std::nullopt;
}

ScanInput fetch(const Download& download, HttpClient& http, const ArchiveCache& cache,
                const Limits& limits) {
  ScanInput input{download.target, {}, download.notes, {}};
  input.released = download.released;
  const std::vector<ExpectedHash> hashes = strongest(download.hashes);
  if (hashes.empty()) input.notes.push_back({Code::kRegistryNoHash, {}, {}});
  if (hashes.size() == 1) {
    input.bytes = cache.read(hashes[0].algorithm, hashes[0].digest);
    if (input.bytes) return input;
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto response = get_any(download, http, limits);
    if (!response) {
      input.error = response.error();
      return input;
    }
    if (fits(hashes, response->body)) {
      if (hashes.size() == 1) cache.write(hashes[0].algorithm, hashes[0].digest, response->body);
      input.bytes = std::move(response->body);
      input.error.reset();
      return input;
    }
    const std::string& algorithm = hashes[0].algorithm;
    input.error = Error{Code::kRegistryIntegrity,
                        algorithm + " is " + to_hex(raw_digest(algorithm, response->body)) +
                            ", not " + to_hex(hashes[0].digest),
                        response->url.text()};
  }
  return input;
}

}  // namespace cerebro
