#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "behaviour/catalogue.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace cerebro {
namespace {

std::string table() {
  size_t longest = 0;
  for (const Behaviour& row : behaviours()) longest = std::max(longest, row.id.size());
  std::string text;
  for (const Behaviour& row : behaviours()) {
    text.append(row.id).append(longest + 2 - row.id.size(), ' ');
    text.append(name(row.root)).append("  ").append(row.sentence);
    if (!row.attack.empty()) text.append(" (").append(row.attack).append(")");
    text += '\n';
  }
  return text;
}

std::string json() {
  using Json = nlohmann::ordered_json;
  Json rows = Json::array();
  for (const Behaviour& row : behaviours()) {
    rows.push_back({{"id", row.id},
                    {"feature", name(row.root)},
                    {"phrase", row.phrase},
                    {"sentence", row.sentence},
                    {"attack", row.attack}});
  }
  const Json all = {{"catalogue", Catalogue::builtin().version()}, {"behaviours", std::move(rows)}};
  return all.dump(2) + "\n";
}

}  // namespace

void add_behaviours_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("behaviours", "List the behaviours that cerebro knows");
  auto format = std::make_shared<std::string>("text");
  command->add_option("--format", *format, "text or json")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([format, &exit_code] {
    exit_code = Output("").write(*format == "json" ? json() : table()) ? kExitNothing : kExitUnread;
  });
}

}  // namespace cerebro
