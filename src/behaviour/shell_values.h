#pragma once

// What the words of a shell script come to, and what its commands print, as far as that can be told
// from the text and the files of the package: variables, loops, `$(cat a)`, `echo x | base64 -d`,
// `cd`, copies. Nothing is run; what is not known stays as it is written.
//
//   ShellValues values(resolver, unit, package, tree);
//   values.words(call)       `f=a; node $f`      -> {"node", "a"}
//   values.input(call)       `cat a | node`      -> the file a
//   values.folder(call)      `cd lib && node b`  -> "lib/"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/file_tree.h"
#include "package/json.h"
#include "package/package.h"
#include "resolve/resolver.h"

namespace cerebro {

// What npm tells a script of its package.json by the environment, and the scripts themselves.
class ScriptManifest {
 public:
  ScriptManifest(const FileTree& tree, const std::string& folder);
  bool found() const { return found_; }
  // npm_package_NAME: "config_x", "main". https://docs.npmjs.com/cli/using-npm/scripts
  std::optional<std::string> variable(std::string_view name) const;
  std::string_view script(std::string_view name) const;  // "" when there is none

 private:
  JsonDocument document_;
  bool found_ = false;
};

class ShellValues {
 public:
  // A text that a command gives to the next. `file`: it is the content of that file of the package,
  // perhaps only a part of it or changed a little.
  struct Text {
    std::string text;
    const File* file = nullptr;
  };

  ShellValues(const Resolver& resolver, UnitId unit, const Package& package, const FileTree& tree);

  // The words of a kCommand. A loop's variable has as many values as choices() says.
  std::vector<std::string> words(NodeId call, size_t choice = 0);
  size_t choices() const { return choices_; }

  // What the command reads from its standard input; nothing when that is unknown or empty.
  std::optional<Text> input(NodeId call);
  // Whether something is piped or redirected into it.
  bool has_input(NodeId call) const;

  // Where the command runs, relative to where the script was started: "" or "lib/".
  std::string folder(NodeId call) const;
  // The file that was copied, moved, linked or written to `path` before.
  std::optional<Text> copied(std::string_view path, NodeId call);
  // The words of the value of a kAssign that stands before a command, behind the name "node" when
  // it is NODE_OPTIONS; else none.
  std::vector<std::string> node_options(NodeId assignment);

  // The file of the package at `path`, seen from where the command runs.
  const File* find(std::string_view path, NodeId call);

  bool exhausted() const { return steps_ == 0; }

 private:
  struct Assigned {
    uint32_t at = 0;
    NodeId value = kNoNode;
    size_t group = 0;  // elements of a loop share one
  };
  struct Move {
    uint32_t at = 0;
    std::string path;
  };
  struct Copy {
    uint32_t at = 0;
    std::string to;
    NodeId from = kNoNode;  // kCommand
  };

  const Module& module() const { return resolver_.unit(unit_).module; }
  std::string_view text(NodeId node) const { return resolver_.pool().text(module()[node].text); }
  bool spend();
  void collect();
  void collect_command(NodeId call);
  void append(NodeId word, size_t choice, std::string& out, int depth);
  std::optional<std::string> parameter(NodeId node, size_t choice, int depth);
  std::optional<std::string> argument(NodeId node, size_t choice, int depth);
  std::optional<std::string> special(std::string_view name);
  std::vector<std::string> words(NodeId call, size_t choice, int depth);
  std::optional<Text> output(NodeId node, int depth);
  std::optional<Text> command_output(NodeId call, int depth);
  std::optional<Text> input(NodeId call, int depth);
  std::optional<Text> file_text(std::string_view path, NodeId call);
  NodeId stage_before(NodeId call) const;
  NodeId redirect(NodeId call, std::string_view op) const;

  const Resolver& resolver_;
  const UnitId unit_;
  const Package& package_;
  const FileTree& tree_;
  std::optional<ScriptManifest> manifest_;
  std::vector<NodeId> parents_;
  std::unordered_map<std::string_view, std::vector<Assigned>> variables_;
  std::vector<Move> moves_;
  std::vector<Copy> copies_;
  std::unordered_map<std::string_view, NodeId> calls_;  // the first of each name
  size_t choices_ = 1, groups_ = 0;
  size_t steps_ = 0;       // words and commands that may still be looked up
  size_t wildcards_ = 32;  // names with wildcards that may
};

}  // namespace cerebro
