#include "syntax/flat_tree.h"

#include <stdbool.h>
#include <stdlib.h>

#include "language.h"
#include "subtree.h"
#include "tree.h"

/* A subtree whose children are being visited. */
typedef struct {
  const Subtree* children;
  const TSSymbol* aliases;
  uint32_t count, next, structural;
  bool visible, in_list;
  CerebroFlatNode node; /* of a visible subtree, to be written behind its children */
} Frame;

typedef struct {
  Frame* frames;
  size_t size, capacity;
} Frames;

static void push(Frames* stack, const TSLanguage* language, Subtree tree, Frame frame) {
  if (stack->size == stack->capacity) {
    stack->capacity = stack->capacity == 0 ? 256 : 2 * stack->capacity;
    stack->frames = realloc(stack->frames, stack->capacity * sizeof(Frame));
    if (stack->frames == NULL) abort();
  }
  frame.count = ts_subtree_child_count(tree);
  if (frame.count > 0) {
    frame.children = ts_subtree_children(tree);
    frame.aliases = ts_language_alias_sequence(language, tree.ptr->production_id);
  }
  stack->frames[stack->size++] = frame;
}

static TSSymbol public_symbol(const TSLanguage* language, TSSymbol symbol) {
  return symbol >= ts_builtin_sym_error_repeat ? symbol : language->public_symbol_map[symbol];
}

static uint8_t kept(const TSLanguage* language, const uint8_t* keep, TSSymbol symbol) {
  return symbol < language->symbol_count + language->alias_count ? keep[symbol] : CEREBRO_KEEP;
}

uint32_t cerebro_flat_tree_size(const TSTree* tree) {
  return 1 + ts_subtree_visible_descendant_count(tree->root);
}

uint32_t cerebro_flatten(const TSTree* tree, const uint8_t* keep, CerebroFlatNode* nodes) {
  const TSLanguage* language = tree->language;
  Frames stack = {NULL, 0, 0};
  uint32_t written = 0;
  /* Where the next subtree ends its padding, once that is added. */
  uint32_t at = ts_subtree_padding(tree->root).bytes;
  const Frame root = {.visible = true,
                      .node = {at, at + ts_subtree_size(tree->root).bytes, 0,
                               public_symbol(language, ts_subtree_symbol(tree->root))}};
  push(&stack, language, tree->root, root);

  while (stack.size > 0) {
    Frame* top = &stack.frames[stack.size - 1];
    if (top->next == top->count) {
      if (top->visible) nodes[written++] = top->node;
      --stack.size;
      continue;
    }
    const Subtree child = top->children[top->next];
    /* The padding of a parent is that of its first child, and was added with it. */
    if (top->next++ > 0) at += ts_subtree_padding(child).bytes;
    TSSymbol symbol = 0;
    if (!ts_subtree_extra(child)) {
      if (top->aliases != NULL) symbol = top->aliases[top->structural];
      ++top->structural;
    }
    if (symbol == 0 && ts_subtree_visible(child)) symbol = ts_subtree_symbol(child);
    Frame frame = {.in_list = top->in_list};
    if (symbol != 0) {
      symbol = public_symbol(language, symbol);
      const uint8_t use = kept(language, keep, symbol);
      if (use == CEREBRO_DROP || (use == CEREBRO_IN_LISTS && !top->in_list)) {
        at += ts_subtree_size(child).bytes;
        continue;
      }
      frame.visible = true;
      frame.in_list = use == CEREBRO_LIST;
      frame.node = (CerebroFlatNode){at, at + ts_subtree_size(child).bytes, written, symbol};
    }
    /* What has no visible child is passed over, as the cursor does. */
    if (ts_subtree_child_count(child) > 0 && ts_subtree_visible_child_count(child) > 0) {
      push(&stack, language, child, frame);
    } else {
      at += ts_subtree_size(child).bytes;
      if (frame.visible) nodes[written++] = frame.node;
    }
  }
  free(stack.frames);
  return written;
}
