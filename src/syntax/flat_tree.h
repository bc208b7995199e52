/* A syntax tree as an array: what the lowering of JavaScript and TypeScript reads. It is written by
 * the parser of javascript_parser.h, and for what that does not read from tree-sitter's tree, in one
 * walk: tree-sitter's own cursor costs far more for each node than the lowering does, and the array
 * lets the tree's memory go before lowering begins.
 *
 * A node follows its children, since a parser knows a node when it has read it: `a + b` is a, +, b,
 * a + b, and the last node is the root. The children of node n are found from the last to the first:
 * c = n - 1, then nodes[c].first - 1, while c >= nodes[n].first.
 *
 * C, since it reads the tree by tree-sitter's internal headers (whose version is pinned); it sees
 * exactly the nodes that ts_tree_cursor would visit, and leaves out what has no meaning here. */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct TSTree TSTree;

typedef struct {
  uint32_t begin, end;  /* bytes */
  uint32_t first;       /* index of the first node of its subtree; its own if it has no children */
  uint16_t symbol;      /* a TSSymbol, as of ts_node_symbol */
} CerebroFlatNode;

/* What becomes of the nodes of a symbol. */
enum {
  CEREBRO_DROP = 0,      /* left out, with all below */
  CEREBRO_KEEP = 1,
  CEREBRO_IN_LISTS = 2,  /* kept as children of a CEREBRO_LIST: commas, which tell of an array's holes */
  CEREBRO_LIST = 3,      /* kept */
};

/* No fewer than the nodes that are written. */
uint32_t cerebro_flat_tree_size(const TSTree* tree);
/* Writes the tree; `keep` has one of the above for each symbol of the grammar, and errors and the
 * root are kept. Returns the number of nodes; there must be room for cerebro_flat_tree_size(tree). */
uint32_t cerebro_flatten(const TSTree* tree, const uint8_t* keep, CerebroFlatNode* nodes);

#ifdef __cplusplus
}
#endif
