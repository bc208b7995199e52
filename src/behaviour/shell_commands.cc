#include "behaviour/shell_commands.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "behaviour/shell_words.h"
#include "syntax/hole.h"

namespace cerebro {
namespace {

constexpr int kMaxDepth = 8;  // commands in commands
constexpr size_t kMaxInputWords = 64;

// They print, compare or keep their words and run nothing of them.
constexpr std::string_view kInert[] = {"echo",  "printf", "test",  "[",       "which", "type",
                                       "alias", "export", "set",   "declare", "rm",    "mkdir",
                                       "touch", "chmod",  "chown", "cd",      "cat",   "cp",
                                       "mv",    "ln",     "exit",  "return",  "local"};

// Programs that take a whole command line: behind an option, or (without one) as their words.
struct LineTaker {
  std::string_view program, option;
};
constexpr LineTaker kLineTakers[] = {
    {"npx", "-c"},     {"npx", "--call"},  {"npm", "-c"},   {"npm", "--call"}, {"su", "-c"},
    {"script", "-c"},  {"script", "-qc"},  {"flock", "-c"}, {"env", "-S"},     {"sg", "-c"},
    {"runuser", "-c"}, {"script", "-qec"}, {"pnpm", "-c"},  {"yarn", "-c"},
};
constexpr std::string_view kWholeLine[] = {"eval", "watch", "cross-env-shell"};
constexpr std::string_view kEachWord[] = {"concurrently", "trap", "alias", "parallel"};

constexpr std::string_view kManagers[] = {"npm", "pnpm", "yarn", "bun", "cnpm", "npm-cli.js"};
constexpr std::string_view kFolderOptions[] = {"--prefix", "-C", "--cwd", "--dir"};
constexpr std::string_view kInstalling[] = {"install",      "i",  "ci",           "rebuild",
                                            "add",          "in", "ins",          "inst",
                                            "install-test", "it", "clean-install"};
constexpr std::string_view kRunning[] = {"run", "run-script", "rum", "urn"};
constexpr std::string_view kShortcuts[] = {"test", "start", "stop", "restart", "t", "tst"};
constexpr const char* kHooks[] = {"preinstall", "install", "postinstall", "prepare"};

bool is_unknown(std::string_view word) {
  return word.starts_with('$') || word.starts_with(kHole) || word.find("$(") != word.npos;
}

// The recipes of a Makefile as a shell script, its variables as the shell's.
std::string recipes(std::string_view makefile) {
  std::string script;
  while (!makefile.empty()) {
    const size_t end = std::min(makefile.find('\n'), makefile.size());
    std::string_view line = makefile.substr(0, end);
    makefile.remove_prefix(std::min(makefile.size(), end + 1));
    if (line.starts_with('\t')) {
      while (!line.empty() && std::string_view("\t @+-").find(line.front()) != line.npos) {
        line.remove_prefix(1);
      }
    } else {
      const size_t equals = line.find('=');
      if (equals == line.npos) continue;
      std::string_view name = line.substr(0, equals), value = line.substr(equals + 1);
      while (!name.empty() && std::string_view(" :?+").find(name.back()) != name.npos)
        name.remove_suffix(1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
      });
      if (!plain) continue;
      script.append(name).append("=\"");
      for (const char c : value) script += c == '"' ? '\'' : c;
      script += "\"\n";
      continue;
    }
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] != '$' || i + 1 == line.size()) {
        script += line[i];
      } else if (line[i + 1] == '$') {
        script += '$';
        ++i;
      } else if (line.substr(i).starts_with("$(shell ")) {
        script += "$(";
        i += 7;
      } else if (const size_t close = line.find(')', i); line[i + 1] == '(' && close != line.npos) {
        script.append("${").append(line.substr(i + 2, close - i - 2)).append("}");
        i = close;
      } else {
        script += line[i];
      }
    }
    script += '\n';
  }
  return script;
}

}  // namespace

void ShellCommands::read(UnitId unit) {
  ShellValues values(resolver_, unit, package_, tree_);
  unit_ = unit;
  values_ = &values;
  in_hook_ = is_install_hook();
  const std::vector<NodeId> calls(resolver_.unit(unit).calls);
  for (const NodeId each : calls) {
    for (size_t choice = 0; choice < values.choices(); ++choice) {
      call(each, values.words(each, choice));
    }
  }
  if (values.exhausted()) {
    notes_.push_back({Code::kFoldLimit, "of a shell script", resolver_.unit(unit).module.path});
  }
  values_ = nullptr;
}

// A command that npm runs for whoever installs the package, or one that it hands on. The commands
// of a binding.gyp name variables of gyp, which are not followed: node-gyp sets most of them.
bool ShellCommands::is_install_hook() const {
  UnitId outermost = unit_;
  while (resolver_.unit(outermost).outer != kNoId) outermost = resolver_.unit(outermost).outer;
  const Unit& unit = resolver_.unit(outermost);
  if (unit.module.path.ends_with(".gyp")) return false;
  return std::any_of(package_.entries.begin(), package_.entries.end(), [&](const Entry& entry) {
    const std::string_view label = entry.label;
    return entry.kind == Entry::Kind::kCommand && entry.phase == Phase::kInstall &&
           entry.file == unit.module.path && std::max(1, entry.line) - 1 == unit.line_offset &&
           entry.command == unit.module.source && label.find("prepare") == label.npos;
  });
}

void ShellCommands::unread(std::string_view what) {
  if (!in_hook_) return;
  notes_.push_back(
      {Code::kCommandUnread, std::string(what.substr(0, 100)), resolver_.unit(unit_).module.path});
}

void ShellCommands::call(NodeId call, const Words& words) {
  const Module& module = resolver_.unit(unit_).module;
  for (const NodeId child : children(module, call)) {  // NODE_OPTIONS="-r ./a" node b
    if (module[child].kind == NodeKind::kAssign) preload(call, values_->node_options(child));
  }
  for (const std::string& word : words) {  // export NODE_OPTIONS=..., env NODE_OPTIONS=...
    constexpr std::string_view kOptions = "NODE_OPTIONS=";
    if (!word.starts_with(kOptions)) continue;
    Words options = split_words(std::string_view(word).substr(kOptions.size()));
    options.insert(options.begin(), "node");
    preload(call, options);
  }
  if (words.empty()) return;
  command(call, words, 0);
  standard_input(call, words);
}

void ShellCommands::preload(NodeId call, const Words& words) {
  for (const std::string& name : preloads(words)) file(call, name, Language::kJavaScript, false);
}

bool ShellCommands::file(NodeId call, const std::string& name, Language language, bool is_module) {
  const std::string folder = values_->folder(call);
  const bool known = (!folder.empty() && !is_module &&
                      host_.run_file(unit_, call, folder + name, language, false)) ||
                     host_.run_file(unit_, call, name, language, is_module);
  if (is_module) return known;
  if (const auto given = values_->copied(name, call)) {
    text(call, *given, language);
    return true;
  }
  if (known) return true;
  if (const File* found = values_->find(name, call)) {
    return host_.run_file(unit_, call, found->path, language, false);
  }
  if (language != Language::kNone && is_unknown(name)) unread(name);
  return false;
}

void ShellCommands::text(NodeId call, const ShellValues::Text& given, Language language) {
  if (given.file != nullptr) {
    host_.run_file(unit_, call, given.file->path, language, false);
    return;
  }
  // Run by its name alone: the first line says by what.
  if (language == Language::kNone) language = detect_language("script", given.text);
  if (language == Language::kNone) language = Language::kShell;
  host_.run_text(unit_, call, language, given.text);
}

void ShellCommands::command(NodeId call, const Words& words, int depth) {
  if (words.empty() || depth > kMaxDepth) return;
  preload(call, words);
  if (package_manager(call, words)) return;
  const Handover given = handover(words);
  switch (given.kind) {
    case Handover::Kind::kInline:
      if (is_unknown(given.text)) unread(given.text);
      host_.run_text(unit_, call, given.language, given.text);
      return;
    case Handover::Kind::kModule:
      file(call, given.text, Language::kPython, true);
      return;
    case Handover::Kind::kFile:
      if (file(call, given.text, given.language, false) || given.language != Language::kNone) {
        return;
      }
      break;
    case Handover::Kind::kNothing:
      break;
  }
  if (inner_line(call, words)) return;
  const std::string name = program_name(words[0]);
  if (name == "make" || name == "gmake") return make(call, words);
  if (among(kInert, name)) return;
  if (inner_command(call, words, depth)) return;
  if (is_unknown(words[0])) unread(words[0]);
}

void ShellCommands::standard_input(NodeId call, const Words& words) {
  const Language language = input_language(words);
  if (language == Language::kNone || !values_->has_input(call)) return;
  if (const auto given = values_->input(call)) {
    text(call, *given, language);
  } else {
    unread(join_words(words));
  }
}

// Words that are command lines themselves.
bool ShellCommands::inner_line(NodeId call, const Words& words) {
  const std::string name = program_name(words[0]);
  const auto run = [&](std::string line) {
    if (is_unknown(line)) unread(line);
    host_.run_text(unit_, call, Language::kShell, std::move(line));
  };
  for (size_t i = 1; i < words.size(); ++i) {
    const size_t equals = words[i].find('=');
    for (const LineTaker& taker : kLineTakers) {
      if (taker.program != name) continue;
      if (words[i] == taker.option && i + 1 < words.size()) {
        const Words rest(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
        run(name == "env" ? join_words(rest) : words[i + 1]);
        return true;
      }
      if (equals != words[i].npos && words[i].substr(0, equals) == taker.option) {
        run(words[i].substr(equals + 1));
        return true;
      }
    }
  }
  if (among(kWholeLine, name)) {
    const Words rest(words.begin() + 1, words.end());
    run(join_words(rest));
    return true;
  }
  if (!among(kEachWord, name)) return false;
  for (size_t i = 1; i < words.size(); ++i) {
    const size_t equals = name == "alias" ? words[i].find('=') : words[i].npos;
    if (words[i].find(' ') == words[i].npos || words[i].starts_with('-')) continue;
    run(equals == words[i].npos ? words[i] : words[i].substr(equals + 1));
  }
  return name != "parallel";
}

// A command behind another's words: `timeout 5 node a`, `yarn node a`; or inside of one of them:
// `awk 'BEGIN{system("node a")}'`, `git -c core.pager="node a"`.
bool ShellCommands::inner_command(NodeId call, const Words& words, int depth) {
  const std::string name = program_name(words[0]);
  for (size_t i = 1; i < words.size(); ++i) {
    if (!is_interpreter(program_name(words[i]))) continue;
    Words inner(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
    if (name == "xargs") {
      if (const auto given = values_->input(call)) {
        const Words more = split_words(given->text);
        inner.insert(
            inner.end(), more.begin(),
            more.begin() + static_cast<std::ptrdiff_t>(std::min(more.size(), kMaxInputWords)));
      }
    } else if (name == "find") {
      for (size_t at = 1; at + 1 < words.size(); ++at) {
        if (words[at] != "-name" && words[at] != "-iname" && words[at] != "-path") continue;
        std::replace(inner.begin(), inner.end(), std::string("{}"), words[at + 1]);
      }
      std::replace(inner.begin(), inner.end(), std::string("{}"), words[1]);
    }
    command(call, inner, depth + 1);
    return true;
  }
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    for (size_t at = word.find(' '); at != word.npos; at = word.find(' ', at + 1)) {
      size_t begin = at;
      while (begin > 0 && (std::isalnum(static_cast<unsigned char>(word[begin - 1])) != 0 ||
                           word[begin - 1] == '/' || word[begin - 1] == '.')) {
        --begin;
      }
      if (!is_interpreter(program_name(word.substr(begin, at - begin)))) continue;
      const std::string_view rest = word.substr(begin);
      host_.run_text(unit_, call, Language::kShell,
                     std::string(rest.substr(0, rest.find_first_of("\"'`)}"))));
      return true;
    }
  }
  return false;
}

void ShellCommands::make(NodeId call, const Words& words) {
  std::string folder = values_->folder(call), name;
  for (size_t i = 1; i + 1 < words.size(); ++i) {
    if (words[i] == "-C") folder += words[i + 1] + "/";
    if (words[i] == "-f") name = words[i + 1];
  }
  for (const std::string& each :
       {name, std::string("GNUmakefile"), std::string("makefile"), std::string("Makefile")}) {
    const File* found = each.empty() ? nullptr : values_->find(folder + each, call);
    if (found == nullptr) continue;
    if (!started_.insert(found->path).second) return;
    const std::string there = folder.empty() ? std::string() : "cd " + folder + "\n";
    return host_.run_text(unit_, call, Language::kShell, there + recipes(found->content));
  }
}

// npm --prefix lib run x, cd lib && npm install, node --run x. What a manifest's own scripts call
// by name are entries already (package/npm_scripts).
bool ShellCommands::package_manager(NodeId call, const Words& words) {
  const std::string program = program_name(words[0]);
  std::string folder = values_->folder(call);
  if (program == "node") {
    const auto run = std::find(words.begin(), words.end(), "--run");
    if (run == words.end() || run + 1 == words.end()) return false;
    script_of(call, folder, run[1]);
    return true;
  }
  if (!among(kManagers, program)) return false;
  Words names;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const size_t equals = word.find('=');
    if (among(kFolderOptions, word) && i + 1 < words.size()) {
      folder += words[++i] + "/";
    } else if (equals != word.npos &&
               among(kFolderOptions, std::string_view(word).substr(0, equals))) {
      folder += word.substr(equals + 1) + "/";
    } else if (!word.starts_with('-')) {
      names.push_back(word);
    }
  }
  const Unit& unit = resolver_.unit(unit_);
  const bool of_manifest = unit.outer == kNoId && unit.module.path.ends_with("package.json");
  const bool own = folder.empty() && of_manifest;
  if (names.empty() || among(kInstalling, names[0])) {
    if (!folder.empty()) hooks_of(call, folder);
    for (size_t i = 1; i < names.size(); ++i) {
      if (names[i].starts_with('.')) hooks_of(call, folder + names[i] + "/");
    }
    return false;  // `bun install.js`
  }
  if (own) return false;
  if (among(kRunning, names[0])) {
    if (names.size() > 1) script_of(call, folder, names[1]);
    return names.size() > 1 && program != "bun";  // `bun run a.js`
  }
  if (program != "npm" || among(kShortcuts, names[0])) script_of(call, folder, names[0]);
  return false;
}

void ShellCommands::hooks_of(NodeId call, const std::string& folder) {
  for (const char* hook : kHooks) script_of(call, folder, hook);
}

void ShellCommands::script_of(NodeId call, const std::string& folder, const std::string& name) {
  std::string_view inside = folder;
  while (inside.starts_with("./")) inside.remove_prefix(2);
  const ScriptManifest manifest(tree_, package_.root + std::string(inside));
  const std::string_view script = manifest.script(name);
  if (script.empty() || !started_.insert(std::string(inside) + '\n' + name).second) return;
  const std::string there = inside.empty() ? std::string() : "cd " + std::string(inside) + "\n";
  host_.run_text(unit_, call, Language::kShell, there + std::string(script));
}

}  // namespace cerebro
