// Calls.

#include "resolve/generator.h"

namespace cerebro {

SlotId Generator::call(NodeId id) {
  unit_.calls.push_back(id);
  const NodeId callee = child(id, 0);
  if (callee == kNoNode) return kNoId;
  CallSite site;
  site.unit = id_;
  site.node = id;
  site.is_new = node(id).kind == NodeKind::kNew;
  if (id != unasked_) site.result = graph_.new_slot();
  if (python_ && module_[callee].kind == NodeKind::kName && text(callee) == "super") {
    if (const SlotId slot = python_super(); slot != kNoId) {
      expression(callee);
      return slot;
    }
  }
  if (!python_ && is_interop_call(callee)) return interop_call(id, callee);
  const SlotId target = expression(callee);
  if (python_) python_hidden_name(callee, target);
  if (module_[callee].kind == NodeKind::kMember || module_[callee].kind == NodeKind::kIndex) {
    const NodeId object = child(callee, 0);
    if (object != kNoNode) site.receiver = unit_.node_slots[object];
  }
  if (!python_) javascript_call_arguments(callee, site);
  for (NodeId c = module_[callee].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
    if (node(id).flags & kTagged) break;  // javascript_call_arguments has them
    CallSite::Argument argument;
    argument.slot = expression(c);
    if (module_[c].kind == NodeKind::kKeyword) argument.keyword = module_[c].text;
    if (module_[c].kind == NodeKind::kSpread) {
      (module_[c].flags & kMapping ? argument.mapping : argument.spread) = true;
    }
    site.arguments.push_back(argument);
  }
  const SlotId result = site.result;
  if (module_[callee].kind == NodeKind::kMember && site.receiver != kNoId) {
    if (python_) {
      python_member_call(id, text(callee), site);
      site.stores_only = text(callee) != "sort";
    } else {
      javascript_member_call(text(callee), site);
    }
  }
  if (python_) python_hidden_name(id, result);
  graph_.add_call(target, std::move(site));
  return result;
}

}  // namespace cerebro
