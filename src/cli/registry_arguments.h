#pragma once

// Where packages are fetched from: --npm-registry URL --pypi-index URL --no-cache --retries N

#include <CLI/CLI.hpp>

#include "registry/registry.h"

namespace cerebro {

struct RegistryArguments {
  RegistryFlags flags;
  bool no_cache = false;
  int retries = HttpOptions{}.retries;

  void add_to(CLI::App& command);
  RegistryOptions options() const;
};

}  // namespace cerebro
