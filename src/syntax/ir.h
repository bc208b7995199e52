#pragma once

// One syntax tree for all languages. Per-language adapters (lower_*.cc) turn a tree-sitter tree
// into these nodes; everything above (scopes, folding, name resolution, behaviours, call graph) is
// written once. Comments and docstrings are dropped here: no text addressed to a scanner goes
// further.
//
//   StringPool pool;
//   Module module = parse(Language::kJavaScript, "a.js", "require('fs').readFileSync(p)", pool,
//   limits); dump(module, pool)  ->  (block (call (member (call (name require) (string "fs"))
//   readFileSync) (name p)))

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/limits.h"
#include "base/note.h"

namespace cerebro {

// Interned strings of one package; equal strings have equal symbols. Views stay valid.
using Symbol = uint32_t;  // 0 is the empty string
class StringPool {
 public:
  StringPool();
  Symbol intern(std::string_view text) { return text.empty() ? 0 : intern_some(text); }
  std::string_view text(Symbol symbol) const { return texts_[symbol]; }
  size_t size() const { return texts_.size(); }

 private:
  // A place of the hash table; symbol 0 marks a free one.
  struct Cell {
    uint32_t hash = 0;
    Symbol symbol = 0;
  };

  Symbol intern_some(std::string_view text);
  void grow();

  Arena storage_;
  std::vector<std::string_view> texts_;
  std::vector<Cell> cells_;  // their number is a power of two
};

enum class Language : uint8_t {
  kNone,
  kJavaScript,
  kTypeScript,
  kTsx,
  kPython,
  kShell,
  kBatch,
  kPowerShell,
  kVisualBasic,  // VBScript, alone or in an .hta page
};

// Made of commands and their words, not of expressions.
constexpr bool is_command_language(Language language) { return language >= Language::kShell; }

using NodeId = uint32_t;
constexpr NodeId kNoNode = 0xFFFFFFFF;

// Children are listed in order; [x] may be kEmpty. Children are in evaluation order wherever the
// language allows it (a call's callee, then its arguments; an assignment's target is child 0
// although its value is evaluated first).
enum class NodeKind : uint8_t {
  kEmpty,  // nothing here

  // expressions
  kString,  // text = decoded value (escapes resolved; UTF-8, or raw bytes with kBytes)
  kNumber,  // text = as written, lower-cased, without '_' and suffixes (0x.., 0b.., 0o.., 1e3, 12)
  kConstant,  // text = "true" | "false" | "null" | "undefined"   (None -> null)
  kRegex,     // text = pattern
  kTemplate,  // parts: kString and expressions (template literal, f-string, shell word)
  kArray,     // elements, kSpread, kEmpty holes (list, tuple, set, JS array)
  kObject,    // kProperty, kSpread (dict, JS object)
  kProperty,  // key, value. The key of `{a: 1}` and `{a}` is kString "a"; of `{[k]: 1}` the
              // expression. Methods are kProperty with a kFunction value and kGetter/kSetter on
              // this node.
  kName,  // text = identifier, NFKC-normalised when not ASCII. JS `this`, `super` are names; so is
          // `import.meta`
  kMember,   // object; text = property (`a.b`, `a?.b`, `a.#b`)
  kIndex,    // object, index (`a[i]`); a Python slice is kIndex with kSlice
  kSlice,    // [start] [stop] [step]
  kCall,     // callee, arguments... (expressions, kSpread, kKeyword)
  kNew,      // callee, arguments...
  kKeyword,  // value; text = name (Python keyword argument)
  kSpread,   // value; kMapping for Python **x
  kUnary,    // operand; text = operator ("-", "!", "not", "~", "typeof", "await", "yield",
             // "yield*" ("yield from" in Python), "void",
             // "delete", "++", "--")
  kBinary,   // left, right; text = operator as in JavaScript ("+", "&&", "||", "??", "==", "in",
             // "instanceof", "%", "**", "//", "@", "^") Python and/or are "&&"/"||", `not in` is
             // "not in", `is` is "is"
  kConditional,  // test, then, else
  kAssign,  // target, value; text = "=" or the operator of `+=` ("+"). Declarations are kAssign
            // with kDeclaresVar/Let/Const; `let x;` has value kEmpty. Targets: kName, kMember,
            // kIndex, kArray / kObject patterns (with kSpread rest and kDefault), Python walrus too
  kDefault,   // target, value: default inside a pattern
  kFunction,  // kParams, body, decorators...; text = name or "" (function, arrow, method, lambda,
              // def). The body is a kBlock; an expression body is kBlock(kReturn(e)).
  kParams,    // kParam...
  kParam,  // target (kName or pattern), [default]; kRest for *args and ...rest, kMapping for **kw
  kClass,  // kArray of bases (kKeyword for metaclass=), body kBlock, decorators...; text = name or
           // "". Members of the body: methods are kFunction (kStatic, kGetter, kSetter, kComputed:
           // then the first decorator slot holds the key), JS fields are kAssign(kName f | kString
           // "#f" | expr, value) with kField
  kComprehension,  // element (kProperty for dicts), then kForIn (target, iterable, [body]) and kIf
                   // (test) clauses
  kSequence,       // expressions, value is the last (JS comma)

  // statements (an expression statement is the expression itself; docstrings and directives are
  // dropped)
  kBlock,   // statements
  kIf,      // test, then, [else]
  kLoop,    // parts in textual order: init, test, update, body ... (for(;;), while, do)
  kForIn,   // target, iterable, body, [else] (for..in, for..of, Python for); target may be a
            // declaring kAssign-less pattern with kDeclares*
  kTry,     // body, kCatch..., finally/else blocks
  kCatch,   // [type], [target], body
  kWith,    // kAssign(target, expr) or expr ..., body last
  kReturn,  // [value]
  kThrow,   // [value]...
  kSwitch,  // value, then cases as kIf(test, block, kEmpty)  (Python match: pattern names are not
            // bound)
  kImport,  // kImportName...; text = module as written ("os.path", "./x.js", "" for `from .
            // import`), level in `aux` (leading dots of Python)
  kImportName,  // text = imported name, "*" or "" for the module itself, "default"; aux = Symbol of
                // the local name, 0 for none. Python `import a.b` -> kImport "a.b" (kImportName ""
                // local a) and kTop flag: `a` is bound, a.b loaded. Python `import a.b as c` ->
                // local c without kTop. JS `import * as n` -> "*" local n with kNamespace.
  kExport,      // children: kExportName..., or a declaration, or the default value with kIsDefault;
                // text = module of a re-export or ""
  kExportName,  // text = exported name, "*"; aux = Symbol of the local (or imported) name
  kScope,       // names of Python global (text "global") / nonlocal as kName children
  kDel,         // targets

  // shell
  kCommand,   // words: the first is the command; kAssign before it, kRedirect after it
  kPipeline,  // commands
  kRedirect,  // target; text = "<", ">", ">>", "<<" (target is the heredoc's kString/kTemplate),
              // "<<<", "2>", "&>"
  kSubstitution,  // block ($(...), backquotes, <(...))
  kBackground,    // command followed by &
  kParameter,     // text = name of $name / ${name...}; children: the operands of the expansion
};

enum NodeFlag : uint16_t {
  kBytes = 1 << 0,
  kDeclaresVar = 1 << 1,
  kDeclaresLet = 1 << 2,
  kDeclaresConst = 1 << 3,
  kRest = 1 << 4,
  kMapping = 1 << 5,
  kStatic = 1 << 6,
  kGetter = 1 << 7,
  kSetter = 1 << 8,
  kArrow = 1 << 9,
  kAsync = 1 << 10,
  kGenerator = 1 << 11,
  kField = 1 << 12,
  kComputed = 1 << 13,
  kTop = 1 << 14,
  kIsDefault = 1 << 15,
  // shared bits: these kinds never meet on one node
  kNamespace = kTop,  // kImportName
  kIsStatement =
      kTop,        // kFunction, kClass: declared as a statement (its name is bound in the scope)
  kTagged = kTop,  // kCall of a tagged template: arguments are kTemplate
  kTuple = kTop,   // kArray: Python tuple
};

struct Node {
  NodeKind kind = NodeKind::kEmpty;
  uint16_t flags = 0;
  Symbol text = 0;
  uint32_t aux = 0;
  NodeId first_child = kNoNode;
  NodeId next_sibling = kNoNode;
  uint32_t begin = 0, end = 0;  // byte offsets in Module::source
};

struct Position {
  int line = 1, column = 1;
};  // 1-based; columns count UTF-8 bytes

struct Module {
  Language language = Language::kNone;
  std::string path;         // in the package; of a layer: the outer file's
  std::string source;       // UTF-8
  std::vector<Node> nodes;  // root is nodes[root]; children before parents is not guaranteed
  NodeId root = kNoNode;    // kBlock
  std::vector<uint32_t> line_starts;
  std::vector<Note> notes;  // kSyntaxErrors, limits
  bool has_errors = false;

  const Node& operator[](NodeId id) const { return nodes[id]; }
  Position position(uint32_t offset) const;
  std::string_view snippet(const Node& node, size_t max_bytes) const;  // of its first line, trimmed
  NodeId child(NodeId id, size_t n) const;  // kNoNode when there are fewer
};

// Iterates the children of a node: for (NodeId c : children(module, id)) ...
class Children {
 public:
  struct Iterator {
    const Module* module;
    NodeId id;
    NodeId operator*() const { return id; }
    Iterator& operator++() {
      id = (*module)[id].next_sibling;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return id != other.id; }
  };
  Children(const Module& module, NodeId parent)
      : module_(&module), first_(module[parent].first_child) {}
  Iterator begin() const { return {module_, first_}; }
  Iterator end() const { return {module_, kNoNode}; }

 private:
  const Module* module_;
  NodeId first_;
};
inline Children children(const Module& module, NodeId parent) { return {module, parent}; }

// By extension, then by shebang and content; kNone for what holds no code we read. JSON, d.ts,
// source maps and data are kNone.
Language detect_language(std::string_view path, std::string_view content);

// Never fails: what cannot be parsed is skipped and noted. `bytes` may be UTF-8 with or without
// BOM, UTF-16, or Latin-1.
Module parse(Language language, std::string path, std::string_view bytes, StringPool& pool,
             const Limits& limits);

// S-expression for tests and `cerebro dump syntax`, one line a top-level statement:
// (kind text child...) with lower-case kind names without the k, strings quoted, flags omitted
// except {bytes static get set async gen rest kw default}.
std::string dump(const Module& module, const StringPool& pool);

}  // namespace cerebro
