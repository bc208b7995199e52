#include "cli/registry_arguments.h"

namespace cerebro {
namespace {

constexpr int kMostRetries = 20;

}  // namespace

void RegistryArguments::add_to(CLI::App& command) {
  command
      .add_option("--npm-registry", flags.npm_registry,
                  "Registry of npm: packages (default: as npm is configured)")
      ->type_name("URL");
  command
      .add_option("--pypi-index", flags.pypi_index,
                  "Simple index of pypi: packages (default: as pip is configured)")
      ->type_name("URL");
  command.add_flag("--no-cache", no_cache, "Fetch every archive anew, keep none");
  command.add_option("--retries", retries, "How often a failed request is tried again")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(0, kMostRetries));
}

RegistryOptions RegistryArguments::options() const {
  RegistryOptions options;
  options.flags = flags;
  options.cache = !no_cache;
  options.http.retries = retries;
  return options;
}

}  // namespace cerebro
