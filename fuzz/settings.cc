// What lies in a checkout and is read before a scan: policy, baseline, .npmrc, pip.conf, .netrc. The
// first byte chooses.
#include "fuzz/fuzz.h"
#include "registry/client_config.h"
#include "verdict/policy.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(fuzz::text(data + 1, size - 1));
  switch (data[0] % 4) {
    case 0: {
      ParsedPolicy parsed = parse_policy(text);
      if (!parsed.errors.empty()) return 0;
      ScanReport report;
      report.behaviours.emplace_back();
      apply_policy(parsed.policy, nullptr, 0, report);
      break;
    }
    case 1:
      if (const auto baseline = parse_baseline(text)) {
        const std::set<std::string> lines(baseline->fingerprints.begin(),
                                          baseline->fingerprints.end());
        (void)baseline_text(lines);
      }
      break;
    case 2: {
      const size_t star = std::min(text.find('\n'), text.size());
      (void)matches_pattern(text.substr(0, star), text.substr(star), data[0] & 4);
      break;
    }
    default: {
      // A machine that has this one file under every name, and no client.
      Surroundings here;
      here.folder = "/work";
      here.variables = {{"HOME", "/home/u"}, {"TOKEN", "secret"}};
      here.read = [&](const std::string&) { return std::optional<std::string>(text); };
      here.run = [](const std::vector<std::string>&) { return std::nullopt; };
      ClientConfig config = ClientConfig::load({}, here);
      if (const auto url = config.npm_registry("scope")) (void)config.authorization(*url);
      (void)config.pypi_indexes();
    }
  }
  return 0;
}
