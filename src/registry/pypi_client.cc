#include "registry/pypi_client.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "lockfile/purl.h"
#include "registry/json_access.h"
#include "registry/pep440.h"

namespace cerebro {
namespace {

using Json = nlohmann::json;

constexpr const char* kAccept =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.2, "
    "text/html; q=0.01";
constexpr uint64_t kMaxPage = 64ULL << 20;
constexpr size_t kMaxYankReason = 200;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// The references that addresses and file names need.
std::string without_entities(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kNames[] = {
      {"&amp;", '&'},   {"&lt;", '<'},  {"&gt;", '>'},   {"&quot;", '"'}, {"&#39;", '\''},
      {"&#x27;", '\''}, {"&#43;", '+'}, {"&#x2b;", '+'}, {"&#x2B;", '+'}};
  std::string plain;
  while (!text.empty()) {
    const auto name = std::find_if(std::begin(kNames), std::end(kNames),
                                   [&](const auto& row) { return text.starts_with(row.first); });
    plain += name == std::end(kNames) ? text[0] : name->second;
    text.remove_prefix(name == std::end(kNames) ? 1 : name->first.size());
  }
  return plain;
}

// The attributes of a tag, from after its name to '>', which is left behind in `text`.
std::map<std::string, std::string> read_attributes(std::string_view& text) {
  std::map<std::string, std::string> attributes;
  static constexpr std::string_view kSpace = " \t\r\n/";
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    if (text.empty() || text[0] == '>') return attributes;
    const size_t end = std::min(text.find_first_of(" \t\r\n/=>", 1), text.size());
    std::string name(text.substr(0, end));
    std::transform(name.begin(), name.end(), name.begin(), lower);
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    std::string_view value;
    if (text.starts_with('=')) {
      text.remove_prefix(1);
      text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
      const bool quoted = !text.empty() && (text[0] == '"' || text[0] == '\'');
      const std::string stop = quoted ? std::string(1, text[0]) : " \t\r\n>";
      if (quoted) text.remove_prefix(1);
      value = text.substr(0, text.find_first_of(stop));
      text.remove_prefix(std::min(value.size() + (quoted ? 1U : 0U), text.size()));
    }
    attributes.emplace(std::move(name), without_entities(value));
  }
}

// "name-1.0" -> "1.0"; names may hold '-', so each is tried.
std::string after_name(std::string_view stem, std::string_view project) {
  for (size_t dash = stem.find('-'); dash != std::string_view::npos;
       dash = stem.find('-', dash + 1)) {
    if (normalise_pypi_name(stem.substr(0, dash)) == project) {
      return std::string(stem.substr(dash + 1));
    }
  }
  return {};
}

// Installers of systems that no archive reader here understands.
bool is_unreadable_kind(std::string_view file) {
  return file.ends_with(".msi") || file.ends_with(".dmg") || file.ends_with(".deb");
}

bool is_source(std::string_view file) {
  return !file.ends_with(".whl") && !file.ends_with(".egg") && !file.ends_with(".exe") &&
         !file.ends_with(".msi") && !file.ends_with(".rpm") && !file.ends_with(".dmg");
}

struct Release {
  Pep440 version;
  std::string text;
  std::vector<const IndexFile*> files;

  bool is_yanked() const {
    return std::all_of(files.begin(), files.end(), [](const auto* file) { return file->yanked; });
  }
};

std::vector<Release> releases_of(const RegistrySpec& spec, const std::vector<IndexFile>& files) {
  const std::string project = normalise_pypi_name(spec.name);
  std::vector<Release> releases;
  for (const IndexFile& file : files) {
    if (!spec.file_name.empty() && file.name != spec.file_name) continue;
    const std::string text = version_of_file(file.name, project);
    const auto version = parse_pep440(text);
    if (!version) continue;
    const auto same = std::find_if(releases.begin(), releases.end(), [&](const Release& release) {
      return compare(release.version, *version) == 0;
    });
    if (same == releases.end()) {
      releases.push_back({*version, text, {&file}});
    } else {
      same->files.push_back(&file);
    }
  }
  std::sort(releases.begin(), releases.end(),
            [](const Release& a, const Release& b) { return compare(a.version, b.version) < 0; });
  return releases;
}

// As pip chooses: the highest that fits; yanked ones only for an exact version, pre-releases only
// when they are named or nothing else is there.
const Release* choose(const Pep440Specifiers& specifiers, const std::vector<Release>& releases) {
  for (const bool prereleases : {specifiers.names_prerelease(), true}) {
    for (auto release = releases.rbegin(); release != releases.rend(); ++release) {
      if (release->version.is_prerelease() && !prereleases) continue;
      if (release->is_yanked() && !specifiers.is_exact()) continue;
      if (specifiers.matches(release->version, release->text)) return &*release;
    }
  }
  return nullptr;
}

}  // namespace

Result<std::vector<IndexFile>> read_index_json(const std::string& text, const Url& page) {
  const Json json = Json::parse(text, nullptr, false);
  const Json& rows = member(json, "files");
  if (!rows.is_array()) {
    return fail(Code::kRegistryAnswer, "the index's answer lists no files", page.text());
  }
  std::vector<IndexFile> files;
  for (const Json& row : rows) {
    const auto url = resolve_url(page, text_of(member(row, "url")));
    if (!url) continue;
    IndexFile file{text_of(member(row, "filename")), *url, {}, false, {}};
    const Json& hashes = member(row, "hashes");
    if (hashes.is_object()) {
      for (const auto& [algorithm, hex] : hashes.items()) {
        file.hashes.push_back(hash_of_hex(algorithm, text_of(hex)));
      }
    }
    const Json& yanked = member(row, "yanked");
    file.yanked = yanked.is_string() || (yanked.is_boolean() && yanked.get<bool>());
    file.why_yanked = text_of(yanked);
    file.uploaded = parse_time(text_of(member(row, "upload-time")));
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<IndexFile> read_index_html(std::string_view text, const Url& page) {
  std::vector<IndexFile> files;
  for (;;) {
    const size_t tag = text.find('<');
    if (tag == std::string_view::npos) return files;
    text.remove_prefix(tag + 1);
    if (text.size() < 2 || lower(text[0]) != 'a' ||
        !std::isspace(static_cast<unsigned char>(text[1])))
      continue;
    text.remove_prefix(1);
    const auto attributes = read_attributes(text);
    const auto href = attributes.find("href");
    if (href == attributes.end()) continue;
    const auto url = resolve_url(page, href->second);
    if (!url) continue;
    const std::string path = url->path.substr(0, url->path.find('?'));
    IndexFile file{percent_decode(path.substr(path.rfind('/') + 1)), *url, {}, false, {}};
    const size_t equals = url->fragment.find('=');
    if (equals != std::string::npos) {
      const std::string hex = url->fragment.substr(equals + 1);
      file.hashes.push_back(
          hash_of_hex(url->fragment.substr(0, equals), hex.substr(0, hex.find('&'))));
    }
    const auto yanked = attributes.find("data-yanked");
    file.yanked = yanked != attributes.end();
    if (file.yanked) file.why_yanked = yanked->second;
    files.push_back(std::move(file));
  }
}

std::string version_of_file(std::string_view file, std::string_view project) {
  if (file.ends_with(".whl")) {
    const size_t first = file.find('-');  // a wheel's name holds none
    if (first == std::string_view::npos) return {};
    const size_t second = file.find('-', first + 1);
    if (second == std::string_view::npos) return {};
    if (normalise_pypi_name(file.substr(0, first)) != project) return {};
    return std::string(file.substr(first + 1, second - first - 1));
  }
  static constexpr std::array<std::string_view, 14> kEndings = {
      ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tbz2", ".tar.xz", ".tar.Z",
      ".tar",    ".egg", ".exe", ".msi",     ".rpm",  ".dmg",    ".deb"};
  for (const std::string_view ending : kEndings) {
    if (!file.ends_with(ending)) continue;
    std::string version = after_name(file.substr(0, file.size() - ending.size()), project);
    if (ending == ".egg") version.resize(std::min(version.find("-py"), version.size()));
    // Windows installers and dumb archives have the platform after the version.
    for (const char* mark : {".win", ".linux", ".macosx", "-win", "-linux"}) {
      version.resize(std::min(version.find(mark), version.size()));
    }
    return version;
  }
  return {};
}

Result<std::vector<Download>> choose_pypi_release(const RegistrySpec& spec,
                                                  const std::vector<IndexFile>& files, bool dates) {
  const auto specifiers = Pep440Specifiers::parse(spec.range);
  if (!specifiers) {
    return fail(Code::kRegistrySpec, "not a version specifier: " + spec.range, spec.text());
  }
  const std::vector<Release> releases = releases_of(spec, files);
  const Release* release = choose(*specifiers, releases);
  if (release == nullptr) {
    std::string message = "no release of " + spec.name + " fits \"" + spec.range + "\"";
    if (!releases.empty()) message += "; the highest is " + releases.back().text;
    return fail(Code::kRegistryNotFound, message, spec.text());
  }
  std::vector<const IndexFile*> order = release->files;
  std::sort(order.begin(), order.end(), [](const IndexFile* a, const IndexFile* b) {
    if (is_source(a->name) != is_source(b->name)) return is_source(a->name);
    return a->name < b->name;
  });
  std::vector<Download> downloads;
  std::set<std::string> seen;
  std::vector<Note> skipped;
  for (const IndexFile* file : order) {
    if (is_unreadable_kind(file->name)) {
      skipped.push_back({Code::kRegistrySkipped, file->name, {}});
      continue;
    }
    const auto best = strongest(file->hashes);
    if (!best.empty() && !seen.insert(best[0].algorithm + best[0].digest).second) continue;
    Download download{
        "pypi:" + normalise_pypi_name(spec.name) + "==" + release->text + " (" + file->name + ")",
        {file->url},
        file->hashes,
        {}};
    if (file->yanked) {
      download.notes.push_back(
          {Code::kRegistryYanked, file->why_yanked.substr(0, kMaxYankReason), {}});
    }
    download.released = file->uploaded;
    if (dates && !download.released) download.notes.push_back({Code::kRegistryNoDate, {}, {}});
    downloads.push_back(std::move(download));
  }
  if (downloads.empty()) {
    return fail(Code::kRegistrySkipped, order[0]->name, spec.text());
  }
  downloads[0].notes.insert(downloads[0].notes.end(), skipped.begin(), skipped.end());
  return downloads;
}

Result<std::vector<Download>> resolve_pypi(const RegistrySpec& spec,
                                           const std::vector<Url>& indexes, HttpClient& http,
                                           bool dates) {
  Result<std::vector<Download>> result =
      fail(Code::kRegistryNotFound, "no package index has a project " + spec.name, spec.text());
  for (const Url& index : indexes) {
    Url url = index;
    url.path += normalise_pypi_name(spec.name) + "/";
    auto response =
        http.get({.url = url, .accept = kAccept, .max_bytes = kMaxPage, .compressed = true});
    if (!response && response.error().code == Code::kRegistryNotFound) continue;
    if (!response) return tl::unexpected(response.error());
    const auto type = response->headers.find("content-type");
    const bool json =
        type != response->headers.end() && type->second.find("json") != std::string::npos;
    if (json) {
      TRY(files, read_index_json(response->body, response->url));
      result = choose_pypi_release(spec, files, dates);
    } else {
      result = choose_pypi_release(spec, read_index_html(response->body, response->url), dates);
    }
    if (result || result.error().code != Code::kRegistryNotFound) return result;
  }
  return result;
}

}  // namespace cerebro
