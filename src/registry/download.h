#pragma once

// One archive of a registry: where it is, and the hashes that its bytes must have.

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
};

// Subresource Integrity: "sha512-BASE64 sha1-BASE64?options". What is not understood is left out.
std::vector<ExpectedHash> parse_integrity(std::string_view text);
ExpectedHash hash_of_hex(std::string_view algorithm, std::string_view hex);

// Those of the strongest algorithm among them: the weaker ones prove nothing more.
std::vector<ExpectedHash> strongest(const std::vector<ExpectedHash>& hashes);

// From the cache or the network. What does not have the hash is fetched once more, then it is an
// error: it never becomes bytes that are scanned.
// Whether the bytes have one of the hashes of a lockfile ("sha512-...", "sha256:..."), of those of
// the strongest algorithm; true where none is known.
bool fits_any(const std::vector<std::string>& written, std::string_view bytes);

ScanInput fetch(const Download& download, HttpClient& http, const ArchiveCache& cache,
                const Limits& limits);

}  // namespace cerebro
