#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/clock.h"
#include "syntax/encoding.h"
#include "syntax/lower.h"

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
  void (*lower)(TSNode root, Builder& builder);
};

Adapter adapter(Language language) {
  switch (language) {
    case Language::kJavaScript:
      return {tree_sitter_javascript, lower_javascript};
    case Language::kTypeScript:
      return {tree_sitter_typescript, lower_javascript};
    case Language::kTsx:
      return {tree_sitter_tsx, lower_javascript};
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
struct DeleteTree {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};
using Tree = std::unique_ptr<TSTree, DeleteTree>;

// Bytes that tree-sitter asked for on this thread, ever.
thread_local uint64_t allocated_bytes = 0;

void* counted_malloc(size_t bytes) { return allocated_bytes += bytes, std::malloc(bytes); }
void* counted_calloc(size_t count, size_t bytes) {
  return allocated_bytes += count * bytes, std::calloc(count, bytes);
}
void* counted_realloc(void* old, size_t bytes) {
  return allocated_bytes += bytes, std::realloc(old, bytes);
}

// A parser keeps its stacks and pools, so each thread reuses one.
TSParser* thread_parser() {
  static const bool counted = [] {
    ts_set_allocator(counted_malloc, counted_calloc, counted_realloc, std::free);
    return true;
  }();
  thread_local const std::unique_ptr<TSParser, DeleteParser> parser(counted ? ts_parser_new()
                                                                            : nullptr);
  return parser.get();
}

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

  Tree parse(const TSLanguage* grammar) {
    TSParser* parser = thread_parser();
    if (!ts_parser_set_language(parser, grammar)) return nullptr;
    const TSInput input{this, read, TSInputEncodingUTF8, nullptr};
    const TSParseOptions options{this, progress};
    allocated_before_ = allocated_bytes;
    Tree tree(ts_parser_parse_with_options(parser, nullptr, input, options));
    ts_parser_reset(parser);
    return stopped_ ? nullptr : std::move(tree);
  }

 private:
  bool stop() {
    const uint64_t steps = ++calls_ + (allocated_bytes - allocated_before_) / kStepBytes;
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
  uint64_t allocated_before_ = 0;
  bool stopped_ = false;
};

// The most that any of 49,398 JavaScript and TypeScript files (427 MB of npm packages) took is 35
// steps per KB, and any of Debian's Python and shell files 29; this admits 128.
uint64_t step_budget(size_t bytes, const Limits& limits) {
  if (limits.parse_steps != 0) return limits.parse_steps;
  return 1000 + bytes / 8;
}

std::vector<uint32_t> find_line_starts(std::string_view source) {
  std::vector<uint32_t> starts{0};
  for (size_t at = source.find('\n'); at != std::string_view::npos;
       at = source.find('\n', at + 1)) {
    starts.push_back(static_cast<uint32_t>(at + 1));
  }
  return starts;
}

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
  Tree tree;
  const bool by_line = language >= Language::kBatch;
  if (language != Language::kNone && bytes.size() > max_bytes) {
    note(Code::kSyntaxLimitBytes, std::to_string(bytes.size()) + " bytes");
  } else if (language != Language::kNone) {
    DecodedText text = to_utf8(bytes);
    if (text.converted) note(Code::kSyntaxEncoding, {});
    module.source = std::move(text.utf8);
    module.line_starts = find_line_starts(module.source);
    if (!by_line) {
      Timed timed(Stage::kParse);
      tree = Work(module.source, step_budget(module.source.size(), limits)).parse(use.grammar());
      if (!tree) note(Code::kSyntaxTimeout, {});
    }
  }

  Timed timed(Stage::kLower);
  Builder builder(module, pool, limits);
  if (tree) {
    const TSNode root = ts_tree_root_node(tree.get());
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
