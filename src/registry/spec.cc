#include "registry/spec.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "lockfile/purl.h"

namespace cerebro {
namespace {

constexpr size_t kMaxName = 214;  // npm's own bound; PyPI has none that is lower

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
         c == '~';
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

bool is_npm_name(std::string_view name) {
  if (!name.starts_with('@')) return is_plain_name(name);
  const size_t slash = name.find('/');
  return slash != std::string_view::npos && is_plain_name(name.substr(1, slash - 1)) &&
         is_plain_name(name.substr(slash + 1));
}

tl::unexpected<Error> bad(std::string_view text) {
  return fail(Code::kRegistrySpec,
              "write npm:NAME, npm:NAME@RANGE, pypi:NAME, pypi:NAME==VERSION, pkg:npm/NAME@VERSION "
              "or pkg:pypi/NAME@VERSION",
              std::string(text));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

Result<RegistrySpec> parse_npm(std::string_view rest, std::string_view text) {
  const size_t at = rest.find('@', 1);
  RegistrySpec spec{Ecosystem::kNpm, std::string(rest.substr(0, at)), {}, {}};
  if (at != std::string_view::npos) spec.range = rest.substr(at + 1);
  if (!is_npm_name(spec.name)) return bad(text);
  return spec;
}

// "name[extra]==1 ; marker" of PEP 508: extras and markers choose no other files.
Result<RegistrySpec> parse_pypi(std::string_view rest, std::string_view text) {
  rest = rest.substr(0, rest.find(';'));
  const size_t end = rest.find_first_of("[=<>!~@ ");
  RegistrySpec spec{Ecosystem::kPypi, std::string(rest.substr(0, end)), {}, {}};
  if (!is_plain_name(spec.name)) return bad(text);
  if (end == std::string_view::npos) return spec;
  rest.remove_prefix(end);
  if (rest[0] == '[') {
    const size_t close = rest.find(']');
    if (close == std::string_view::npos) return bad(text);
    rest.remove_prefix(close + 1);
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.starts_with('@')) {
    if (rest.size() < 2 || !std::isdigit(static_cast<unsigned char>(rest[1]))) return bad(text);
    spec.range = "==" + std::string(rest.substr(1));
  } else {
    spec.range = rest;
  }
  return spec;
}

Result<RegistrySpec> of_purl(std::string_view text) {
  const std::optional<Purl> purl = parse_purl(text);
  if (!purl) return bad(text);
  RegistrySpec spec{purl->ecosystem(), purl->name, {}, {}};
  if (spec.ecosystem == Ecosystem::kNpm && is_npm_name(spec.name)) {
    spec.range = purl->version;
  } else if (spec.ecosystem == Ecosystem::kPypi && is_plain_name(spec.name)) {
    if (!purl->version.empty()) spec.range = "==" + purl->version;
  } else {
    return bad(text);
  }
  std::string_view qualifiers = purl->qualifiers;
  while (!qualifiers.empty()) {
    const std::string_view one = qualifiers.substr(0, qualifiers.find('&'));
    qualifiers.remove_prefix(std::min(one.size() + 1, qualifiers.size()));
    if (one.starts_with("file_name=")) spec.file_name = percent_decode(one.substr(10));
  }
  return spec;
}

}  // namespace

std::string_view RegistrySpec::scope() const {
  return name.starts_with('@') ? std::string_view(name).substr(0, name.find('/'))
                               : std::string_view();
}

std::string RegistrySpec::text() const {
  if (ecosystem == Ecosystem::kNpm) return "npm:" + name + (range.empty() ? "" : "@" + range);
  return "pypi:" + name + range;
}

Result<RegistrySpec> parse_spec(std::string_view text) {
  if (has_control(text)) return bad(text);
  if (text.starts_with("npm:")) return parse_npm(text.substr(4), text);
  if (text.starts_with("pypi:")) return parse_pypi(text.substr(5), text);
  if (text.starts_with("pkg:")) return of_purl(text);
  return bad(text);
}

}  // namespace cerebro
