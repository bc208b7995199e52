#include "syntax/javascript_lines.h"

#include <algorithm>

namespace cerebro {
namespace {

constexpr std::string_view kOpen = "<!--", kClose = "-->";
constexpr std::string_view kLineSeparator = "\xE2\x80\xA8", kParagraphSeparator = "\xE2\x80\xA9";

size_t end_of_line(std::string_view source, size_t at) {
  return std::min({source.find('\n', at), source.find(kLineSeparator, at),
                   source.find(kParagraphSeparator, at), source.size()});
}

// Whether nothing but blanks and comments stands before `at` in its line.
bool begins_line(std::string_view source, size_t at) {
  while (at > 0) {
    const char before = source[at - 1];
    if (before == '\n') return true;
    if (source.substr(0, at).ends_with("*/")) {
      const size_t begin = at < 4 ? source.npos : source.rfind("/*", at - 4);
      if (begin == source.npos) return false;
      if (source.substr(begin, at - begin).find('\n') != source.npos) return true;
      at = begin;
    } else if (before == ' ' || before == '\t' || before == '\v' || before == '\f' ||
               before == '\r') {
      --at;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

void normalise_line_ends(std::string& source) {
  for (size_t at = source.find('\r'); at != source.npos; at = source.find('\r', at + 1)) {
    if (at + 1 == source.size() || source[at + 1] != '\n') source[at] = '\n';
  }
}

void normalise_javascript_lines(std::string& source) {
  normalise_line_ends(source);
  if (source.starts_with("#!")) {
    if (const size_t end = end_of_line(source, 0); end < source.size() && source[end] != '\n') {
      source.replace(end, kLineSeparator.size(), "\n  ");
    }
  }
  for (size_t at = source.find('\0'); at != source.npos; at = source.find('\0', at + 1)) {
    source[at] = '\1';
  }
}

size_t find_html_comment(std::string_view source, std::span<const CerebroFlatNode> tree) {
  if (source.find(kOpen) == source.npos && source.find(kClose) == source.npos) return source.npos;
  size_t first = source.npos;
  for (const CerebroFlatNode& node : tree) {
    if (node.end - node.begin != 1 || node.begin >= first) continue;
    const size_t at = node.begin;
    if (source.substr(at, kOpen.size()) == kOpen) first = at;
    const size_t before = kClose.size() - 1;
    if (at >= before && source.substr(at - before, kClose.size()) == kClose &&
        begins_line(source, at - before)) {
      first = at - before;
    }
  }
  return first;
}

void remove_html_comment(std::string& source, size_t at) {
  const size_t end = end_of_line(source, at);
  const size_t mark = source.compare(at, kOpen.size(), kOpen) == 0 ? kOpen.size() : kClose.size();
  const std::string inside = source.substr(at + mark, end - at - mark);
  std::fill(source.begin() + static_cast<std::ptrdiff_t>(at),
            source.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  source += '\n';
  source += inside;
}

}  // namespace cerebro
