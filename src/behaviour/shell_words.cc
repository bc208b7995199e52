#include "behaviour/shell_words.h"

#include <fnmatch.h>

#include <algorithm>
#include <cctype>

#include "syntax/decode.h"
#include "syntax/hole.h"

namespace cerebro {
namespace {

struct Interpreter {
  std::string_view name;
  Language language;
  std::string_view inline_flags;  // each flag between blanks
};

constexpr Interpreter kInterpreters[] = {
    {"node", Language::kJavaScript, " -e --eval -p --print -pe "},
    {"nodejs", Language::kJavaScript, " -e --eval -p --print -pe "},
    {"bun", Language::kJavaScript, " -e --eval "},
    {"deno", Language::kJavaScript, " eval "},
    // Of other packages, which run JavaScript and TypeScript as Node does.
    {"tsx", Language::kJavaScript, " -e --eval -p --print "},
    {"ts-node", Language::kJavaScript, " -e --eval -p --print -pe "},
    {"ts-node-esm", Language::kJavaScript, " -e --eval "},
    {"esno", Language::kJavaScript, " -e --eval "},
    {"babel-node", Language::kJavaScript, " -e --eval -p --print "},
    {"zx", Language::kJavaScript, " --eval "},
    {"nodemon", Language::kJavaScript, " "},
    {"electron", Language::kJavaScript, " "},
    {"vite-node", Language::kJavaScript, " "},
    {"jiti", Language::kJavaScript, " "},
    {"python", Language::kPython, " -c "},
    {"python2", Language::kPython, " -c "},
    {"python3", Language::kPython, " -c "},
    {"pythonw", Language::kPython, " -c "},
    {"py", Language::kPython, " -c "},
    {"sh", Language::kShell, " -c -ic -lc -ec -xc "},
    {"bash", Language::kShell, " -c -ic -lc -ec -xc "},
    {"zsh", Language::kShell, " -c -ic -lc -ec -xc "},
    {"dash", Language::kShell, " -c "},
    {"ash", Language::kShell, " -c "},
    {"cmd", Language::kBatch, " /c /k /C /K "},
};

// Words before the command that do not change what runs.
constexpr std::string_view kWrappers[] = {"nohup", "setsid",  "env",       "sudo",
                                          "time",  "exec",    "start",     "npx",
                                          "nice",  "timeout", "cross-env", "command"};

// Options of Node that name a file to run first.
constexpr std::string_view kPreloads[] = {"-r", "--require", "--import", "--loader",
                                          "--experimental-loader"};

const Interpreter* find_interpreter(std::string_view name) {
  for (const Interpreter& row : kInterpreters) {
    if (row.name == name) return &row;
  }
  if (name.starts_with("python3.") || name.starts_with("python2."))
    return find_interpreter("python");
  // "n?de", which the shell takes for the only file of that form.
  if (name.size() > 2 && name.size() < 32 && name.find_first_of("?*[") != std::string_view::npos) {
    const std::string pattern(name);
    for (const Interpreter& row : kInterpreters) {
      if (fnmatch(pattern.c_str(), std::string(row.name).c_str(), 0) == 0) return &row;
    }
  }
  return nullptr;
}

bool is_preload(std::string_view word) {
  return std::find(std::begin(kPreloads), std::end(kPreloads), word) != std::end(kPreloads);
}

void append_word(const Resolver& resolver, UnitId unit, NodeId word, std::string& text) {
  const Module& module = resolver.unit(unit).module;
  const Node& node = module[word];
  switch (node.kind) {
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kName:
      text += resolver.pool().text(node.text);
      break;
    case NodeKind::kTemplate:
      for (NodeId part : children(module, word)) append_word(resolver, unit, part, text);
      break;
    case NodeKind::kParameter:
      text += '$';
      text += resolver.pool().text(node.text);
      break;
    case NodeKind::kSubstitution:
      text += "$(";
      text += module.snippet(node, 200);
      text += ')';
      break;
    default:
      text += kHole;
  }
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

constexpr std::string_view kWindowsScripts[] = {".bat", ".cmd", ".ps1", ".vbs", ".hta"};

// Options of PowerShell that are followed by a word of theirs: -WindowStyle Hidden.
bool takes_value(std::string_view flag) {
  static constexpr std::string_view kFlags[] = {
      "windowstyle",   "executionpolicy",   "ep",
      "inputformat",   "outputformat",      "version",
      "psconsolefile", "configurationname", "workingdirectory"};
  if (flag.size() < 2 || (flag[0] != '-' && flag[0] != '/')) return false;
  flag.remove_prefix(1);
  return std::any_of(std::begin(kFlags), std::end(kFlags),
                     [&](std::string_view full) { return full.starts_with(flag); });
}

bool is_powershell(std::string_view name) { return name == "powershell" || name == "pwsh"; }

// -EncodedCommand takes base64 of UTF-16LE.
std::string decode_powershell(std::string_view word) {
  const std::optional<std::string> bytes = decode_base64(word, 1 << 20);
  std::string text;
  if (!bytes) return text;
  for (size_t i = 0; i + 1 < bytes->size(); i += 2) {
    text += (*bytes)[i + 1] == 0 ? (*bytes)[i] : '?';
  }
  return text;
}

std::string rest_of(const std::vector<std::string>& words, size_t first) {
  return join_words({words.begin() + static_cast<ptrdiff_t>(first), words.end()});
}

bool is_windows_script(std::string_view word) {
  const std::string name = lower_case(word);
  return std::any_of(std::begin(kWindowsScripts), std::end(kWindowsScripts),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

Handover powershell(const std::vector<std::string>& words, size_t first) {
  for (size_t i = first; i < words.size(); ++i) {
    const std::string flag = lower_case(words[i]);
    if (is_windows_script(flag)) return {Handover::Kind::kFile, Language::kNone, words[i]};
    const bool option = flag.size() > 1 && (flag[0] == '-' || flag[0] == '/');
    const bool value = i > first && takes_value(lower_case(words[i - 1]));
    if (!option && !value) {  // the command stands without -Command
      return {Handover::Kind::kInline, Language::kPowerShell, rest_of(words, i)};
    }
    if (!option || i + 1 >= words.size()) continue;
    const std::string_view name = std::string_view(flag).substr(1);
    if (name == "e" || name == "ec" || std::string_view("encodedcommand").starts_with(name)) {
      return {Handover::Kind::kInline, Language::kPowerShell, decode_powershell(words[i + 1])};
    }
    if (std::string_view("command").starts_with(name)) {
      return {Handover::Kind::kInline, Language::kPowerShell, rest_of(words, i + 1)};
    }
    if (name == "f" || name == "file") {
      return {Handover::Kind::kFile, Language::kNone, words[i + 1]};
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> command_words(const Resolver& resolver, UnitId unit, NodeId command) {
  const Module& module = resolver.unit(unit).module;
  std::vector<std::string> words;
  for (NodeId c : children(module, command)) {
    const NodeKind kind = module[c].kind;
    if (kind == NodeKind::kRedirect || kind == NodeKind::kEmpty) continue;
    if (kind == NodeKind::kAssign) {  // `A=b cmd` is about cmd, `export A=b` about A
      if (!words.empty()) words.emplace_back(module.snippet(module[c], 200));
      continue;
    }
    std::string word;
    append_word(resolver, unit, c, word);
    words.push_back(std::move(word));
  }
  return words;
}

std::string program_name(std::string_view word) {
  if (const size_t slash = word.find_last_of("/\\"); slash != std::string_view::npos) {
    word.remove_prefix(slash + 1);
  }
  std::string name = lower_case(word);
  if (name.ends_with(".exe") || name.ends_with(".cmd")) name.resize(name.size() - 4);
  return name;
}

bool is_interpreter(std::string_view name) {
  return find_interpreter(name) != nullptr || is_powershell(name);
}

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  for (size_t at = 0; (at = line.find_first_not_of(" \t\r\n", at)) != line.npos;) {
    const size_t end = std::min(line.find_first_of(" \t\r\n", at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::string join_words(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

std::string quote_command(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += '\'';
    for (char c : word) {
      if (c == '\'') {
        line += "'\\''";
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return line;
}

// The word that is run, past `sudo`, `env A=b`, `start /b` and their like.
static size_t command_word(const std::vector<std::string>& words) {
  size_t first = 0;
  while (first < words.size()) {
    const std::string name = program_name(words[first]);
    const bool wrapper =
        std::find(std::begin(kWrappers), std::end(kWrappers), name) != std::end(kWrappers);
    const bool assignment =
        first > 0 && words[first].find('=') != std::string::npos && words[first].front() != '-';
    const bool wrapper_option =
        first > 0 && (words[first].starts_with("-") || words[first] == "/b");
    if (!wrapper && !assignment && !wrapper_option) break;
    ++first;
  }
  return first;
}

Language input_language(const std::vector<std::string>& words) {
  const size_t first = command_word(words);
  if (first >= words.size()) return Language::kNone;
  const Interpreter* interpreter = find_interpreter(program_name(words[first]));
  if (interpreter == nullptr || interpreter->name == "cmd") return Language::kNone;
  for (size_t i = first + 1; i < words.size(); ++i) {
    const bool flag =
        words[i].starts_with("-") &&
        interpreter->inline_flags.find(" " + words[i] + " ") == std::string_view::npos;
    const bool input =
        words[i] == "/dev/stdin" || words[i] == "/dev/fd/0" || words[i] == "/proc/self/fd/0";
    if (!flag && !input) return Language::kNone;
  }
  return interpreter->language;
}

std::vector<std::string> preloads(const std::vector<std::string>& words) {
  std::vector<std::string> files;
  const size_t first = command_word(words);
  if (first >= words.size()) return files;
  const Interpreter* interpreter = find_interpreter(program_name(words[first]));
  if (interpreter == nullptr || interpreter->language != Language::kJavaScript) return files;
  for (size_t i = first + 1; i < words.size() && words[i].starts_with('-'); ++i) {
    const size_t equals = words[i].find('=');
    std::string file;
    if (equals != std::string::npos && is_preload(std::string_view(words[i]).substr(0, equals))) {
      file = words[i].substr(equals + 1);
    } else if (is_preload(words[i]) && i + 1 < words.size()) {
      file = words[++i];
    } else if (words[i].starts_with("-r.")) {
      file = words[i].substr(2);
    }
    if (file.starts_with('.')) files.push_back(std::move(file));
  }
  return files;
}

Handover handover(const std::vector<std::string>& words) {
  const size_t first = command_word(words);
  if (first >= words.size()) return {};
  const std::string name = program_name(words[first]);
  if (is_powershell(name)) return powershell(words, first + 1);
  const Interpreter* interpreter = find_interpreter(name);
  if (interpreter == nullptr) {
    const bool path = words[first].find_first_of("/\\") != std::string::npos;
    if (path || is_windows_script(words[first])) {
      return {Handover::Kind::kFile, Language::kNone, words[first]};
    }
    const bool runs_next = name == "." || name == "source" || name == "call" || name == "wscript" ||
                           name == "cscript" || name == "mshta";
    if (runs_next && first + 1 < words.size()) {
      const bool shell = name == "." || name == "source";
      return {Handover::Kind::kFile, shell ? Language::kShell : Language::kNone, words[first + 1]};
    }
    return {};
  }
  for (size_t i = first + 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::string padded = " " + word + " ";
    if (interpreter->inline_flags.find(padded) != std::string_view::npos) {
      if (i + 1 >= words.size()) return {};
      // cmd /c takes the rest of the line.
      if (interpreter->name == "cmd") {
        return {Handover::Kind::kInline, Language::kBatch, rest_of(words, i + 1)};
      }
      return {Handover::Kind::kInline, interpreter->language, words[i + 1]};
    }
    if (interpreter->language == Language::kPython && word == "-m") {
      if (i + 1 >= words.size()) return {};
      return {Handover::Kind::kModule, Language::kPython, words[i + 1]};
    }
    if (interpreter->language == Language::kJavaScript) {
      if (is_preload(word)) {
        ++i;
        continue;
      }
      for (const std::string_view flag : {"--eval=", "--print="}) {
        if (!word.starts_with(flag)) continue;
        return {Handover::Kind::kInline, Language::kJavaScript, word.substr(flag.size())};
      }
    }
    if (word == "run" && (interpreter->name == "bun" || interpreter->name == "deno")) continue;
    if (word.starts_with("-") || word.starts_with("/c")) continue;
    return {Handover::Kind::kFile, interpreter->language, word};
  }
  return {};
}

}  // namespace cerebro
