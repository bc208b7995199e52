#include "behaviour/binary_strings.h"

#include <algorithm>

namespace cerebro {
namespace {

constexpr size_t kShortest = 8;
constexpr size_t kLongest = 2048;

// Only what tells: a compiler's run-time library names files, commands and addresses of its own.
const std::vector<BehaviourId>& telling() {
  static const std::vector<BehaviourId> ids = [] {
    std::vector<BehaviourId> found;
    for (const std::string_view id :
         {"net.url_webhook", "net.url_telegram", "net.url_callback", "net.url_paste",
          "net.url_tunnel", "net.url_onion", "net.mining_pool", "read.wallet", "read.browser_data",
          "read.messenger_data", "exec.reverse_shell", "exec.powershell_encoded"}) {
      found.push_back(find_behaviour(id));
    }
    return found;
  }();
  return ids;
}

bool is_printable(char c) { return c >= 32 && c < 127; }

}  // namespace

std::vector<BinaryText> telling_texts(std::string_view content, size_t& budget) {
  std::vector<BinaryText> found;
  const Catalogue& catalogue = Catalogue::builtin();
  content = content.substr(0, budget);
  budget -= content.size();
  std::vector<const StringRow*> rows;
  for (size_t at = 0; at < content.size();) {
    size_t end = at;
    while (end < content.size() && end - at < kLongest && is_printable(content[end])) ++end;
    const std::string_view text = content.substr(at, end - at);
    at = std::max(end, at + 1);
    if (text.size() < kShortest) continue;
    rows.clear();
    catalogue.classify(StringPlace::kAny, text, rows);
    if (text.find("://") != std::string_view::npos)
      catalogue.classify(StringPlace::kUrl, text, rows);
    for (const StringRow* row : rows) {
      const bool tells =
          std::find(telling().begin(), telling().end(), row->behaviour) != telling().end();
      const auto same = [&](const BinaryText& known) { return known.behaviour == row->behaviour; };
      if (tells && std::none_of(found.begin(), found.end(), same))
        found.push_back({row->behaviour, std::string(text.substr(0, 120))});
    }
  }
  return found;
}

}  // namespace cerebro
