#include "registry/client_config.h"

#include <algorithm>
#include <cctype>

#include "lockfile/purl.h"
#include "package/ini.h"
#include "package/text.h"

namespace cerebro {
namespace {

// Prints the address that pip falls back to.
constexpr const char* kAskPip =
    "from pip._internal.models.index import PyPI; print(PyPI.simple_url)";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return text;
}

// "${NAME}" becomes the variable, "${NAME?}" too or nothing; what is not set stays as it is (npm).
std::string expanded(std::string_view text, const Surroundings& surroundings) {
  std::string result;
  while (!text.empty()) {
    const size_t start = text.find("${");
    const size_t end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) break;
    std::string name(text.substr(start + 2, end - start - 2));
    const bool optional = name.ends_with('?');
    if (optional) name.pop_back();
    result += text.substr(0, start);
    const auto found = surroundings.variables.find(name);
    if (found != surroundings.variables.end()) {
      result += found->second;
    } else if (!optional) {
      result += text.substr(start, end + 1 - start);
    }
    text.remove_prefix(end + 1);
  }
  return result.append(text);
}

std::string_view unquoted(std::string_view text) {
  if (text.size() > 1 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0]) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

using Settings = std::map<std::string, std::string>;

// What is there already stays: the files are read in the order of their rank.
void add_npmrc(std::string_view text, const Surroundings& surroundings, Settings& settings) {
  for (const std::string_view line : lines_of(text)) {
    const std::string_view content = trim(line);
    const size_t equals = content.find('=');
    if (content.empty() || content[0] == '#' || content[0] == ';' ||
        equals == std::string_view::npos) {
      continue;
    }
    settings.emplace(expanded(unquoted(trim(content.substr(0, equals))), surroundings),
                     expanded(unquoted(trim(content.substr(equals + 1))), surroundings));
  }
}

// npm_config_fetch_retries is "fetch-retries"; keys of scopes and places are taken as they are.
void add_npm_variables(const Surroundings& surroundings, Settings& settings) {
  static constexpr std::string_view kPrefix = "npm_config_";
  for (const auto& [name, value] : surroundings.variables) {
    if (name.size() <= kPrefix.size() || lower(name.substr(0, kPrefix.size())) != kPrefix) continue;
    std::string key = name.substr(kPrefix.size());
    if (!key.starts_with("//") && !key.starts_with('@')) {
      key = lower(key);
      std::replace(key.begin() + 1, key.end(), '_', '-');
    }
    if (!value.empty()) settings.emplace(key, value);
  }
}

std::string first_line(const std::string& text) {
  return std::string(trim(std::string_view(text).substr(0, text.find('\n'))));
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> all;
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\r\n", at)) != std::string_view::npos) {
    const size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    all.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return all;
}

}  // namespace

ClientConfig ClientConfig::load(const RegistryFlags& flags, Surroundings surroundings) {
  ClientConfig config;
  config.surroundings_ = std::move(surroundings);
  const Surroundings& around = config.surroundings_;
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (config.certificates_.empty()) config.certificates_ = around.variable(name);
  }
  std::string netrc = around.variable("NETRC");
  if (netrc.empty()) netrc = around.variable("HOME") + "/.netrc";
  if (const auto text = around.read(netrc)) config.credentials_.add_netrc(*text);
  config.load_npm(flags);
  config.load_pip(flags);
  return config;
}

void ClientConfig::load_npm(const RegistryFlags& flags) {
  const Surroundings& around = surroundings_;
  if (!flags.npm_registry.empty()) npm_["registry"] = flags.npm_registry;
  add_npm_variables(around, npm_);
  const auto add = [&](const std::string& path) {
    if (path.empty()) return;
    if (const auto text = around.read(path)) add_npmrc(*text, around, npm_);
  };
  const auto setting = [&](const std::string& key) {
    const auto found = npm_.find(key);
    return found == npm_.end() ? std::string() : found->second;
  };
  add(around.folder + "/.npmrc");
  add(setting("userconfig").empty() ? around.variable("HOME") + "/.npmrc" : setting("userconfig"));
  add(setting("globalconfig"));
  if (!setting("prefix").empty()) add(setting("prefix") + "/etc/npmrc");
  for (const char* path : {"/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc"}) add(path);

  if (certificates_.empty()) certificates_ = setting("cafile");
  // "//host/path/:_authToken"
  std::map<std::string, std::pair<std::string, std::string>> accounts;
  for (const auto& [key, value] : npm_) {
    const size_t colon = key.rfind(':');
    if (!key.starts_with("//") || colon == std::string::npos || value.empty()) continue;
    const std::string place = key.substr(0, colon), name = key.substr(colon + 1);
    if (name == "username") accounts[place].first = value;
    if (name == "_password") accounts[place].second = base64_decoded(value);
  }
  for (const auto& [place, account] : accounts) {
    if (!account.first.empty()) credentials_.add_basic(place, account.first, account.second);
  }
  for (const char* const wanted : {"_auth", "_authToken"}) {
    for (const auto& [key, value] : npm_) {
      const size_t colon = key.rfind(':');
      if (!key.starts_with("//") || colon == std::string::npos || value.empty()) continue;
      if (key.substr(colon + 1) != wanted) continue;
      credentials_.add(key.substr(0, colon),
                       (std::string_view(wanted) == "_auth" ? "Basic " : "Bearer ") + value);
    }
  }
}

void ClientConfig::load_pip(const RegistryFlags& flags) {
  const Surroundings& around = surroundings_;
  // From the lowest to the highest rank; what comes later wins.
  std::vector<std::string> files;
  const std::string home = around.variable("HOME"), named = around.variable("PIP_CONFIG_FILE");
  if (named != "/dev/null") {
    files = {"/etc/xdg/pip/pip.conf", "/etc/pip.conf", home + "/.pip/pip.conf"};
    const std::string xdg = around.variable("XDG_CONFIG_HOME");
    files.push_back((xdg.empty() ? home + "/.config" : xdg) + "/pip/pip.conf");
    if (const auto venv = around.variable("VIRTUAL_ENV"); !venv.empty()) {
      files.push_back(venv + "/pip.conf");
    }
    if (!named.empty()) files.push_back(named);
  }
  for (const std::string& path : files) {
    const auto text = around.read(path);
    if (!text) continue;
    for (const IniValue& row : read_ini(*text)) {
      if (row.section != "global" && row.section != "download" && row.section != "install")
        continue;
      std::string key = lower(row.key);
      std::replace(key.begin(), key.end(), '_', '-');
      if (key == "index-url") pip_index_ = row.value;
      if (key == "extra-index-url") pip_extra_ = words(row.value);
      if (key == "cert" && certificates_.empty()) certificates_ = row.value;
    }
  }
  if (const auto url = around.variable("PIP_INDEX_URL"); !url.empty()) pip_index_ = url;
  if (const auto urls = around.variable("PIP_EXTRA_INDEX_URL"); !urls.empty()) {
    pip_extra_ = words(urls);
  }
  if (!flags.pypi_index.empty()) {
    pip_index_ = flags.pypi_index;
    pip_extra_.clear();  // who names an index means that one
  }
  if (certificates_.empty()) certificates_ = around.variable("PIP_CERT");
}

Result<Url> ClientConfig::parse(const std::string& text, const std::string& source) {
  auto url = parse_url(text);
  if (!url) {  // the text may hold a password: it is not shown
    return fail(Code::kRegistryNotConfigured, source + " is not an http or https address");
  }
  if (!url->user_info.empty()) {
    const size_t colon = url->user_info.find(':');
    const std::string password =
        colon == std::string::npos ? "" : percent_decode(url->user_info.substr(colon + 1));
    credentials_.add_basic("//" + url->host_and_port() + "/",
                           percent_decode(url->user_info.substr(0, colon)), password);
    url->user_info.clear();
  }
  url->fragment.clear();
  if (!url->path.ends_with('/')) url->path += '/';
  return *url;
}

Result<Url> ClientConfig::npm_registry(std::string_view scope) {
  if (!scope.empty()) {
    const auto found = npm_.find(std::string(scope) + ":registry");
    if (found != npm_.end()) return parse(found->second, found->first);
  }
  if (!npm_.contains("registry")) {
    const auto answer = surroundings_.run({"npm", "config", "get", "registry"});
    const std::string url = answer ? first_line(*answer) : "";
    if (!parse_url(url)) {
      return fail(Code::kRegistryNotConfigured,
                  "give --npm-registry URL, or set npm_config_registry or .npmrc's registry; "
                  "no npm is installed that could be asked");
    }
    npm_["registry"] = url;
  }
  return parse(npm_["registry"], "the npm registry");
}

Result<std::vector<Url>> ClientConfig::pypi_indexes() {
  if (pip_index_.empty()) {
    const auto answer = surroundings_.run({"python3", "-I", "-c", kAskPip});
    const std::string url = answer ? first_line(*answer) : "";
    if (!parse_url(url)) {
      return fail(Code::kRegistryNotConfigured,
                  "give --pypi-index URL, or set PIP_INDEX_URL or pip.conf's index-url; "
                  "no pip is installed that could be asked");
    }
    pip_index_ = url;
  }
  std::vector<Url> urls;
  TRY(main, parse(pip_index_, "the package index"));
  urls.push_back(main);
  for (const std::string& extra : pip_extra_) {
    TRY(url, parse(extra, "an extra package index"));
    urls.push_back(url);
  }
  return urls;
}

}  // namespace cerebro
