#include "registry/credentials.h"

#include <algorithm>
#include <vector>

namespace cerebro {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// "//HOST/a" and "//host:443/a/" are places as they are written; only the end matters here.
std::string place_key(std::string_view place) {
  std::string key(place);
  const size_t host_end = std::min(key.find('/', 2), key.size());
  for (size_t i = 0; i < host_end; ++i) {
    if (key[i] >= 'A' && key[i] <= 'Z') key[i] = static_cast<char>(key[i] - 'A' + 'a');
  }
  if (!key.ends_with('/')) key += '/';
  return key;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    if (text[0] == '#') {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
      continue;
    }
    const size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    all.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return all;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (size_t j = 0; j < 4; ++j) {
      text += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63];
    }
  }
  return text;
}

std::string base64_decoded(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return {};
    group = (group << 6 | static_cast<uint32_t>(digit)) & 0xFFFFFF;
    if ((bits += 6) >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xFF);
    }
  }
  return bytes;
}

void Credentials::add(std::string_view place, std::string authorization) {
  const bool breaks_header = authorization.find_first_of("\r\n") != std::string::npos;
  if (place.starts_with("//") && !breaks_header)
    places_[place_key(place)] = std::move(authorization);
}

void Credentials::add_basic(std::string_view place, std::string_view user,
                            std::string_view password) {
  add(place, "Basic " + base64(std::string(user) + ":" + std::string(password)));
}

void Credentials::add_host(const std::string& host, std::string authorization) {
  hosts_.emplace(host, std::move(authorization));
}

void Credentials::add_netrc(std::string_view text) {
  std::string machine, login, password;
  const auto finish = [&] {
    if (!machine.empty() && !password.empty()) {
      add_host(machine, "Basic " + base64(login + ":" + password));
    }
    machine.clear(), login.clear(), password.clear();
  };
  const auto all = words(text);
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i] == "default" || all[i] == "machine") finish();
    if (i + 1 == all.size()) break;
    if (all[i] == "machine")
      machine = all[++i];
    else if (all[i] == "login")
      login = all[++i];
    else if (all[i] == "password")
      password = all[++i];
    else if (all[i] == "account")
      ++i;
  }
  finish();
}

std::string Credentials::authorization(const Url& url) const {
  const std::string path = url.path.substr(0, url.path.find('?'));
  std::string place = "//" + url.host_and_port() + path;
  while (place.size() > 2) {
    if (place.ends_with('/')) {
      if (const auto found = places_.find(place); found != places_.end()) return found->second;
      place.pop_back();
    }
    const size_t slash = place.rfind('/');
    if (slash == std::string::npos || slash < 2) break;
    place.resize(slash + 1);
  }
  const auto host = hosts_.find(url.host);
  return host == hosts_.end() ? std::string() : host->second;
}

}  // namespace cerebro
