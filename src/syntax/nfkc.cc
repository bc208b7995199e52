#include "syntax/nfkc.h"

#include <algorithm>
#include <iterator>

#include "syntax/encoding.h"

namespace cerebro {
namespace {

// The tables hold every code point of UnicodeData.txt 14.0 that may stand in an identifier and
// whose NFKC form is made of [A-Za-z0-9_]; the block of mathematical alphanumerics is arithmetic.
struct Range {
  uint32_t first, last;
  char ascii;  // of `first`; the others follow
};
constexpr Range kRanges[] = {
    {0x00AA, 0x00AA, 'a'}, {0x00BA, 0x00BA, 'o'}, {0x017F, 0x017F, 's'},   {0x02B0, 0x02B0, 'h'},
    {0x02B2, 0x02B2, 'j'}, {0x02B3, 0x02B3, 'r'}, {0x02B7, 0x02B7, 'w'},   {0x02B8, 0x02B8, 'y'},
    {0x02E1, 0x02E1, 'l'}, {0x02E2, 0x02E2, 's'}, {0x02E3, 0x02E3, 'x'},   {0x1D2C, 0x1D2C, 'A'},
    {0x1D2E, 0x1D2E, 'B'}, {0x1D30, 0x1D31, 'D'}, {0x1D33, 0x1D3A, 'G'},   {0x1D3C, 0x1D3C, 'O'},
    {0x1D3E, 0x1D3E, 'P'}, {0x1D3F, 0x1D3F, 'R'}, {0x1D40, 0x1D41, 'T'},   {0x1D42, 0x1D42, 'W'},
    {0x1D43, 0x1D43, 'a'}, {0x1D47, 0x1D47, 'b'}, {0x1D48, 0x1D49, 'd'},   {0x1D4D, 0x1D4D, 'g'},
    {0x1D4F, 0x1D4F, 'k'}, {0x1D50, 0x1D50, 'm'}, {0x1D52, 0x1D52, 'o'},   {0x1D56, 0x1D56, 'p'},
    {0x1D57, 0x1D58, 't'}, {0x1D5B, 0x1D5B, 'v'}, {0x1D62, 0x1D62, 'i'},   {0x1D63, 0x1D63, 'r'},
    {0x1D64, 0x1D65, 'u'}, {0x1D9C, 0x1D9C, 'c'}, {0x1DA0, 0x1DA0, 'f'},   {0x1DBB, 0x1DBB, 'z'},
    {0x2071, 0x2071, 'i'}, {0x207F, 0x207F, 'n'}, {0x2090, 0x2090, 'a'},   {0x2091, 0x2091, 'e'},
    {0x2092, 0x2092, 'o'}, {0x2093, 0x2093, 'x'}, {0x2095, 0x2095, 'h'},   {0x2096, 0x2099, 'k'},
    {0x209A, 0x209A, 'p'}, {0x209B, 0x209C, 's'}, {0x2102, 0x2102, 'C'},   {0x210A, 0x210A, 'g'},
    {0x210B, 0x210B, 'H'}, {0x210C, 0x210C, 'H'}, {0x210D, 0x210D, 'H'},   {0x210E, 0x210E, 'h'},
    {0x2110, 0x2110, 'I'}, {0x2111, 0x2111, 'I'}, {0x2112, 0x2112, 'L'},   {0x2113, 0x2113, 'l'},
    {0x2115, 0x2115, 'N'}, {0x2119, 0x211B, 'P'}, {0x211C, 0x211C, 'R'},   {0x211D, 0x211D, 'R'},
    {0x2124, 0x2124, 'Z'}, {0x2128, 0x2128, 'Z'}, {0x212A, 0x212A, 'K'},   {0x212C, 0x212D, 'B'},
    {0x212F, 0x212F, 'e'}, {0x2130, 0x2131, 'E'}, {0x2133, 0x2133, 'M'},   {0x2134, 0x2134, 'o'},
    {0x2139, 0x2139, 'i'}, {0x2145, 0x2145, 'D'}, {0x2146, 0x2147, 'd'},   {0x2148, 0x2149, 'i'},
    {0x2160, 0x2160, 'I'}, {0x2164, 0x2164, 'V'}, {0x2169, 0x2169, 'X'},   {0x216C, 0x216C, 'L'},
    {0x216D, 0x216E, 'C'}, {0x216F, 0x216F, 'M'}, {0x2170, 0x2170, 'i'},   {0x2174, 0x2174, 'v'},
    {0x2179, 0x2179, 'x'}, {0x217C, 0x217C, 'l'}, {0x217D, 0x217E, 'c'},   {0x217F, 0x217F, 'm'},
    {0x2C7C, 0x2C7C, 'j'}, {0x2C7D, 0x2C7D, 'V'}, {0xA7F2, 0xA7F2, 'C'},   {0xA7F3, 0xA7F3, 'F'},
    {0xA7F4, 0xA7F4, 'Q'}, {0xFE33, 0xFE33, '_'}, {0xFE34, 0xFE34, '_'},   {0xFE4D, 0xFE4D, '_'},
    {0xFE4E, 0xFE4E, '_'}, {0xFE4F, 0xFE4F, '_'}, {0xFF10, 0xFF19, '0'},   {0xFF21, 0xFF3A, 'A'},
    {0xFF3F, 0xFF3F, '_'}, {0xFF41, 0xFF5A, 'a'}, {0x107A5, 0x107A5, 'q'}, {0x1FBF0, 0x1FBF9, '0'}};

struct Ligature {
  uint32_t code_point;
  std::string_view ascii;
};
constexpr Ligature kLigatures[] = {
    {0x0132, "IJ"},   {0x0133, "ij"},   {0x01C7, "LJ"},  {0x01C8, "Lj"},  {0x01C9, "lj"},
    {0x01CA, "NJ"},   {0x01CB, "Nj"},   {0x01CC, "nj"},  {0x01F1, "DZ"},  {0x01F2, "Dz"},
    {0x01F3, "dz"},   {0x2161, "II"},   {0x2162, "III"}, {0x2163, "IV"},  {0x2165, "VI"},
    {0x2166, "VII"},  {0x2167, "VIII"}, {0x2168, "IX"},  {0x216A, "XI"},  {0x216B, "XII"},
    {0x2171, "ii"},   {0x2172, "iii"},  {0x2173, "iv"},  {0x2175, "vi"},  {0x2176, "vii"},
    {0x2177, "viii"}, {0x2178, "ix"},   {0x217A, "xi"},  {0x217B, "xii"}, {0xFB00, "ff"},
    {0xFB01, "fi"},   {0xFB02, "fl"},   {0xFB03, "ffi"}, {0xFB04, "ffl"}, {0xFB05, "st"},
    {0xFB06, "st"}};

// U+1D400..1D6A3: alphabets A-Z a-z one after the other; U+1D7CE..1D7FF: five times 0-9.
char mathematical(uint32_t code_point) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  if (code_point >= 0x1D400 && code_point <= 0x1D6A3) return kLetters[(code_point - 0x1D400) % 52];
  if (code_point >= 0x1D7CE && code_point <= 0x1D7FF) {
    return static_cast<char>('0' + (code_point - 0x1D7CE) % 10);
  }
  return 0;
}

void append_ascii(std::string& out, uint32_t code_point, std::string_view original) {
  if (const char c = mathematical(code_point)) {
    out += c;
    return;
  }
  const auto range = std::lower_bound(std::begin(kRanges), std::end(kRanges), code_point,
                                      [](const Range& r, uint32_t cp) { return r.last < cp; });
  if (range != std::end(kRanges) && range->first <= code_point) {
    out += static_cast<char>(range->ascii + static_cast<char>(code_point - range->first));
    return;
  }
  const auto ligature =
      std::lower_bound(std::begin(kLigatures), std::end(kLigatures), code_point,
                       [](const Ligature& l, uint32_t cp) { return l.code_point < cp; });
  const bool found = ligature != std::end(kLigatures) && ligature->code_point == code_point;
  out += found ? ligature->ascii : original;
}

}  // namespace

std::string nfkc_ascii(std::string_view identifier) {
  std::string out;
  for (size_t at = 0; at < identifier.size();) {
    const size_t begin = at;
    const uint32_t code_point = next_code_point(identifier, at);
    const std::string_view original = identifier.substr(begin, at - begin);
    if (code_point < 0x80 || code_point == kMalformed) {
      out += original;
    } else {
      append_ascii(out, code_point, original);
    }
  }
  return out;
}

}  // namespace cerebro
