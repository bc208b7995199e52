#pragma once

// What the reports for people are written with: lines clipped to the width, colours where they are
// wanted, and nothing of a package unescaped.

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>
#include <string_view>

#include "report/human.h"
#include "report/json.h"
#include "report/printable.h"

namespace cerebro {

constexpr size_t kNarrowest = 40;
constexpr size_t kLongestParagraph = 4096;  // in code points

// Code points; of printable text they are its columns.
inline size_t columns(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Select Graphic Rendition parameters (ECMA-48 section 8.3.117).
constexpr std::string_view kBold = "1", kDim = "2";
constexpr std::string_view kColours[] = {"1;31", "1;33", "1;32", "1;35"};  // by Decision

// "E0403 setup.py: A name has ..."
inline std::string note_text(const Note& note) {
  return number(note.code) + (note.file.empty() ? " " : " " + note.file + ": ") + message(note);
}

class TextLines {
 public:
  explicit TextLines(const HumanStyle& style)
      : style_(style), width_(std::max(style.width, kNarrowest)) {}

 protected:
  void styled(std::string_view text, std::string_view sgr) {
    if (style_.colour) out_.append("\x1b[").append(sgr).append("m");
    out_ += text;
    if (style_.colour) out_ += "\x1b[0m";
  }

  // One line, clipped to the width.
  void line(std::string_view indent, std::string_view text, std::string_view sgr = {}) {
    out_ += indent;
    const std::string shown = printable(text, width_ - indent.size());
    if (sgr.empty()) {
      out_ += shown;
    } else {
      styled(shown, sgr);
    }
    out_ += '\n';
  }

  // Broken at spaces into at most `most` lines, the last one clipped. All but the first have
  // `hang`.
  void wrapped(std::string_view indent, std::string_view hang, std::string_view text, size_t most,
               std::string_view sgr = {}) {
    std::string rest = printable(text, kLongestParagraph);
    for (; most > 1 && columns(rest) > width_ - indent.size(); --most) {
      const size_t end = rest.rfind(' ', width_ - indent.size());
      // Bytes are at least as many as columns, so a line never comes out too long.
      if (end == std::string::npos || end == 0) break;
      line(indent, rest.substr(0, end), sgr);
      rest.erase(0, end + 1);
      indent = hang;
    }
    line(indent, rest, sgr);
  }

  // "MALICIOUS  0.940  "; with `column` the score ends there.
  void verdict(Decision decision, double score, int column = 0) {
    std::string text(name(decision));
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    styled(text, kColours[static_cast<size_t>(decision)]);
    char number[32];
    std::snprintf(number, sizeof number, "%*.3f  ",
                  column == 0 ? 7 : column - static_cast<int>(text.size()), score);
    out_ += number;
  }

  const HumanStyle& style_;
  const size_t width_;
  std::string out_;
};

}  // namespace cerebro
