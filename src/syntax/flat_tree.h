/* tree-sitter's tree as an array, made in one walk. Its own cursor costs far more for each node than
 * the lowering does, and the array lets the tree's memory go before lowering begins.
 *
 * C, since it reads the tree by tree-sitter's internal headers (whose version is pinned); it sees
 * exactly the nodes that ts_tree_cursor would visit. */
#pragma once

#include <stdint.h>
#include <tree_sitter/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In textual order, a node before its children. */
typedef struct {
  uint32_t begin, end;  /* bytes */
  uint32_t after;       /* index of the first node behind its subtree */
  TSSymbol symbol;      /* as of ts_node_symbol */
} CerebroFlatNode;

/* The number of nodes. */
uint32_t cerebro_flat_tree_size(const TSTree* tree);
/* Writes at most `capacity` nodes and returns how many there are. */
uint32_t cerebro_flatten(const TSTree* tree, CerebroFlatNode* nodes, uint32_t capacity);

#ifdef __cplusplus
}
#endif
