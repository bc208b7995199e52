#include <algorithm>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "syntax/encoding.h"
#include "syntax/flat_buffer.h"
#include "syntax/javascript_lines.h"
#include "syntax/javascript_parser.h"
#include "syntax/javascript_syntax.h"
#include "syntax/lower.h"
#include "syntax/parse_memory.h"

extern "C" {
const TSLanguage* tree_sitter_javascript();
const TSLanguage* tree_sitter_typescript();
const TSLanguage* tree_sitter_tsx();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_bash();
}

namespace cerebro {
namespace {

struct Adapter {
  const TSLanguage* (*grammar)();
  void (*lower)(TSNode root, Builder& builder);  // nullptr: JavaScript's
};

Adapter adapter(Language language) {
  switch (language) {
    case Language::kJavaScript:
      return {tree_sitter_javascript, nullptr};
    case Language::kTypeScript:
      return {tree_sitter_typescript, nullptr};
    case Language::kTsx:
      return {tree_sitter_tsx, nullptr};
    case Language::kPython:
      return {tree_sitter_python, lower_python};
    case Language::kShell:
      return {tree_sitter_bash, lower_shell};
    case Language::kBatch:
    case Language::kPowerShell:
    case Language::kVisualBasic:  // read by lines and words, without a grammar
    case Language::kNone:
      break;
  }
  return {};
}

struct DeleteParser {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};
// Stops the parser after a number of steps that is the same in every run. A step is one of its
// progress reports (one in 100 operations), a chunk that it reads, or kStepBytes that it allocates.
// Operations alone are blind to two quadratic costs: the lexer goes back and reads to the end again
// ("/[/[/[..."), and error recovery copies all that it has skipped, token by token (a run of
// quotes).
class Work {
 public:
  static constexpr uint32_t kChunkBytes = 1024;
  static constexpr uint64_t kStepBytes = 16 * 1024;

  Work(std::string_view source, uint64_t steps) : source_(source), max_steps_(steps) {}

  // The tree lies in the ParseMemory of the moment. nullptr: stopped.
  const TSTree* parse(const TSLanguage* grammar) {
    const std::unique_ptr<TSParser, DeleteParser> parser(ts_parser_new());
    if (!ts_parser_set_language(parser.get(), grammar)) return nullptr;
    const TSInput input{this, read, TSInputEncodingUTF8, nullptr};
    const TSParseOptions options{this, progress};
    const TSTree* tree = ts_parser_parse_with_options(parser.get(), nullptr, input, options);
    return stopped_ ? nullptr : tree;
  }

 private:
  bool stop() {
    const uint64_t steps = ++calls_ + ParseMemory::requested_bytes() / kStepBytes;
    return stopped_ |= steps > max_steps_;
  }

  static const char* read(void* payload, uint32_t at, TSPoint, uint32_t* bytes_read) {
    auto& work = *static_cast<Work*>(payload);
    const bool end = work.stop() || at >= work.source_.size();
    const std::string_view chunk = end ? "" : work.source_.substr(at, kChunkBytes);
    *bytes_read = static_cast<uint32_t>(chunk.size());
    return chunk.data();
  }
  static bool progress(TSParseState* state) { return static_cast<Work*>(state->payload)->stop(); }

  std::string_view source_;
  uint64_t max_steps_;
  uint64_t calls_ = 0;
  bool stopped_ = false;
};

// The most that any of 49,398 JavaScript and TypeScript files (427 MB of npm packages) took is 35
// steps per KB, and any of Debian's Python and shell files 29; this admits 128. Valid Python of 50
// KB that makes the parser keep several readings alive took over 7,000, which the constant admits;
// it is spent in about 0.2 s.
uint64_t step_budget(size_t bytes, const Limits& limits) {
  if (limits.parse_steps != 0) return limits.parse_steps;
  return 20'000 + bytes / 8;
}

std::vector<uint32_t> find_line_starts(std::string_view source) {
  std::vector<uint32_t> starts{0};
  for (size_t at = source.find('\n'); at != std::string_view::npos;
       at = source.find('\n', at + 1)) {
    starts.push_back(static_cast<uint32_t>(at + 1));
  }
  return starts;
}

// By the parser that reads most JavaScript; false: by tree-sitter, with an empty `tree`. A budget
// of tree-sitter's steps is one for tree-sitter.
bool read_fast(const Module& module, const Limits& limits, FlatBuffer& tree) {
  if (module.language != Language::kJavaScript || limits.parse_steps != 0) return false;
  if (parse_javascript(module.source, limits.syntax_depth, tree)) return true;
  tree.release();
  return false;
}

bool is_module(const Module& module, std::span<const CerebroFlatNode> tree,
               const SyntaxTable& syntax) {
  return module.path.ends_with(".mjs") ||
         std::any_of(tree.begin(), tree.end(), [&](const CerebroFlatNode& node) {
           return syntax[node.symbol] == Syntax::kImport || syntax[node.symbol] == Syntax::kExport;
         });
}

// How JavaScript is read again for comments that look like code.
constexpr int kHtmlComments = 16;

}  // namespace

Module parse(Language language, std::string path, std::string_view bytes, StringPool& pool,
             const Limits& limits) {
  Module module;
  module.language = language;
  module.path = std::move(path);
  const auto note = [&](Code code, std::string message) {
    module.notes.push_back({code, std::move(message), module.path});
  };

  const Adapter use = adapter(language);
  const uint64_t max_bytes =
      std::min<uint64_t>(limits.parse_bytes, 1u << 30);  // offsets are 32-bit
  std::optional<ParseMemory> memory;
  FlatBuffer flat;
  const TSTree* tree = nullptr;
  const bool by_line = language >= Language::kBatch;
  if (language != Language::kNone && bytes.size() > max_bytes) {
    note(Code::kSyntaxLimitBytes, std::to_string(bytes.size()) + " bytes");
  } else if (language != Language::kNone) {
    DecodedText text = language == Language::kPython ? python_to_utf8(bytes) : to_utf8(bytes);
    if (text.converted) note(Code::kSyntaxEncoding, {});
    module.source = std::move(text.utf8);
    if (use.grammar != nullptr && use.lower == nullptr) normalise_javascript_lines(module.source);
    if (language == Language::kPython) normalise_line_ends(module.source);
    for (int comments = 0; !by_line; ++comments) {
      Timed timed(Stage::kParse);
      module.has_errors = false;
      tree = nullptr;
      memory.reset();
      if (!read_fast(module, limits, flat)) {
        memory.emplace();
        tree = Work(module.source, step_budget(module.source.size(), limits)).parse(use.grammar());
        if (!tree) note(Code::kSyntaxTimeout, {});
      }
      if (use.lower != nullptr) break;
      const SyntaxTable& syntax = SyntaxTable::of(use.grammar());
      if (tree != nullptr) {
        module.has_errors = ts_node_has_error(ts_tree_root_node(tree));
        CerebroFlatNode* const nodes = flat.resize(cerebro_flat_tree_size(tree));
        flat.truncate(cerebro_flatten(tree, syntax.keep(), nodes));
        memory.reset();
      }
      const size_t comment = find_html_comment(module.source, flat.nodes());
      if (comment == std::string::npos || language != Language::kJavaScript ||
          is_module(module, flat.nodes(), syntax)) {
        break;
      }
      if (comments == kHtmlComments) {
        note(Code::kSyntaxTimeout, "HTML comments");
        break;
      }
      remove_html_comment(module.source, comment);
      flat.clear();
    }
    module.line_starts = find_line_starts(module.source);
  }

  Timed timed(Stage::kLower);
  Builder builder(module, pool, limits);
  if (flat.size() != 0) {
    if (module.has_errors) note(Code::kSyntaxErrors, {});
    lower_javascript(use.grammar(), flat.nodes(), builder);
  } else if (tree != nullptr && use.lower != nullptr) {
    const TSNode root = ts_tree_root_node(tree);
    module.has_errors = ts_node_has_error(root);
    if (module.has_errors) note(Code::kSyntaxErrors, {});
    use.lower(root, builder);
  } else if (by_line) {
    lower_windows(language, builder);
  }
  if (module.root == kNoNode) module.root = builder.add(NodeKind::kBlock, 0, 0);
  return module;
}

}  // namespace cerebro
