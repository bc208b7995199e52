#include "package/npm_scripts.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>

#include "package/text.h"

namespace cerebro {
namespace {

constexpr size_t kMaxCommandBytes = 64 << 10;
constexpr size_t kMaxCalled = 100;

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

using Words = std::vector<std::string>;

// The simple commands of a command line, each as its words without quotes.
std::vector<Words> simple_commands(std::string_view line) {
  line = line.substr(0, kMaxCommandBytes);
  std::vector<Words> commands(1);
  std::string word;
  bool in_word = false;
  char quote = '\0';
  const auto end_word = [&] {
    if (in_word) commands.back().push_back(std::exchange(word, {}));
    in_word = false;
  };
  for (const char c : line) {
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t') {
      end_word();
    } else if (std::string_view(";&|()\n\r").find(c) != std::string_view::npos) {
      end_word();
      if (!commands.back().empty()) commands.emplace_back();
    } else {
      word += c;
      in_word = true;
    }
  }
  end_word();
  return commands;
}

bool is_interpreter(std::string_view word) {
  const std::string_view name = file_name(word);
  return one_of(name, {"node", "node.exe", "nodejs", "sh", "bash", "python", "python3"});
}

// The file that the interpreter at words[at] runs, or "".
std::string operand(const Words& words, size_t at) {
  for (size_t i = at + 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (one_of(word, {"-e", "--eval", "-p", "--print", "-", "--run", "--test", "-c", "-m", "-s"}))
      return {};
    if (one_of(word, {"-r", "--require", "--import", "--loader", "--experimental-loader", "-W"})) {
      ++i;
    } else if (!word.starts_with('-')) {
      return word;
    }
  }
  return {};
}

bool is_relative_and_fixed(std::string_view target) {
  return !target.empty() && target.find_first_of("$%`*<>~\\:") == std::string_view::npos &&
         target[0] != '/' && target.find("node_modules/") == std::string_view::npos;
}

// Names of scripts that one simple command runs.
Words script_names(const Words& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view tool = file_name(words[i]);
    const Words rest(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
    if (one_of(tool, {"npm-run-all", "run-s", "run-p", "npm-run-all2", "concurrently"})) {
      return rest;
    }
    if (!one_of(tool, {"npm", "npm.cmd", "yarn", "pnpm", "bun", "cnpm"})) continue;
    Words names;
    for (const std::string& word : rest) {
      if (!word.starts_with('-')) names.push_back(word);
    }
    if (names.empty()) return {};
    if (one_of(names[0], {"run", "run-script", "rum", "urn"})) {
      return names.size() > 1 ? Words{names[1]} : Words{};
    }
    const bool shortcut = one_of(names[0], {"test", "start", "stop", "restart", "t", "tst"});
    return !tool.starts_with("npm") || shortcut ? Words{names[0]} : Words{};
  }
  return {};
}

class Caller {
 public:
  explicit Caller(const JsonValue& scripts) : scripts_(scripts) {}

  void call(std::string_view command) {
    for (const Words& words : simple_commands(command)) {
      for (std::string name : script_names(words)) {
        if (name.starts_with("npm:")) name.erase(0, 4);  // concurrently's way
        for (const char* stage : {"pre", "", "post"}) run(stage + name);
      }
    }
  }

  std::vector<NamedScript> called;

 private:
  void run(const std::string& name) {
    const JsonValue* script = scripts_.find(name);
    if (script == nullptr || !script->is_string() || called.size() == kMaxCalled) return;
    if (!seen_.insert(name).second) return;
    called.push_back({name, script});
    call(script->text);  // each name once, so the recursion ends
  }

  const JsonValue& scripts_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<std::string> script_targets(std::string_view command) {
  std::vector<std::string> targets;
  for (const Words& words : simple_commands(command)) {
    if (words.empty()) continue;
    if (words[0] == "cd") return {};  // the folder is no longer known
    const auto found = std::find_if(words.begin(), words.end(), is_interpreter);
    std::string target;
    if (found != words.end()) {
      target = operand(words, static_cast<size_t>(found - words.begin()));
    } else if (words[0].starts_with("./")) {
      target = words[0];
    }
    if (is_relative_and_fixed(target)) targets.push_back(std::move(target));
  }
  return targets;
}

std::vector<NamedScript> called_scripts(const JsonValue& scripts, std::string_view command) {
  Caller caller(scripts);
  caller.call(command);
  return std::move(caller.called);
}

}  // namespace cerebro
