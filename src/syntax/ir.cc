#include "syntax/ir.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/flat_map.h"

namespace cerebro {
namespace {

constexpr std::string_view kKindNames[] = {
    "empty",    "string",   "number",  "constant", "regex",      "template",      "array",
    "object",   "property", "name",    "member",   "index",      "slice",         "call",
    "new",      "keyword",  "spread",  "unary",    "binary",     "conditional",   "assign",
    "default",  "function", "params",  "param",    "class",      "comprehension", "sequence",
    "block",    "if",       "loop",    "forin",    "try",        "catch",         "with",
    "return",   "throw",    "switch",  "import",   "importname", "export",        "exportname",
    "scope",    "del",      "command", "pipeline", "redirect",   "substitution",  "background",
    "parameter"};
static_assert(std::size(kKindNames) == static_cast<size_t>(NodeKind::kParameter) + 1);

struct FlagName {
  NodeFlag flag;
  std::string_view name;
};
constexpr FlagName kFlagNames[] = {{kBytes, "bytes"}, {kStatic, "static"}, {kGetter, "get"},
                                   {kSetter, "set"},  {kAsync, "async"},   {kGenerator, "gen"},
                                   {kRest, "rest"},   {kMapping, "kw"},    {kIsDefault, "default"}};

bool is_bare(char c) {
  return c > ' ' && c < 0x7F && c != '(' && c != ')' && c != '"' && c != '\\';
}

class Dumper {
 public:
  Dumper(const Module& module, const StringPool& pool) : module_(module), pool_(pool) {}

  void node(NodeId id, std::string_view separator) {
    const Node& n = module_[id];
    const bool text_last = n.kind == NodeKind::kMember;
    out_ += '(';
    out_ += kKindNames[static_cast<size_t>(n.kind)];
    flags(n.flags);
    if (!text_last) text(n);
    for (const NodeId child : children(module_, id)) {
      out_ += separator;
      separator = id == module_.root ? "\n  " : " ";
      node(child, " ");
    }
    if (text_last) text(n);
    out_ += ')';
  }
  std::string take() { return std::move(out_); }

 private:
  void flags(uint16_t flags) {
    char before = '{';
    for (const auto& [flag, name] : kFlagNames) {
      if (!(flags & flag)) continue;
      out_ += before;
      out_ += name;
      before = ' ';
    }
    if (before == ' ') out_ += '}';
  }

  void text(const Node& n) {
    const bool names = n.kind == NodeKind::kImportName || n.kind == NodeKind::kExportName;
    if (n.text != 0 || n.aux != 0 || n.kind == NodeKind::kString) {
      word(pool_.text(n.text), n.kind == NodeKind::kString);
    }
    if (n.aux != 0) word(names ? pool_.text(n.aux) : std::to_string(n.aux), false);
  }

  void word(std::string_view text, bool quoted) {
    out_ += ' ';
    if (!quoted && !text.empty() && std::all_of(text.begin(), text.end(), is_bare)) {
      out_ += text;
      return;
    }
    constexpr char kHex[] = "0123456789abcdef";
    out_ += '"';
    for (const char c : text) {
      const auto byte = static_cast<uint8_t>(c);
      if (c == '"' || c == '\\') {
        out_ += {'\\', c};
      } else if (c == '\n') {
        out_ += "\\n";
      } else if (byte < 0x20 || byte == 0x7F) {
        out_ += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  const Module& module_;
  const StringPool& pool_;
  std::string out_;
};

}  // namespace

StringPool::StringPool() : texts_{std::string_view()}, cells_(1024) {}

Symbol StringPool::intern_some(std::string_view text) {
  if (texts_.size() * 4 >= cells_.size() * 3) grow();
  const auto hash = static_cast<uint32_t>(hash_bytes(text));
  const size_t mask = cells_.size() - 1;
  size_t i = hash & mask;
  for (; cells_[i].symbol != 0; i = (i + 1) & mask) {
    if (cells_[i].hash == hash && texts_[cells_[i].symbol] == text) return cells_[i].symbol;
  }
  char* kept = storage_.allocate<char>(text.size());
  std::memcpy(kept, text.data(), text.size());
  cells_[i] = {hash, static_cast<Symbol>(texts_.size())};
  texts_.emplace_back(kept, text.size());
  return cells_[i].symbol;
}

void StringPool::grow() {
  std::vector<Cell> old(2 * cells_.size());
  old.swap(cells_);
  const size_t mask = cells_.size() - 1;
  for (const Cell& cell : old) {
    if (cell.symbol == 0) continue;
    size_t i = cell.hash & mask;
    while (cells_[i].symbol != 0) i = (i + 1) & mask;
    cells_[i] = cell;
  }
}

Position Module::position(uint32_t offset) const {
  const auto after = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
  if (after == line_starts.begin()) return {};
  return {static_cast<int>(after - line_starts.begin()), static_cast<int>(offset - after[-1]) + 1};
}

std::string_view Module::snippet(const Node& node, size_t max_bytes) const {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  std::string_view text = std::string_view(source).substr(node.begin, node.end - node.begin);
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  text = text.substr(0, max_bytes + 1);  // a line may be a megabyte long
  text = text.substr(0, text.find_first_of("\r\n"));
  if (text.size() > max_bytes) {
    while (max_bytes > 0 && (text[max_bytes] & 0xC0) == 0x80) --max_bytes;  // whole characters
    text = text.substr(0, max_bytes);
  }
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

NodeId Module::child(NodeId id, size_t n) const {
  NodeId child = nodes[id].first_child;
  while (n-- > 0 && child != kNoNode) child = nodes[child].next_sibling;
  return child;
}

std::string dump(const Module& module, const StringPool& pool) {
  if (module.root == kNoNode) return {};
  Dumper dumper(module, pool);
  dumper.node(module.root, " ");
  return dumper.take();
}

}  // namespace cerebro
