#include "base/note.h"

#include <cstdio>

namespace cerebro {
namespace {

constexpr CodeInfo kCodes[] = {
#define CODE(enumerator, number, slug, unread, sentence) {Code::enumerator, slug, unread, sentence},
#include "base/codes.def"
#undef CODE
};

}  // namespace

const CodeInfo& info(Code code) {
  for (const CodeInfo& row : kCodes) {
    if (row.code == code) return row;
  }
  return info(Code::kScanInternal);
}

std::string number(Code code) {
  char text[8];
  std::snprintf(text, sizeof text, "E%04u", static_cast<unsigned>(code) % 10000U);
  return text;
}

}  // namespace cerebro
