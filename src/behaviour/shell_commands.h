#pragma once

// What the commands of a shell script start: code on a command line or on a standard input, files
// of the package, scripts of a package.json, recipes of a Makefile, commands inside of commands
// (`timeout 5 node a`, `find . -exec node {} \;`).

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/file_tree.h"
#include "base/note.h"
#include "behaviour/shell_values.h"
#include "package/package.h"
#include "resolve/resolver.h"

namespace cerebro {

// Who makes units of what is started at `node` of a unit.
class CommandHost {
 public:
  virtual ~CommandHost() = default;
  virtual void run_text(UnitId unit, NodeId node, Language language, std::string text) = 0;
  // A file as the command names it, a Python module with dots. `language`: of the interpreter,
  // kNone where the file tells. False when the package has no such file.
  virtual bool run_file(UnitId unit, NodeId node, std::string_view name, Language language,
                        bool is_module) = 0;
};

class ShellCommands {
 public:
  ShellCommands(Resolver& resolver, const Package& package, const FileTree& tree,
                std::vector<Note>& notes, CommandHost& host)
      : resolver_(resolver), package_(package), tree_(tree), notes_(notes), host_(host) {}

  // To be asked once a unit.
  void read(UnitId unit);

 private:
  using Words = std::vector<std::string>;

  void call(NodeId call, const Words& words);
  void command(NodeId call, const Words& words, int depth);
  void preload(NodeId call, const Words& words);
  bool file(NodeId call, const std::string& name, Language language, bool is_module);
  void text(NodeId call, const ShellValues::Text& given, Language language);
  void standard_input(NodeId call, const Words& words);
  bool inner_line(NodeId call, const Words& words);
  bool inner_command(NodeId call, const Words& words, int depth);
  void make(NodeId call, const Words& words);
  bool package_manager(NodeId call, const Words& words);
  void hooks_of(NodeId call, const std::string& folder);
  void script_of(NodeId call, const std::string& folder, const std::string& name);
  bool is_install_hook() const;
  void unread(std::string_view what);

  Resolver& resolver_;
  const Package& package_;
  const FileTree& tree_;
  std::vector<Note>& notes_;
  CommandHost& host_;
  std::set<std::string> started_;  // folder and script: each once
  UnitId unit_ = kNoId;
  ShellValues* values_ = nullptr;  // of the unit
  bool in_hook_ = false;
};

}  // namespace cerebro
