#include "syntax/javascript_oracle.h"

#include <algorithm>
#include <unordered_set>

#include "syntax/javascript_parsing.h"
#include "syntax/javascript_syntax.h"
#include "syntax/parse_memory.h"

extern "C" const TSLanguage* tree_sitter_javascript();

namespace cerebro {
namespace {

// Whether it had errors.
bool parse_by_tree_sitter(const std::string& source, FlatBuffer& out) {
  const TSLanguage* grammar = tree_sitter_javascript();
  const ParseMemory memory;
  TSParser* parser = ts_parser_new();
  ts_parser_set_language(parser, grammar);
  TSTree* tree =
      ts_parser_parse_string(parser, nullptr, source.data(), static_cast<uint32_t>(source.size()));
  CerebroFlatNode* const nodes = out.resize(cerebro_flat_tree_size(tree));
  out.truncate(cerebro_flatten(tree, SyntaxTable::of(grammar).keep(), nodes));
  const bool errors = ts_node_has_error(ts_tree_root_node(tree));
  ts_tree_delete(tree);
  ts_parser_delete(parser);
  return errors;
}

std::string describe(const CerebroFlatNode& node) {
  const char* const name = ts_language_symbol_name(tree_sitter_javascript(), node.symbol);
  return std::string(name != nullptr ? name : "ERROR") + ' ' + std::to_string(node.begin) + '-' +
         std::to_string(node.end);
}

}  // namespace

ParserComparison compare_javascript_parsers(const std::string& source, int max_depth) {
  ParserComparison result;
  FlatBuffer ours;
  JavaScriptParser parser(source, max_depth, ours);
  result.read = parser.program();
  result.refused_at = parser.refused_at();
  if (!result.read) return result;
  result.nodes = ours.size();
  result.awaits = parser.awaits().size();

  std::string changed = source;
  std::unordered_set<uint32_t> awaits;
  for (const uint32_t at : parser.awaits()) {
    changed.replace(at, 5, "void ");
    awaits.insert(at);
  }
  for (const uint32_t at : parser.reserved_names()) {
    if (changed[at] >= 'a' && changed[at] <= 'z') changed[at] -= 'a' - 'A';
  }
  constexpr std::string_view kUsing = "using";
  for (size_t at = changed.find(kUsing); at != changed.npos; at = changed.find(kUsing, at)) {
    changed.replace(at, kUsing.size(), "usinG");
  }
  FlatBuffer theirs;
  const bool errors = parse_by_tree_sitter(changed, theirs);
  const auto symbol = [](Grammar grammar) {
    return javascript_symbols()[static_cast<size_t>(grammar)];
  };
  const auto is_changed = [&](const CerebroFlatNode& a, const CerebroFlatNode& b) {
    if (!awaits.contains(a.begin) || a.begin != b.begin || a.first != b.first) return false;
    return a.symbol == symbol(Grammar::kAwait)
               ? b.symbol == symbol(Grammar::kUnary) && a.end == b.end
               : a.symbol == symbol(Grammar::kAwaitToken) && a.end == b.end + 1 &&
                     b.symbol == symbol(Grammar::kVoidToken);
  };
  const size_t size = std::min(ours.size(), theirs.size());
  // The root's own range means nothing: tree-sitter begins it at the first token.
  for (size_t i = 0; i + 1 < size && result.difference.empty(); ++i) {
    const CerebroFlatNode& a = ours.nodes()[i];
    const CerebroFlatNode& b = theirs.nodes()[i];
    if (is_changed(a, b)) continue;
    if (a.begin != b.begin || a.end != b.end || a.first != b.first || a.symbol != b.symbol) {
      result.difference = describe(a) + " against " + describe(b);
    }
  }
  if (result.difference.empty() && ours.size() != theirs.size()) result.difference = "size";
  if (result.difference.empty() && errors) result.difference = "errors";
  return result;
}

}  // namespace cerebro
