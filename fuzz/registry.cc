// What a registry may answer, and versions and ranges in it. The first byte chooses.
#include "fuzz/fuzz.h"
#include "registry/npm_client.h"
#include "registry/pep440.h"
#include "registry/pypi_client.h"
#include "registry/semver.h"
#include "registry/url.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(fuzz::text(data + 1, size - 1));
  static const Url page = *parse_url("https://registry.invalid/simple/x/");
  static const auto npm = *parse_spec("npm:x@^1.0.0"), pypi = *parse_spec("pypi:x");
  switch (data[0] % 5) {
    case 0:
      (void)choose_npm_release(npm, text, page);
      break;
    case 1:
      if (const auto files = read_index_json(text, page)) (void)choose_pypi_release(pypi, *files);
      break;
    case 2:
      (void)choose_pypi_release(pypi, read_index_html(text, page));
      break;
    case 3:
      if (const auto range = SemverRange::parse(text)) {
        fuzz::require(!parse_semver("1.2.3") || (range->matches(*parse_semver("1.2.3")), true));
      }
      if (const auto set = Pep440Specifiers::parse(text)) (void)set->matches(*parse_pep440("1.2"), "1.2");
      if (const auto version = parse_pep440(text)) fuzz::require(compare(*version, *version) == 0);
      if (const auto version = parse_semver(text)) fuzz::require(compare(*version, *version) == 0);
      (void)parse_spec(text);
      break;
    default:
      if (const auto url = parse_url(text)) {
        const auto again = parse_url(url->text());
        fuzz::require(again && again->text() == url->text());
        (void)resolve_url(*url, text);
      }
      (void)resolve_url(page, text);
  }
  return 0;
}
