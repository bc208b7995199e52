#pragma once

// The simple API of Python package indexes: JSON (PEP 691), or HTML (PEP 503).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/download.h"
#include "registry/http.h"
#include "registry/spec.h"

namespace cerebro {

struct IndexFile {
  std::string name;
  Url url;
  std::vector<ExpectedHash> hashes;
  bool yanked = false;
  std::string why_yanked;
  std::optional<int64_t> uploaded{};  // Unix time; JSON of API 1.1 alone (PEP 700)
};

// Both forms; `page` is where they were served. Rows without a web address are left out.
Result<std::vector<IndexFile>> read_index_json(const std::string& text, const Url& page);
std::vector<IndexFile> read_index_html(std::string_view text, const Url& page);

// "Flask_Login-0.6.3-py3-none-any.whl" of "flask-login" is "0.6.3"; "" when the file is no
// distribution of that project.
std::string version_of_file(std::string_view file, std::string_view project);

// Every distribution of the release that pip would choose, sources first; equal bytes once.
// Errors: kRegistrySpec, kRegistryNotFound.
Result<std::vector<Download>> choose_pypi_release(const RegistrySpec& spec,
                                                  const std::vector<IndexFile>& files,
                                                  bool dates = false);

// Asks the indexes in turn. Errors: also kRegistryAnswer, kRegistryFailed.
Result<std::vector<Download>> resolve_pypi(const RegistrySpec& spec,
                                           const std::vector<Url>& indexes, HttpClient& http,
                                           bool dates = false);

}  // namespace cerebro
