// Batch, PowerShell and Visual Basic, read by lines and words: which commands run, with which
// words. What is no command (an assignment, a call of a method) becomes one kString of its text, as
// the catalogue knows `.DownloadString(` by sight. Tricks that hide words are undone: `pow^er`,
// `i`ex`, 'a'+'b', %a%%b%, %a:~2,5%, variables that hold a text.

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "syntax/lower.h"

namespace cerebro {
namespace {

constexpr size_t kMaxWordBytes = 64 << 10;
constexpr size_t kSliceBytes = 64;
constexpr size_t kMaxVariables = 10'000;
constexpr size_t kMaxExpandedBytes = 4 << 20;  // of all variables that are put in

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

template <size_t size>
bool is_one_of(const std::string_view (&list)[size], std::string_view wanted) {
  return std::find(std::begin(list), std::end(list), wanted) != std::end(list);
}

// Words before a command that are no part of it.
constexpr std::string_view kPowerShellKeywords[] = {
    "if",    "else",    "elseif", "foreach", "for",   "while",   "do",  "until", "try",
    "catch", "finally", "return", "switch",  "begin", "process", "end", "&",     "."};
constexpr std::string_view kBatchKeywords[] = {"else", "call", "do", "@"};
constexpr std::string_view kBatchUnaryTests[] = {"exist", "defined", "errorlevel"};

struct Word {
  std::string text;
  uint32_t begin = 0, end = 0;
  bool quoted = false;        // begins with a quote
  bool group = false;         // (...)
  std::vector<NodeId> inner;  // of a group: its statements
};

class WindowsReader {
 public:
  WindowsReader(Language language, Builder& builder)
      : language_(language), builder_(builder), source_(builder.module().source) {}

  void run() {
    std::vector<NodeId> all;
    while (at_ < source_.size() && !builder_.exhausted()) {
      const std::vector<NodeId> some = statements();
      all.insert(all.end(), some.begin(), some.end());
      ++at_;  // a bracket that closes nothing
    }
    builder_.module().root = builder_.add(NodeKind::kBlock, 0, size(), {}, all);
  }

 private:
  bool batch() const { return language_ == Language::kBatch; }
  bool powershell() const { return language_ == Language::kPowerShell; }
  uint32_t size() const { return static_cast<uint32_t>(source_.size()); }
  uint32_t here() const { return static_cast<uint32_t>(std::min(at_, source_.size())); }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\n';
  }
  bool looking_at(std::string_view text) const { return source_.substr(at_).starts_with(text); }

  // Up to the end or to the bracket that closes the group.
  std::vector<NodeId> statements() {
    std::vector<NodeId> out, pipeline;
    while (at_ < source_.size() && peek() != ')' && !builder_.exhausted()) {
      const uint32_t begin = here();
      std::vector<Word> words = statement_words();
      if (!words.empty()) {
        std::vector<NodeId> made = finish(std::move(words));
        if (!made.empty()) pipeline.push_back(made.back());
        if (made.size() > 1) out.insert(out.end(), made.begin(), made.end() - 1);
      }
      const bool piped = peek() == '|' && peek(1) != '|';
      if (!piped && !pipeline.empty()) {
        const bool one = pipeline.size() == 1;
        out.push_back(one ? pipeline[0]
                          : builder_.add(NodeKind::kPipeline, begin, here(), {}, pipeline));
        pipeline.clear();
      }
      if (at_ < source_.size() && peek() != ')') ++at_;  // the separator
    }
    out.insert(out.end(), pipeline.begin(), pipeline.end());
    return out;
  }

  bool ends_statement(char c) const {
    if (c == '\n' || c == '\r' || c == ')') return true;
    if (language_ == Language::kVisualBasic) return c == ':';
    if (c == '|' || c == '&') return !(c == '&' && powershell() && peek(1) != '&');
    return powershell() && (c == ';' || c == '{' || c == '}');
  }

  std::vector<Word> statement_words() {
    std::vector<Word> words;
    while (at_ < source_.size()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == ',') {
        ++at_;
      } else if (is_continuation()) {
        at_ = std::min(source_.find('\n', at_), source_.size()) + 1;
      } else if (ends_statement(c)) {
        break;
      } else if (is_comment(words.empty())) {
        skip_comment();
      } else if (c == '(') {
        words.push_back(group());
      } else {
        words.push_back(word());
      }
    }
    return words;
  }

  bool is_continuation() const {
    const char mark = batch() ? '^' : powershell() ? '`' : '_';
    return peek() == mark && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'));
  }

  bool is_comment(bool first) const {
    if (powershell()) return peek() == '#' || looking_at("<#");
    if (language_ == Language::kVisualBasic && peek() == '\'') return true;
    if (!first) return false;
    const std::string start = lower_case(source_.substr(at_, 5));
    return start.starts_with("::") || start.starts_with("rem ") || start.starts_with("@rem ");
  }

  void skip_comment() {
    if (looking_at("<#")) {
      at_ = std::min(source_.find("#>", at_), source_.size() - 2) + 2;
    } else {
      at_ = std::min(source_.find('\n', at_), source_.size());
    }
  }

  Word group() {
    Word out;
    out.group = true;
    out.begin = here();
    ++at_;
    if (const Builder::Depth depth(builder_); depth) out.inner = statements();
    if (at_ < source_.size()) ++at_;
    out.end = here();
    out.text = source_.substr(out.begin, out.end - out.begin);
    return out;
  }

  Word word() {
    Word out;
    out.begin = here();
    out.quoted = is_quote(peek());
    while (at_ < source_.size()) {
      const char c = peek();
      if (is_quote(c)) {
        quoted(c, out.text);
      } else if (is_escape(c)) {
        ++at_;
        if (peek() != '\n' && peek() != '\r') out.text += source_[at_++];
      } else if (const size_t length = slice_length(); length > 0) {
        out.text += source_.substr(at_, length);
        at_ += length;
      } else if (c == ' ' || c == '\t' || c == '(' || c == ',' || ends_statement(c)) {
        break;
      } else {
        out.text += c;
        ++at_;
      }
    }
    if (out.begin == here()) ++at_;  // an escape before the line's end
    out.end = here();
    if (!is_assigned(out)) out.text = expanded(out.text);
    return out;
  }

  // Of %name:~from,count%, which holds a comma; 0 when there is none here.
  size_t slice_length() const {
    if (!batch() || peek() != '%') return 0;
    const std::string_view ahead = source_.substr(at_, kSliceBytes);
    const size_t end = ahead.find('%', 1);
    const std::string_view slice = ahead.substr(0, end);
    const bool whole = end != std::string_view::npos && slice.find(":~") != slice.npos;
    return whole && slice.find_first_of(" \t\r\n") == slice.npos ? end + 1 : 0;
  }

  // $name = ..., $name=...
  bool is_assigned(const Word& word) const {
    if (!powershell() || !word.text.starts_with('$')) return false;
    const size_t next = source_.find_first_not_of(" \t", at_);
    return word.text.find('=') != std::string::npos ||
           (next != std::string_view::npos && source_[next] == '=');
  }

  bool is_quote(char c) const { return c == '"' || (c == '\'' && powershell()); }
  bool is_escape(char c) const { return (c == '^' && batch()) || (c == '`' && powershell()); }

  // Appends what stands between the quotes; 'a' + 'b' is one text.
  void quoted(char quote, std::string& text) {
    for (;;) {
      ++at_;
      while (at_ < source_.size() && peek() != quote && peek() != '\n') {
        if (quote == '"' && is_escape(peek()) && powershell()) ++at_;
        if (at_ < source_.size() && text.size() < kMaxWordBytes) text += source_[at_];
        ++at_;
      }
      if (at_ >= source_.size() || peek() == '\n') return;
      ++at_;
      if (batch()) return;
      size_t next = source_.find_first_not_of(" \t", at_);
      const char joint = powershell() ? '+' : '&';
      if (next == std::string_view::npos || source_[next] != joint) return;
      next = source_.find_first_not_of(" \t", next + 1);
      if (next == std::string_view::npos || !is_quote(source_[next])) return;
      at_ = next;
      quote = source_[next];
    }
  }

  // ---- variables

  void assign(std::string_view name, std::string_view value) {
    if (variables_.size() < kMaxVariables && value.size() < kMaxWordBytes) {
      variables_[lower_case(name)] = value;
    }
  }

  std::string expanded(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size();) {
      size_t end = i;
      const std::string* value = nullptr;
      std::string part;
      if (batch() && (text[i] == '%' || text[i] == '!')) {
        value = batch_variable(text, i, end, part);
      } else if (powershell() && text[i] == '$') {
        end = i + 1;
        while (end < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
          ++end;
        }
        const auto found = variables_.find(lower_case(text.substr(i + 1, end - i - 1)));
        if (found != variables_.end()) value = &found->second;
      }
      if (value == nullptr || expanded_bytes_ + value->size() > kMaxExpandedBytes ||
          out.size() + value->size() > kMaxWordBytes) {
        out += text[i++];
        continue;
      }
      expanded_bytes_ += value->size();
      out += *value;
      i = end;
    }
    return out;
  }

  // %name% and %name:~from,count%
  const std::string* batch_variable(const std::string& text, size_t begin, size_t& end,
                                    std::string& part) const {
    const size_t close = text.find(text[begin], begin + 1);
    if (close == std::string::npos) return nullptr;
    const std::string inside = text.substr(begin + 1, close - begin - 1);
    const size_t colon = inside.find(":~");
    const auto found = variables_.find(lower_case(inside.substr(0, colon)));
    if (found == variables_.end()) return nullptr;
    end = close + 1;
    if (colon == std::string::npos) return &found->second;
    const std::string& whole = found->second;
    const auto number = [&](size_t from, int fallback) {
      int value = fallback;
      if (from < inside.size()) {
        std::from_chars(inside.data() + from, inside.data() + inside.size(), value);
      }
      return value;
    };
    const size_t comma = inside.find(',', colon);
    const int length = static_cast<int>(whole.size());
    int from = number(colon + 2, 0);
    if (from < 0) from = std::max(0, length + from);
    int count = comma == std::string::npos ? length : number(comma + 1, length);
    from = std::min(from, length);
    if (count < 0) count = std::max(0, length - from + count);
    part = whole.substr(static_cast<size_t>(from), static_cast<size_t>(count));
    return &part;
  }

  // ---- statements

  // The commands in brackets run first; the statement itself is the last.
  std::vector<NodeId> finish(std::vector<Word> words) {
    std::vector<NodeId> out;
    size_t first = 0;
    if (batch()) {
      first = skip_batch_keywords(words, 0);
      while (first < words.size() && words[first].group) {  // if ... ( commands ) else ( commands )
        first = skip_batch_keywords(words, first + 1);
      }
      if (first < words.size() && lower_case(words[first].text) == "set") {
        remember_set(words, first);
      }
    } else if (powershell()) {
      first = skip_powershell_keywords(words);
    }
    first = std::min(first, words.size());
    for (size_t i = 0; i < first; ++i) {
      out.insert(out.end(), words[i].inner.begin(), words[i].inner.end());
    }
    words.erase(words.begin(), words.begin() + static_cast<ptrdiff_t>(first));
    if (!words.empty()) out.push_back(is_command(words) ? command(words) : expression(words));
    return out;
  }

  static size_t skip_batch_keywords(std::vector<Word>& words, size_t i) {
    while (i < words.size() && !words[i].group) {
      if (words[i].text.starts_with('@')) words[i].text.erase(0, 1);
      const std::string name = lower_case(words[i].text);
      if (name == "if") {
        ++i;
        while (i < words.size() &&
               (lower_case(words[i].text) == "/i" || lower_case(words[i].text) == "not")) {
          ++i;
        }
        if (i >= words.size()) break;
        const bool unary = is_one_of(kBatchUnaryTests, lower_case(words[i].text));
        const bool joined = words[i].text.find("==") != std::string::npos;
        i += unary ? 2 : joined ? 1 : 3;
      } else if (name == "for") {
        while (i < words.size() && lower_case(words[i].text) != "do") ++i;
      } else if (is_one_of(kBatchKeywords, name) || name.empty()) {
        ++i;
      } else {
        break;
      }
    }
    return i;
  }

  // set name=value, set "name=value", set /a ...
  void remember_set(const std::vector<Word>& words, size_t first) {
    std::string rest;
    for (size_t i = first + 1; i < words.size(); ++i) {
      if (!rest.empty()) rest += ' ';
      rest += words[i].text;
    }
    const size_t equals = rest.find('=');
    if (equals != std::string::npos) {
      assign(std::string_view(rest).substr(0, equals), std::string_view(rest).substr(equals + 1));
    }
  }

  size_t skip_powershell_keywords(std::vector<Word>& words) {
    size_t i = 0;
    while (i < words.size() && !words[i].quoted) {
      const std::string name = lower_case(words[i].text);
      if (name == "function" || name == "param") {
        i += 2;
      } else if (is_one_of(kPowerShellKeywords, name)) {
        ++i;
        if (name != "else" && i < words.size() && words[i].group) ++i;  // if (...)
      } else if (name.starts_with('$') && i + 1 < words.size() && words[i + 1].text == "=") {
        if (i + 3 == words.size() && words[i + 2].quoted) {
          assign(std::string_view(words[i].text).substr(1), words[i + 2].text);
          return i;
        }
        i += 2;
      } else if (const size_t equals = name.find('=');
                 name.starts_with('$') && equals != std::string::npos) {  // $name=value
        if (i + 1 == words.size()) {
          assign(std::string_view(name).substr(1, equals - 1), words[i].text.substr(equals + 1));
          return i;
        }
        words[i].text.erase(0, equals + 1);
        if (words[i].text.empty()) ++i;
      } else {
        break;
      }
    }
    return i;
  }

  bool is_command(const std::vector<Word>& words) const {
    const Word& first = words.front();
    if (language_ == Language::kVisualBasic || first.group || first.text.empty()) return false;
    if (batch()) return first.text != ":" && !first.text.starts_with(':');
    if (first.quoted) return first.begin > 0 && source_.substr(0, first.begin).ends_with("& ");
    const bool method = words.size() > 1 && words[1].group && words[1].begin == first.end;
    return !method &&
           std::string_view("$[@<>=+-").find(source_[first.begin]) == std::string_view::npos;
  }

  NodeId command(const std::vector<Word>& words) {
    std::vector<NodeId> parts;
    for (const Word& word : words) {
      if (word.group && !word.inner.empty()) {
        const NodeId block = builder_.add(NodeKind::kBlock, word.begin, word.end, {}, word.inner);
        parts.push_back(builder_.add(NodeKind::kSubstitution, word.begin, word.end, {}, {block}));
      } else {
        parts.push_back(builder_.add(NodeKind::kString, word.begin, word.end, word.text));
      }
    }
    return builder_.add(NodeKind::kCommand, words.front().begin, words.back().end, {}, parts);
  }

  // ('a' + 'b') is read as (ab).
  std::string text_of(const Word& word) const {
    if (word.inner.size() != 1) return word.text;
    const Node& inner = builder_.module()[word.inner.front()];
    if (inner.kind != NodeKind::kString) return word.text;
    return "(" + std::string(builder_.pool().text(inner.text)) + ")";
  }

  // The text of an expression, its tricks undone, and the commands in its brackets.
  NodeId expression(const std::vector<Word>& words) {
    std::string text;
    std::vector<NodeId> parts;
    for (const Word& word : words) {
      const bool apart = !text.empty() && word.begin > 0 && source_[word.begin - 1] == ' ';
      if (apart) text += ' ';
      if (text.size() + word.text.size() < kMaxWordBytes) text += text_of(word);
      for (const NodeId inner : word.inner) {
        if (builder_.module()[inner].kind != NodeKind::kString) parts.push_back(inner);
      }
    }
    std::erase(text, '`');
    const uint32_t begin = words.front().begin, end = words.back().end;
    const NodeId whole = builder_.add(NodeKind::kString, begin, end, text);
    if (parts.empty()) return whole;
    parts.push_back(whole);
    return builder_.add(NodeKind::kBlock, begin, end, {}, parts);
  }

  const Language language_;
  Builder& builder_;
  const std::string_view source_;
  size_t at_ = 0;
  std::map<std::string, std::string> variables_;
  size_t expanded_bytes_ = 0;
};

}  // namespace

void lower_windows(Language language, Builder& builder) { WindowsReader(language, builder).run(); }

}  // namespace cerebro
