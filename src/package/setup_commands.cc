#include "package/setup_commands.h"

#include <algorithm>

namespace cerebro {
namespace {

constexpr std::string_view kInstalls[] = {"install",          "install_lib",     "install_data",
                                          "install_scripts",  "install_headers", "easy_install",
                                          "install_egg_info", "develop",         "egg_info",
                                          "editable_wheel",   "dist_info"};
constexpr std::string_view kBuilds[] = {"build",         "build_py",    "build_ext", "build_clib",
                                        "build_scripts", "bdist_wheel", "bdist_egg", "bdist"};

template <size_t kSize>
bool contains(const std::string_view (&names)[kSize], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

SetupCommand setup_command(std::string_view name) {
  if (contains(kInstalls, name)) return SetupCommand::kInstall;
  if (contains(kBuilds, name)) return SetupCommand::kBuild;
  return SetupCommand::kOther;
}

std::string_view behaviour_of(SetupCommand command) {
  switch (command) {
    case SetupCommand::kInstall:
      return "install.custom_command";
    case SetupCommand::kBuild:
      return "install.custom_build";
    case SetupCommand::kOther:
      break;
  }
  return "install.setup_command";
}

}  // namespace cerebro
