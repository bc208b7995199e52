#pragma once

// One archive of a registry: where it is, and the hashes that its bytes must have.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "registry/cache.h"
#include "registry/http.h"
#include "scan/input.h"

namespace cerebro {

struct ExpectedHash {
  std::string algorithm;  // as raw_digest() names it
  std::string digest;     // raw bytes
};

struct Download {
  std::string target;                // "npm:x@1.0.0", "pypi:x==1.0 (x-1.0.tar.gz)"
  std::vector<Url> urls;             // tried in turn
  std::vector<ExpectedHash> hashes;  // any of the strongest algorithm must fit
  std::vector<Note> notes;
  std::optional<int64_t> released{};  // Unix time
  bool anonymous = false;             // fetched without credentials
};

// Subresource Integrity: "sha512-BASE64 sha1-BASE64?options". What is not understood is left out.
std::vector<ExpectedHash> parse_integrity(std::string_view text);
ExpectedHash hash_of_hex(std::string_view algorithm, std::string_view hex);

// Those of the strongest algorithm among them: the weaker ones prove nothing more.
std::vector<ExpectedHash> strongest(const std::vector<ExpectedHash>& hashes);

// Those of a lockfile, "sha512-..." or "sha256:...". What cannot be read is left out, and in
// `unreadable` when that is given.
std::vector<ExpectedHash> written_hashes(const std::vector<std::string>& written,
                                         std::vector<std::string>* unreadable = nullptr);

// Whether the bytes have one of the hashes of a lockfile, of those of the strongest algorithm; true
// where none can be read.
bool fits_any(const std::vector<std::string>& written, std::string_view bytes);

// "2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.000+00:00" (RFC 3339) as Unix time.
std::optional<int64_t> parse_time(const std::string& text);

// From the cache or the network. What does not have the hash is fetched once more, then it is an
// error: it never becomes bytes that are scanned.
ScanInput fetch(const Download& download, HttpClient& http, const ArchiveCache& cache,
                const Limits& limits);

}  // namespace cerebro
