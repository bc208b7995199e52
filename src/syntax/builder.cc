#include "syntax/builder.h"

#include <algorithm>

namespace cerebro {

NodeId Builder::add(NodeKind kind, uint32_t begin, uint32_t end, std::string_view text,
                    std::span<const NodeId> children, uint16_t flags, uint32_t aux) {
  const auto id = static_cast<NodeId>(module_.nodes.size());
  uint32_t height = 0;
  for (const NodeId child : children) height = std::max(height, heights_[child] + 1);
  if (height > max_height()) {
    // Empty, since a member without an object, say, is what no later step reckons with.
    note_depth();
    kind = NodeKind::kEmpty;
    text = {};
    children = {};
    flags = 0;
    aux = height = 0;
  }
  for (size_t i = 0; i + 1 < children.size(); ++i) {
    module_.nodes[children[i]].next_sibling = children[i + 1];
  }
  Node node;
  node.kind = kind;
  node.flags = flags;
  node.text = pool_.intern(text);
  node.aux = aux;
  if (!children.empty()) node.first_child = children.front();
  node.begin = begin;
  node.end = end;
  module_.nodes.push_back(node);
  heights_.push_back(height);
  return id;
}

bool Builder::exhausted() {
  if (module_.nodes.size() < limits_.nodes_per_file) return false;
  note(Code::kSyntaxLimitNodes, noted_nodes_);
  return true;
}

void Builder::note(Code code, bool& noted) {
  if (!noted) module_.notes.push_back({code, {}, module_.path});
  noted = true;
}

Builder::Depth::Depth(Builder& builder) : builder_(builder) {
  if (++builder_.depth_ > builder_.limits_.syntax_depth) builder_.note_depth();
}

Builder::Depth::~Depth() { --builder_.depth_; }

Builder::Depth::operator bool() const { return builder_.depth_ <= builder_.limits_.syntax_depth; }

}  // namespace cerebro
