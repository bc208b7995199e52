#include "package/setup_py.h"

#include <algorithm>

#include "package/string_literals.h"
#include "package/text.h"

namespace cerebro {
namespace {

constexpr size_t kMaxBytes = 4 << 20;
constexpr size_t kMaxItems = 1'000;
constexpr size_t kMaxPlaces = 16;  // of one keyword; bounds the work on a file full of keywords
constexpr size_t kMaxCommands = 50;

// "{NAME}-plugin", "${app}", "%s": filled in when the code runs, so that nothing is known here.
bool is_template(std::string_view text) {
  return text.find_first_of("{}%$") != std::string_view::npos;
}

class SetupScanner {
 public:
  explicit SetupScanner(std::string_view text)
      : source_(condensed_python(text.substr(0, kMaxBytes))),
        text_(source_),
        literals_(python_strings(text_)) {}

  SetupPy scan() {
    SetupPy setup;
    setup.name = text_value("name");
    setup.version = text_value("version");
    setup.source_folder = source_folder();
    setup.scripts = list("scripts");
    setup.modules = list("py_modules");
    setup.has_commands = text_.find("cmdclass") != std::string_view::npos;
    scan_entry_points(setup.entry_points);
    scan_commands(setup.commands);
    for (const std::string_view keyword : {"install_requires", "setup_requires", "extras_require",
                                           "tests_require", "dependency_links"}) {
      for (const size_t at : places(keyword)) {
        for (const StringLiteral* literal : literals_in(at)) {
          setup.requirements.push_back({literal->value, literal->line});
        }
      }
    }
    return setup;
  }

 private:
  // Offsets behind "keyword =" and "'keyword':" (keyword arguments, assignments, dict keys); the
  // ones behind the last "setup(" come first.
  std::vector<size_t> places(std::string_view keyword) const {
    std::vector<size_t> found;
    const size_t call = std::min(text_.rfind("setup("), text_.size());
    add_places(keyword, call, text_.size(), found);
    add_places(keyword, 0, call, found);
    return found;
  }

  void add_places(std::string_view keyword, size_t from, size_t to,
                  std::vector<size_t>& found) const {
    for (size_t at = text_.find(keyword, from); at < to && found.size() < kMaxPlaces;
         at = text_.find(keyword, at + keyword.size())) {
      if (at > 0 && (is_identifier_byte(text_[at - 1]) || text_[at - 1] == '.')) continue;
      size_t next = at + keyword.size();
      if (next < text_.size() && (text_[next] == '"' || text_[next] == '\'')) ++next;
      next = text_.find_first_not_of(" \t\r\n", next);
      if (next == std::string_view::npos || (text_[next] != '=' && text_[next] != ':')) continue;
      if (text_.substr(next, 2) == "==") continue;
      next = text_.find_first_not_of(" \t\r\n\\", next + 1);
      if (next != std::string_view::npos) found.push_back(next);
    }
  }

  // The literal that starts at `at`, a prefix such as r, u or f allowed.
  const StringLiteral* literal_at(size_t at) const {
    for (const size_t begin : {at, at + 1}) {
      const auto found = std::lower_bound(
          literals_.begin(), literals_.end(), begin,
          [](const StringLiteral& literal, size_t wanted) { return literal.begin < wanted; });
      if (found != literals_.end() && found->begin == begin) return &*found;
      if (at < text_.size() && std::string_view("rRuUbBfF").find(text_[at]) == text_.npos) break;
    }
    return nullptr;
  }

  std::string text_value(std::string_view keyword, int hops = 1) const {
    for (const size_t at : places(keyword)) {
      if (const StringLiteral* literal = literal_at(at)) {
        const size_t next = text_.find_first_not_of(' ', literal->end);
        const bool computed = next != std::string_view::npos && text_[next] == '.';  // '.'.join()
        if (!computed && !is_template(literal->value)) return literal->value;
        continue;
      }
      const std::string_view identifier = identifier_at(at);
      if (identifier.empty() || identifier == keyword || hops == 0) continue;
      if (std::string value = text_value(identifier, hops - 1); !value.empty()) return value;
    }
    return {};
  }

  std::string_view identifier_at(size_t at) const {
    size_t end = at;
    while (end < text_.size() && is_identifier_byte(text_[end])) ++end;
    return text_.substr(at, end - at);
  }

  // The literals between the bracket at `open` and the one that closes it.
  std::vector<const StringLiteral*> literals_in(size_t open) const {
    std::vector<const StringLiteral*> inside;
    if (open >= text_.size() || std::string_view("[{(").find(text_[open]) == text_.npos) {
      return inside;
    }
    auto literal =
        std::lower_bound(literals_.begin(), literals_.end(), open,
                         [](const StringLiteral& of, size_t wanted) { return of.begin < wanted; });
    int depth = 0;
    for (size_t at = open; at < text_.size() && inside.size() < kMaxItems; ++at) {
      if (literal != literals_.end() && literal->begin == at) {
        inside.push_back(&*literal);
        at = literal->end - 1;
        ++literal;
        continue;
      }
      const char c = text_[at];
      if (c == '[' || c == '{' || c == '(') ++depth;
      if ((c == ']' || c == '}' || c == ')') && --depth == 0) break;
    }
    return inside;
  }

  std::vector<std::string> list(std::string_view keyword) const {
    std::vector<std::string> values;
    for (const size_t at : places(keyword)) {
      for (const StringLiteral* literal : literals_in(at)) values.push_back(literal->value);
      if (!values.empty()) break;
    }
    return values;
  }

  std::string source_folder() const {
    for (const size_t at : places("package_dir")) {
      const auto inside = literals_in(at);
      for (size_t i = 0; i + 1 < inside.size(); i += 2) {
        if (inside[i]->value.empty()) return inside[i + 1]->value;
      }
    }
    return {};
  }

  void scan_entry_points(std::vector<EntryPoint>& into) const {
    const std::vector<size_t> found = places("entry_points");
    if (found.empty()) return;
    const size_t at = found.front();
    auto literals = literals_in(at);
    if (const StringLiteral* text = literal_at(at)) literals = {text};
    std::string group;
    for (const StringLiteral* literal : literals) {
      for (const std::string_view line : lines_of(literal->value)) {
        const std::string_view content = trim(line);
        if (content.starts_with('#') || is_template(content)) continue;
        const size_t equals = content.find('=');
        if (equals != std::string_view::npos) {
          into.push_back({group, std::string(trim(content.substr(0, equals))),
                          std::string(trim(content.substr(equals + 1)))});
        } else if (content.starts_with('[') && content.ends_with(']')) {
          group = trim(content.substr(1, content.size() - 2));
        } else if (!content.empty()) {
          group = content;
        }
      }
    }
  }

  // "install": Cls and install=Cls, inside the first bracket behind cmdclass.
  void scan_commands(std::vector<SetupPy::Command>& into) const {
    for (const size_t found : places("cmdclass")) {
      size_t at = found;
      if (identifier_at(at) == "dict") at += 4;
      if (at < text_.size() && text_[at] != '{' && text_[at] != '(') continue;
      const size_t end = std::min(text_.find_first_of("})", at), text_.size());
      while (at < end && into.size() < kMaxCommands) {
        const size_t separator = text_.find_first_of(":=", at);
        if (separator >= end) break;
        const std::string_view key = trim(text_.substr(at + 1, separator - at - 1));
        const size_t begin = text_.find_first_not_of(" \t\r\n", separator + 1);
        const size_t comma = std::min({text_.find(',', separator), end});
        if (begin == std::string_view::npos || begin >= end) break;
        std::string_view cls = identifier_at(begin);
        while (begin + cls.size() < text_.size() && text_[begin + cls.size()] == '.') {
          const std::string_view inner = identifier_at(begin + cls.size() + 1);
          if (inner.empty()) break;
          cls = text_.substr(begin, cls.size() + 1 + inner.size());
        }
        into.push_back({std::string(trim_quotes(key)), std::string(cls), line_at(text_, begin)});
        at = comma;
      }
    }
  }

  static std::string_view trim_quotes(std::string_view text) {
    const size_t begin = text.find_first_not_of("'\" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of("'\" \t\r\n") - begin + 1);
  }

  const std::string source_;
  const std::string_view text_;
  const std::vector<StringLiteral> literals_;
};

}  // namespace

SetupPy scan_setup_py(std::string_view text) { return SetupScanner(text).scan(); }

}  // namespace cerebro
