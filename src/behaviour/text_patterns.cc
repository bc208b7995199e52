#include "behaviour/text_patterns.h"

#include <algorithm>
#include <array>

#include "behaviour/catalogue_tables.h"

namespace cerebro {
namespace {

// What long texts hold is data or code, and code is parsed as a layer, where its own strings are
// classified again.
constexpr size_t kHeadBytes = 48 << 10;
constexpr size_t kTailBytes = 16 << 10;

RE2::Options pattern_options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);  // bytes, whatever they encode
  options.set_log_errors(false);
  options.set_max_mem(16 << 20);  // the automata are made as texts need them, up to this
  return options;
}

bool matches_row(uint16_t row, std::string_view part) {
  static std::vector<TextPattern> patterns(tables::kStringPatterns.size());
  return patterns[row].matches(tables::kStringPatterns[row].pattern, part);
}

constexpr uint32_t shift_in(uint32_t window, char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  return window << 8 | static_cast<uint8_t>(upper ? c | 0x20 : c);
}

}  // namespace

std::array<std::string_view, 2> searched_parts(std::string_view text) {
  if (text.size() <= kHeadBytes + kTailBytes) return {text, {}};
  return {text.substr(0, kHeadBytes), text.substr(text.size() - kTailBytes)};
}

bool TextPattern::matches(std::string_view pattern, std::string_view text) {
  std::call_once(once_, [&] { compiled_ = std::make_unique<RE2>(pattern, pattern_options()); });
  return RE2::PartialMatch(text, *compiled_);
}

TextClassifier::TextClassifier(StringPlace place) {
  const bool any = place != StringPlace::kEnv && place != StringPlace::kName;
  for (RowIndex row = 0; row < tables::kStrings.size(); ++row) {
    const StringPlace its = tables::kStrings[row].place;
    if (its == place || (any && its == StringPlace::kAny)) add(row);
  }
}

void TextClassifier::add(RowIndex row) {
  const std::string_view grams = tables::kStringPatterns[row].grams;
  if (grams.empty()) always_.push_back(row);
  uint32_t window = 0;
  for (size_t i = 0; i < grams.size(); ++i) {
    window = shift_in(window, grams[i]);
    if (i % tables::kGramBytes != tables::kGramBytes - 1) continue;
    sieve_.set(sieve_slot(window));
    const auto [number, absent] =
        gram_numbers_.try_emplace(window, static_cast<uint32_t>(rows_of_gram_.size()));
    if (absent) rows_of_gram_.emplace_back();
    rows_of_gram_[number].push_back(row);
  }
}

// The rows that the part could match, each once, in order.
void TextClassifier::candidates(std::string_view part, std::vector<RowIndex>& rows) const {
  rows = always_;
  std::vector<bool> seen;  // by gram number
  uint32_t window = 0;
  for (size_t i = 0; i < part.size(); ++i) {
    window = shift_in(window, part[i]);
    if (i < tables::kGramBytes - 1 || !sieve_.test(sieve_slot(window))) continue;
    const uint32_t* number = gram_numbers_.find(window);
    if (number == nullptr) continue;
    seen.resize(rows_of_gram_.size());
    if (seen[*number]) continue;
    seen[*number] = true;
    rows.insert(rows.end(), rows_of_gram_[*number].begin(), rows_of_gram_[*number].end());
  }
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

void TextClassifier::classify(std::string_view text, std::vector<const StringRow*>& out) const {
  std::vector<RowIndex> rows, hits;
  for (const std::string_view part : searched_parts(text)) {
    if (part.empty()) continue;
    candidates(part, rows);
    for (const RowIndex row : rows) {
      if (matches_row(row, part)) hits.push_back(row);
    }
  }
  std::ranges::sort(hits);
  hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
  bool url_seen = false;
  for (const RowIndex hit : hits) {
    const StringRow& row = tables::kStrings[hit];
    const bool is_url = row.place == StringPlace::kUrl;
    if (!(is_url && url_seen)) out.push_back(&row);
    url_seen |= is_url;
  }
}

}  // namespace cerebro
