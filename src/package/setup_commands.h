#pragma once

// What the commands of a setup script are for, by name. `pip install` of a source archive runs
// egg_info, then bdist_wheel, which builds and installs into a folder; an editable install runs
// develop (https://setuptools.pypa.io/en/latest/deprecated/commands.html).

#include <string_view>

namespace cerebro {

enum class SetupCommand {
  kInstall,  // install and its parts, develop, egg_info: nobody needs to replace these to build
  kBuild,    // build and its parts, bdist_wheel: run at install, too
  kOther,    // test, upload, a name of the author's: not run unless asked for
};

SetupCommand setup_command(std::string_view name);

inline bool runs_at_install(SetupCommand command) { return command != SetupCommand::kOther; }

// The behaviour of replacing it: "install.custom_command", ...
std::string_view behaviour_of(SetupCommand command);

}  // namespace cerebro
