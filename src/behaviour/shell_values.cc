#include "behaviour/shell_values.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/limits.h"
#include "behaviour/shell_words.h"
#include "syntax/decode.h"
#include "syntax/hole.h"

namespace cerebro {
namespace {

constexpr size_t kMaxBytes = 1 << 20;  // of what one command prints
constexpr size_t kMaxWordBytes = 64 << 10;
constexpr int kMaxDepth = 24;
constexpr size_t kMaxChoices = 16;
constexpr size_t kMaxCopies = 64;
constexpr size_t kMaxMoves = 64;
// A script without tricks looks each word up a few times.
constexpr size_t kFewestSteps = 20'000, kStepsPerNode = 16;

// They print what they read, or a part of it.
constexpr std::string_view kFilters[] = {
    "cat",  "head", "tail",  "sed",  "grep",   "egrep",    "tr",      "sort",     "uniq",
    "dd",   "pv",   "iconv", "fold", "cut",    "nl",       "strings", "dos2unix", "more",
    "less", "bat",  "tac",   "fmt",  "expand", "unbuffer", "perl",    "awk"};
constexpr std::string_view kUnpackers[] = {"gunzip",     "zcat",  "gzcat", "gzip",  "bunzip2",
                                           "bzcat",      "bzip2", "unxz",  "xzcat", "xz",
                                           "zlib-flate", "pigz",  "unpigz"};
constexpr std::string_view kCopiers[] = {"cp", "mv", "ln", "install", "rsync", "copy", "move"};
// Variables that hold the path of Node, and the folder of the package.
constexpr std::string_view kNodePaths[] = {"npm_node_execpath", "NODE", "NODE_PATH_BIN",
                                           "NODE_EXE"};
constexpr std::string_view kHere[] = {"PWD", "INIT_CWD", "npm_config_local_prefix", "OLDPWD"};

// \n, \x41, \101, \\ as echo -e and printf have them.
std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    const auto number = [&](size_t from, size_t most, unsigned base) {
      unsigned value = 0;
      size_t at = from;
      for (; at < text.size() && at < from + most; ++at) {
        const int digit = std::isdigit(static_cast<unsigned char>(text[at])) != 0 ? text[at] - '0'
                          : std::isxdigit(static_cast<unsigned char>(text[at])) != 0
                              ? (text[at] | 0x20) - 'a' + 10
                              : 99;
        if (digit >= static_cast<int>(base)) break;
        value = value * base + static_cast<unsigned>(digit);
      }
      if (at > from) out += static_cast<char>(value);
      i = at - 1;
    };
    if (c == 'n') {
      out += '\n';
    } else if (c == 't') {
      out += '\t';
    } else if (c == 'r') {
      out += '\r';
    } else if (c == 'x') {
      number(i + 1, 2, 16);
    } else if (c >= '0' && c <= '7') {
      number(c == '0' ? i + 1 : i, 3, 8);
    } else {
      out += c;
    }
  }
  return out;
}

std::string print_formatted(const std::vector<std::string>& words, size_t first) {
  if (first >= words.size()) return {};
  const std::string& format = words[first];
  std::string out;
  size_t next = first + 1;
  do {
    const size_t before = next;
    std::string once;
    for (size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%' || i + 1 == format.size()) {
        once += format[i];
      } else if (const char c = format[++i]; c == '%') {
        once += c;
      } else if (next < words.size()) {
        once += c == 'b' ? unescape(words[next++]) : words[next++];
      }
    }
    out += once;
    if (next == before) break;
  } while (next < words.size() && out.size() < kMaxBytes);
  return unescape(out);
}

bool decodes(const std::vector<std::string>& words) {
  return std::any_of(words.begin() + 1, words.end(), [](const std::string& word) {
    return word == "--decode" || word == "-D" ||
           (word.starts_with('-') && !word.starts_with("--") && word.find('d') != word.npos);
  });
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
  }
  return out;
}

std::string_view strip_dots(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/') && path.size() > 1) path.remove_suffix(1);
  return path == "." ? std::string_view() : path;
}

bool has_wildcard(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos && path.size() < 256;
}

}  // namespace

ScriptManifest::ScriptManifest(const FileTree& tree, const std::string& folder) {
  const File* file = tree.find(folder + "package.json");
  found_ = file != nullptr;
  if (found_) document_ = read_json(file->content);
}

std::optional<std::string> ScriptManifest::variable(std::string_view name) const {
  const JsonValue* value = &document_.root;
  for (int depth = 0; depth < 8; ++depth) {
    if (value->kind == JsonValue::Kind::kString && name.empty()) return value->text;
    const JsonValue* next = nullptr;
    for (size_t i = 0; i < value->items.size(); ++i) {
      const std::string key = i < value->keys.size() ? value->keys[i] : std::to_string(i);
      // What is no letter of a variable's name is "_".
      const bool fits =
          !key.empty() && key.size() <= name.size() &&
          std::equal(key.begin(), key.end(), name.begin(), [](char of_key, char of_name) {
            const bool plain = std::isalnum(static_cast<unsigned char>(of_key)) != 0;
            return (plain ? of_key : '_') == of_name;
          });
      if (!fits || (name.size() > key.size() && name[key.size()] != '_')) continue;
      next = &value->items[i];
      name.remove_prefix(std::min(name.size(), key.size() + 1));
      break;
    }
    if (next == nullptr) return std::nullopt;
    value = next;
  }
  return std::nullopt;
}

std::string_view ScriptManifest::script(std::string_view name) const {
  const JsonValue* scripts = document_.root.find("scripts");
  return scripts == nullptr ? std::string_view() : scripts->string(name);
}

ShellValues::ShellValues(const Resolver& resolver, UnitId unit, const Package& package,
                         const FileTree& tree)
    : resolver_(resolver), unit_(unit), package_(package), tree_(tree) {
  collect();
}

bool ShellValues::spend() {
  if (steps_ > 0) --steps_;
  return steps_ > 0;
}

void ShellValues::collect() {
  const Module& of = module();
  steps_ = kFewestSteps + kStepsPerNode * of.nodes.size();
  parents_.assign(of.nodes.size(), kNoNode);
  for (NodeId node = 0; node < of.nodes.size(); ++node) {
    for (const NodeId child : children(of, node)) parents_[child] = node;
  }
  for (NodeId node = 0; node < of.nodes.size(); ++node) {
    if (of[node].kind == NodeKind::kAssign) {
      const NodeId target = of.child(node, 0), value = of.child(node, 1);
      if (target == kNoNode || of[target].kind != NodeKind::kName) continue;
      variables_[text(target)].push_back({of[node].begin, value, ++groups_});
    } else if (of[node].kind == NodeKind::kForIn) {
      const NodeId target = of.child(node, 0), list = of.child(node, 1);
      if (target == kNoNode || list == kNoNode || of[target].kind != NodeKind::kName) continue;
      ++groups_;
      size_t elements = 0;
      for (const NodeId element : children(of, list)) {
        if (++elements > kMaxChoices) break;
        variables_[text(target)].push_back({of[node].begin, element, groups_});
      }
      choices_ = std::max(choices_, std::min(elements, kMaxChoices));
    }
  }
  for (auto& [name, assigned] : variables_) {
    std::stable_sort(assigned.begin(), assigned.end(),
                     [](const Assigned& a, const Assigned& b) { return a.at < b.at; });
  }
  for (const NodeId call : resolver_.unit(unit_).calls) collect_command(call);
}

void ShellValues::collect_command(NodeId call) {
  const Module& of = module();
  if (of[call].kind != NodeKind::kCommand) return;
  const NodeId first = of.child(call, 0);
  if (first == kNoNode || of[first].kind != NodeKind::kString) {
    if (redirect(call, ">") == kNoNode) return;
  }
  std::string name = first == kNoNode ? std::string() : program_name(text(first));
  if (first != kNoNode && of[first].kind == NodeKind::kString)
    calls_.try_emplace(text(first), call);
  if (name == "shx" && of.child(call, 1) != kNoNode) name = text(of.child(call, 1));
  if (name == "cd" || name == "pushd" || name == "chdir") {
    const std::vector<std::string> all = words(call, 0, 0);
    if (all.size() < 2 || all.back().starts_with('/') || all.back().starts_with('-')) return;
    const std::string before = folder(call);
    const std::string whole = before + std::string(strip_dots(all.back()));
    std::string path;
    for (std::string_view rest = whole; !rest.empty();) {
      const size_t slash = std::min(rest.find('/'), rest.size());
      const std::string_view part = rest.substr(0, slash);
      rest.remove_prefix(std::min(rest.size(), slash + 1));
      if (part == "..") {
        if (!path.empty()) path.erase(path.size() < 2 ? 0 : path.rfind('/', path.size() - 2) + 1);
      } else if (!part.empty() && part != ".") {
        path.append(part).push_back('/');
      }
    }
    if (path.size() < Limits{}.path_bytes && moves_.size() < kMaxMoves)
      moves_.push_back({of[call].begin, std::move(path)});
  } else if (copies_.size() < kMaxCopies) {
    if (among(kCopiers, name)) {
      const std::vector<std::string> all = words(call, 0, 0);
      if (all.size() > 2) copies_.push_back({of[call].begin, all.back(), call});
    }
    for (const std::string_view op : {">", ">>", ">|", "1>"}) {
      const NodeId to = redirect(call, op);
      if (to == kNoNode) continue;
      std::string path;
      append(to, 0, path, 0);
      copies_.push_back({of[call].begin, std::move(path), call});
    }
    if (name == "tee") {
      const std::vector<std::string> all = words(call, 0, 0);
      if (all.size() > 1) copies_.push_back({of[call].begin, all.back(), call});
    }
  }
}

std::string ShellValues::folder(NodeId call) const {
  std::string path;
  for (const Move& move : moves_) {
    if (move.at < module()[call].begin) path = move.path;
  }
  return path;
}

NodeId ShellValues::redirect(NodeId call, std::string_view op) const {
  for (const NodeId child : children(module(), call)) {
    if (module()[child].kind == NodeKind::kRedirect && text(child) == op) {
      return module().child(child, 0);
    }
  }
  return kNoNode;
}

std::optional<std::string> ShellValues::special(std::string_view name) {
  if (among(kNodePaths, name)) return "node";
  if (name == "npm_execpath") return "npm";
  if (among(kHere, name)) return ".";
  if (name == "IFS") return " ";
  if (name == "SHELL" || name == "BASH") return "sh";
  if (name == "npm_lifecycle_event") return std::nullopt;
  constexpr std::string_view kPackage = "npm_package_";
  if (!name.starts_with(kPackage)) return std::nullopt;
  if (name == "npm_package_json") return "package.json";
  if (!manifest_) manifest_.emplace(tree_, package_.root);
  return manifest_->variable(name.substr(kPackage.size()));
}

std::optional<std::string> ShellValues::parameter(NodeId node, size_t choice, int depth) {
  const std::string_view name = text(node);
  const auto known = variables_.find(name);
  if (known != variables_.end()) {
    const std::vector<Assigned>& all = known->second;
    // The last that stands before; in a function or a loop it may stand behind.
    const auto behind = std::partition_point(
        all.begin(), all.end(), [&](const Assigned& one) { return one.at < module()[node].begin; });
    auto last = static_cast<size_t>(behind - all.begin());
    if (last == 0) last = 1;
    size_t first = last - 1;
    while (first > 0 && all[first - 1].group == all[last - 1].group) --first;
    if (last == 1) {
      while (last < all.size() && all[last].group == all[first].group) ++last;
    }
    const NodeId value = all[first + choice % (last - first)].value;
    std::string out;
    if (value != kNoNode) append(value, choice, out, depth + 1);
    return out;
  }
  if (!name.empty() && name.front() >= '1' && name.front() <= '9') {
    return argument(node, choice, depth);
  }
  if (std::optional<std::string> value = special(name)) return value;
  // ${x:-node}
  const NodeId otherwise = module().child(node, 0);
  const std::string_view written = module().snippet(module()[node], 100);
  if (otherwise != kNoNode && written.find('-') != std::string_view::npos) {
    std::string out;
    append(otherwise, choice, out, depth + 1);
    return out;
  }
  return std::nullopt;
}

// $1 of a function: of the first call of it.
std::optional<std::string> ShellValues::argument(NodeId node, size_t choice, int depth) {
  NodeId function = node;
  while (function != kNoNode && module()[function].kind != NodeKind::kFunction) {
    function = parents_[function];
  }
  if (function == kNoNode) return std::nullopt;
  const auto called = calls_.find(text(function));
  if (called == calls_.end()) return std::nullopt;
  const auto number = static_cast<size_t>(text(node).front() - '0');
  const NodeId word = module().child(called->second, number);
  if (word == kNoNode || module()[word].kind == NodeKind::kRedirect) return std::nullopt;
  std::string out;
  append(word, choice, out, depth + 1);
  return out;
}

void ShellValues::append(NodeId word, size_t choice, std::string& out, int depth) {
  const Node& node = module()[word];
  if (depth > kMaxDepth || !spend() || out.size() > kMaxWordBytes) {
    out += kHole;
    return;
  }
  switch (node.kind) {
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kName:
      out += text(word);
      break;
    case NodeKind::kTemplate:
      for (const NodeId part : children(module(), word)) append(part, choice, out, depth + 1);
      break;
    case NodeKind::kParameter:
      if (const std::optional<std::string> value = parameter(word, choice, depth)) {
        out += *value;
      } else {
        out.append("$").append(text(word));
      }
      break;
    case NodeKind::kSubstitution: {
      std::optional<Text> value = output(module().child(word, 0), depth + 1);
      const std::string_view written = module().snippet(node, 200);
      if (!value) {
        out.append("$(").append(written).append(")");
        break;
      }
      if (written.starts_with("<(") && value->file != nullptr) {  // a name, not the text
        out += value->file->path.substr(package_.root.size());
        break;
      }
      while (value->text.ends_with('\n')) value->text.pop_back();
      out += value->text;
      break;
    }
    default:
      out += kHole;
  }
}

std::vector<std::string> ShellValues::words(NodeId call, size_t choice) {
  return words(call, choice, 0);
}

std::vector<std::string> ShellValues::words(NodeId call, size_t choice, int depth) {
  const Module& of = module();
  std::vector<std::string> all;
  for (const NodeId child : children(of, call)) {
    const NodeKind kind = of[child].kind;
    if (kind == NodeKind::kRedirect || kind == NodeKind::kEmpty) continue;
    if (kind == NodeKind::kAssign) {
      const NodeId target = of.child(child, 0), value = of.child(child, 1);
      if (all.empty() || target == kNoNode || value == kNoNode) continue;
      std::string word(text(target));
      word += '=';
      append(value, choice, word, depth);
      all.push_back(std::move(word));
      continue;
    }
    std::string word;
    append(child, choice, word, depth);
    const uint32_t begin = of[child].begin;
    const bool quoted = (begin < of.source.size() && of.source[begin] == '"') ||
                        (begin > 0 && begin <= of.source.size() && of.source[begin - 1] == '"');
    const bool expands = kind == NodeKind::kParameter || kind == NodeKind::kSubstitution ||
                         (kind == NodeKind::kTemplate && !quoted);
    // Unquoted values fall into words; so does `node${IFS}a`.
    if (expands && !quoted && word.find_first_of(" \t\n") != std::string::npos &&
        word.find("$(") == std::string::npos) {
      for (std::string& piece : split_words(word)) all.push_back(std::move(piece));
    } else {
      all.push_back(std::move(word));
    }
  }
  return all;
}

// The stage that a command reads from: the one before it in its pipeline, or before the group that
// it stands in.
NodeId ShellValues::stage_before(NodeId call) const {
  for (NodeId node = call; parents_[node] != kNoNode; node = parents_[node]) {
    const NodeId parent = parents_[node];
    const NodeKind kind = module()[parent].kind;
    if (kind == NodeKind::kSubstitution || kind == NodeKind::kFunction) return kNoNode;
    if (kind != NodeKind::kPipeline) continue;
    NodeId before = kNoNode;
    for (const NodeId stage : children(module(), parent)) {
      if (stage == node) break;
      before = stage;
    }
    if (before != kNoNode) return before;
  }
  return kNoNode;
}

bool ShellValues::has_input(NodeId call) const {
  for (const std::string_view op : {"<", "<<", "<<-", "<<<", "0<"}) {
    if (redirect(call, op) != kNoNode) return true;
  }
  return stage_before(call) != kNoNode;
}

std::optional<ShellValues::Text> ShellValues::input(NodeId call) { return input(call, 0); }

std::optional<ShellValues::Text> ShellValues::input(NodeId call, int depth) {
  if (depth > kMaxDepth || !spend()) return std::nullopt;
  for (const std::string_view op : {"<", "0<"}) {
    const NodeId from = redirect(call, op);
    if (from == kNoNode) continue;
    std::string path;
    if (module()[from].kind == NodeKind::kSubstitution)
      return output(module().child(from, 0), depth + 1);
    append(from, 0, path, depth + 1);
    return file_text(path, call);
  }
  for (const std::string_view op : {"<<", "<<-", "<<<"}) {
    const NodeId from = redirect(call, op);
    if (from == kNoNode) continue;
    Text given;
    append(from, 0, given.text, depth + 1);
    return given;
  }
  const NodeId before = stage_before(call);
  return before == kNoNode ? std::nullopt : output(before, depth + 1);
}

const File* ShellValues::find(std::string_view path, NodeId call) {
  path = strip_dots(path);
  if (path.empty() || path.starts_with('/')) return nullptr;
  const std::string& own = module().path;
  const std::string beside = own.substr(0, own.rfind('/') + 1);
  const std::string moved = folder(call);
  const bool wildcard = has_wildcard(path) && wildcards_ > 0;
  if (wildcard) --wildcards_;
  for (const std::string& base :
       {package_.root + moved, beside + moved, package_.root, beside, std::string()}) {
    if (const File* file = tree_.find(base + std::string(path))) return file;
    if (!wildcard) continue;
    const std::string pattern = base + std::string(path);
    for (const File& file : tree_.files) {
      if (fnmatch(pattern.c_str(), file.path.c_str(), FNM_PATHNAME) == 0) return &file;
    }
  }
  if (wildcards_ == 0 || path.size() < 2) return nullptr;
  --wildcards_;
  // What an archive of the package holds, for it may have been unpacked.
  const std::string unpacked = "!/" + std::string(path);
  for (const File& file : tree_.files) {
    if (file.path.ends_with(unpacked)) return &file;
  }
  return nullptr;
}

std::optional<ShellValues::Text> ShellValues::file_text(std::string_view path, NodeId call) {
  const File* file = find(path, call);
  if (file == nullptr || file->content.size() > Limits{}.parse_bytes) return std::nullopt;
  return Text{file->content.substr(0, kMaxBytes), file};
}

std::optional<ShellValues::Text> ShellValues::copied(std::string_view path, NodeId call) {
  path = strip_dots(path);
  const auto last_part = [](std::string_view of) { return of.substr(of.rfind('/') + 1); };
  for (auto copy = copies_.rbegin(); copy != copies_.rend(); ++copy) {
    const std::string_view to = strip_dots(copy->to);
    if (copy->at >= module()[call].begin || last_part(path).empty()) continue;
    // `cp lib/a.txt /tmp/` makes /tmp/a.txt.
    if (to != path && !(path.starts_with(to) && copy->to.ends_with('/'))) continue;
    std::optional<Text> given = command_output(copy->from, 0);
    if (given) return given;
  }
  return std::nullopt;
}

std::vector<std::string> ShellValues::node_options(NodeId assignment) {
  const NodeId target = module().child(assignment, 0), value = module().child(assignment, 1);
  if (target == kNoNode || value == kNoNode || text(target) != "NODE_OPTIONS") return {};
  std::string options;
  append(value, 0, options, 0);
  std::vector<std::string> all = split_words(options);
  all.insert(all.begin(), "node");
  return all;
}

// What the last command of `node` that prints something known prints.
std::optional<ShellValues::Text> ShellValues::output(NodeId node, int depth) {
  if (node == kNoNode || depth > kMaxDepth || !spend()) return std::nullopt;
  switch (module()[node].kind) {
    case NodeKind::kCommand:
      return command_output(node, depth);
    case NodeKind::kRedirect: {  // $(<a)
      std::string path;
      if (module().child(node, 0) == kNoNode) return std::nullopt;
      append(module().child(node, 0), 0, path, depth + 1);
      return file_text(path, node);
    }
    case NodeKind::kPipeline: {
      NodeId last = kNoNode;
      for (const NodeId stage : children(module(), node)) last = stage;
      return output(last, depth + 1);
    }
    default: {
      std::optional<Text> found;
      for (const NodeId child : children(module(), node)) {
        if (std::optional<Text> one = output(child, depth + 1)) found = std::move(one);
      }
      return found;
    }
  }
}

std::optional<ShellValues::Text> ShellValues::command_output(NodeId call, int depth) {
  std::vector<std::string> all = words(call, 0, depth + 1);
  while (!all.empty() &&
         (program_name(all[0]) == "command" || all[0] == "sudo" || all[0] == "shx")) {
    if (all.size() > 2 && (all[1] == "-v" || all[1] == "-V")) return Text{all[2], nullptr};
    all.erase(all.begin());
  }
  if (all.empty()) return input(call, depth + 1);
  const std::string name = program_name(all[0]);
  const auto literal = [](std::string of) -> std::optional<Text> {
    if (of.empty()) return std::nullopt;
    of.resize(std::min(of.size(), kMaxBytes));
    return Text{std::move(of), nullptr};
  };
  // The first file of the package among the operands, or else what comes in.
  const auto read = [&]() -> std::optional<Text> {
    for (size_t i = 1; i < all.size(); ++i) {
      if (std::optional<Text> of = file_text(all[i], call)) return of;
    }
    return input(call, depth + 1);
  };
  if (name == "echo") {
    size_t first = 1;
    bool escapes = false;
    for (; first < all.size() && all[first].size() < 4 && all[first].starts_with('-'); ++first) {
      escapes = escapes || all[first].find('e') != std::string::npos;
    }
    const std::string line =
        join_words({all.begin() + static_cast<std::ptrdiff_t>(first), all.end()});
    return literal(escapes ? unescape(line) : line);
  }
  if (name == "printf")
    return literal(print_formatted(all, all.size() > 1 && all[1] == "--" ? 2 : 1));
  if (name == "pwd") return Text{".", nullptr};
  if (name == "which" || name == "whereis" || name == "type") return literal(all.back());
  if (name == "tee") return input(call, depth + 1);
  if (among(kFilters, name) || among(kCopiers, name)) return read();
  if (name == "base64" || name == "base32" ||
      (name == "openssl" && all.size() > 1 && (all[1] == "base64" || all[1] == "enc"))) {
    const std::optional<Text> of = read();
    if (!of || !decodes(all)) return std::nullopt;
    const std::string packed = without_blanks(of->text);
    const auto bytes =
        name == "base32" ? decode_base32(packed, kMaxBytes) : decode_base64(packed, kMaxBytes);
    return bytes ? literal(*bytes) : std::nullopt;
  }
  if (name == "xxd" && std::find(all.begin(), all.end(), "-r") != all.end()) {
    const std::optional<Text> of = read();
    if (!of) return std::nullopt;
    std::string digits = without_blanks(of->text);
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto bytes = decode_base16(digits, kMaxBytes);
    return bytes ? literal(*bytes) : std::nullopt;
  }
  if (name == "rev") {
    std::optional<Text> of = read();
    if (!of) return std::nullopt;
    std::string out;
    for (std::string_view rest = of->text; !rest.empty();) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      out.append(rest.substr(0, end).rbegin(), rest.substr(0, end).rend());
      if (end < rest.size()) out += '\n';
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    return literal(std::move(out));
  }
  if (among(kUnpackers, name)) {
    const std::optional<Text> of = read();
    if (!of) return std::nullopt;
    const std::string_view packed = of->text;
    std::optional<std::string> bytes;
    if (packed.starts_with("BZ")) {
      bytes = decode_bz2(packed, kMaxBytes);
    } else if (packed.starts_with("\xFD"
                                  "7z")) {
      bytes = decode_lzma(packed, kMaxBytes);
    } else {
      bytes = inflate_any(packed, kMaxBytes);
    }
    return bytes ? literal(*bytes) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace cerebro
