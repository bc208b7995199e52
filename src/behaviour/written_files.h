#pragma once

// Files that the package writes with content that is known: what is run or imported under their
// names later is that content.

#include <string>
#include <string_view>
#include <unordered_map>

#include "resolve/resolver.h"

namespace cerebro {

struct WrittenFile {
  std::string path;     // as the code names it; unknown parts are U+FFFC
  std::string content;  // of all writes, in textual order
};

class WrittenFiles {
 public:
  // What the calls of a unit write. To be asked once a unit.
  void read(Resolver& resolver, UnitId unit);

  bool empty() const { return by_name_.empty(); }
  // By the whole path, or by its last part when the folders are not comparable.
  const WrittenFile* find(std::string_view path) const;
  // "evil" for `import evil` after open("evil.py", "w").
  const WrittenFile* find_module(std::string_view name) const;

 private:
  std::unordered_map<std::string, WrittenFile> by_name_;  // last part of the path
};

// The path of the file whose content an expression is: open(p).read(), Path(p).read_text(); also
// with .decode() and the like around it. Empty when it is none.
std::string file_read_by(Resolver& resolver, UnitId unit, NodeId expression);

}  // namespace cerebro
