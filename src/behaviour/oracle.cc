#include "behaviour/oracle.h"

#include <algorithm>
#include <iterator>

namespace cerebro {
namespace {

struct Source {
  std::string_view behaviour;
  uint32_t taint;
};

// What each behaviour gives out.
constexpr Source kSources[] = {
    {"read.env_variable", kTaintEnvironment},
    {"read.environment", kTaintEnvironment},
    {"read.ci_secret", kTaintSecret},
    {"read.cloud_credentials", kTaintSecret},
    {"read.ssh_keys", kTaintSecret},
    {"read.registry_credentials", kTaintSecret},
    {"read.git_credentials", kTaintSecret},
    {"read.browser_data", kTaintSecret},
    {"read.wallet", kTaintSecret},
    {"read.messenger_data", kTaintSecret},
    {"read.shell_history", kTaintSecret},
    {"read.system_accounts", kTaintSecret},
    {"read.keychain", kTaintSecret},
    {"read.process_memory", kTaintSecret},
    {"read.clipboard", kTaintSecret},
    {"read.screen", kTaintSecret},
    {"read.sensitive", kTaintSecret},
    {"read.keyboard", kTaintSecret},
    {"read.camera", kTaintSecret},
    {"read.secret_argument", kTaintSecretArgument},
    {"os.host_identity", kTaintHost},
    {"os.network_identity", kTaintHost},
    {"fs.read", kTaintFile},
    {"net.request", kTaintNetwork},
    {"net.download", kTaintNetwork},
    {"enc.base64_decode", kTaintDecoded},
    {"enc.decompress", kTaintDecoded},
    {"enc.decrypt", kTaintDecoded},
    {"enc.hex", kTaintDecoded},
    {"enc.char_codes", kTaintDecoded},
    {"enc.unmarshal", kTaintDecoded},
    {"enc.xor", kTaintDecoded},
    {"fs.read_own", kTaintOwnPlace},
    {"net.url", kTaintAddress},
};

// Names by which code finds the folder it lies in.
constexpr std::string_view kOwnPlaces[] = {"builtins.__file__",
                                           "globalThis.__dirname",
                                           "globalThis.__filename",
                                           "globalThis.import.meta.url",
                                           "globalThis.import.meta.dirname",
                                           "globalThis.import.meta.filename",
                                           "globalThis.require.resolve"};

}  // namespace

CatalogueOracle::CatalogueOracle(const Catalogue& catalogue)
    : catalogue_(catalogue), taint_(behaviours().size(), 0) {
  for (const Source& source : kSources) {
    const BehaviourId id = find_behaviour(source.behaviour);
    if (id != kNoBehaviour) taint_[id] = source.taint;
  }
}

uint32_t CatalogueOracle::taints_of_api(std::string_view path) const {
  Access access = Access::kRead;
  if (path.ends_with("()")) {
    access = Access::kCall;
    path.remove_suffix(2);
  } else if (path.ends_with("{}")) {  // what an API hands to a callback
    access = Access::kCall;
    path.remove_suffix(2);
  }
  uint32_t taints = 0;
  if (std::find(std::begin(kOwnPlaces), std::end(kOwnPlaces), path) != std::end(kOwnPlaces))
    taints |= kTaintOwnPlace;
  for (Api api : {Api::kJavaScript, Api::kPython}) {
    for (const ApiRow* row : catalogue_.match(api, access, path)) taints |= taint_[row->behaviour];
  }
  return taints;
}

uint32_t CatalogueOracle::taints_of_text(StringPlace place, std::string_view text) const {
  std::vector<const StringRow*> rows;
  catalogue_.classify(place, text, rows);
  uint32_t taints = 0;
  for (const StringRow* row : rows) taints |= taint_[row->behaviour];
  return taints;
}

uint32_t CatalogueOracle::taints_of_string(std::string_view text) const {
  uint32_t taints = taints_of_text(StringPlace::kPath, text);
  if (text.find("://") != std::string_view::npos) taints |= taints_of_text(StringPlace::kUrl, text);
  return taints;
}

uint32_t CatalogueOracle::taints_of_parameter(std::string_view name) const {
  return taints_of_text(StringPlace::kName, name);
}

}  // namespace cerebro
