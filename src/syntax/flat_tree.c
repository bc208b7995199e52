#include "syntax/flat_tree.h"

#include <stdlib.h>

#include "language.h"
#include "subtree.h"
#include "tree.h"

/* A subtree whose children are being visited. */
typedef struct {
  const Subtree* children;
  const TSSymbol* aliases;
  uint32_t count, next, structural;
  uint32_t node; /* of a visible subtree: where it was written; else UINT32_MAX */
} Frame;

typedef struct {
  Frame* frames;
  size_t size, capacity;
} Frames;

static void push(Frames* stack, const TSLanguage* language, Subtree tree, uint32_t node) {
  if (stack->size == stack->capacity) {
    stack->capacity = stack->capacity == 0 ? 256 : 2 * stack->capacity;
    stack->frames = realloc(stack->frames, stack->capacity * sizeof(Frame));
    if (stack->frames == NULL) abort();
  }
  const uint32_t count = ts_subtree_child_count(tree);
  const TSSymbol* aliases =
      count == 0 ? NULL : ts_language_alias_sequence(language, tree.ptr->production_id);
  stack->frames[stack->size++] =
      (Frame){count == 0 ? NULL : ts_subtree_children(tree), aliases, count, 0, 0, node};
}

static TSSymbol public_symbol(const TSLanguage* language, TSSymbol symbol) {
  return symbol >= ts_builtin_sym_error_repeat ? symbol : language->public_symbol_map[symbol];
}

uint32_t cerebro_flat_tree_size(const TSTree* tree) {
  return 1 + ts_subtree_visible_descendant_count(tree->root);
}

uint32_t cerebro_flatten(const TSTree* tree, CerebroFlatNode* nodes, uint32_t capacity) {
  const TSLanguage* language = tree->language;
  Frames stack = {NULL, 0, 0};
  uint32_t written = 0;
  if (capacity == 0) return 0;

  const uint32_t begin = ts_subtree_padding(tree->root).bytes;
  uint32_t at = begin; /* where the next subtree ends its padding, once that is added */
  nodes[written++] =
      (CerebroFlatNode){begin, begin + ts_subtree_size(tree->root).bytes, 1,
                        public_symbol(language, ts_subtree_symbol(tree->root))};
  push(&stack, language, tree->root, 0);

  while (stack.size > 0) {
    Frame* top = &stack.frames[stack.size - 1];
    if (top->next == top->count) {
      if (top->node != UINT32_MAX) nodes[top->node].after = written;
      --stack.size;
      continue;
    }
    const Subtree child = top->children[top->next];
    /* The padding of a parent is that of its first child, and was added with it. */
    if (top->next++ > 0) at += ts_subtree_padding(child).bytes;
    TSSymbol alias = 0;
    if (!ts_subtree_extra(child)) {
      if (top->aliases != NULL) alias = top->aliases[top->structural];
      ++top->structural;
    }
    uint32_t node = UINT32_MAX;
    if (alias != 0 || ts_subtree_visible(child)) {
      if (written == capacity) break;
      node = written++;
      const TSSymbol symbol = alias != 0 ? alias : ts_subtree_symbol(child);
      nodes[node] = (CerebroFlatNode){at, at + ts_subtree_size(child).bytes, written,
                                      public_symbol(language, symbol)};
    }
    /* What has no visible child is passed over, as the cursor does. */
    if (ts_subtree_child_count(child) > 0 && ts_subtree_visible_child_count(child) > 0) {
      push(&stack, language, child, node);
    } else {
      at += ts_subtree_size(child).bytes;
    }
  }
  free(stack.frames);
  return written;
}
