#pragma once

// How code of a language is looked up in the catalogue.

#include <span>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "behaviour/catalogue.h"
#include "syntax/ir.h"

namespace cerebro {

// The rows of catalogue/apis that speak of a language.
inline Api api_of(Language language) {
  if (language == Language::kPython) return Api::kPython;
  return is_command_language(language) ? Api::kShell : Api::kJavaScript;
}

// "eval.call" and "eval.apply" are calls of "eval"; true when such an ending was taken off.
inline bool strip_indirection(std::string_view& path) {
  bool stripped = false;
  for (std::string_view suffix : {".call", ".apply"}) {
    if (!path.ends_with(suffix)) continue;
    path.remove_suffix(suffix.size());
    stripped = true;
  }
  return stripped;
}

// The rows of paths that were asked for before: code names the same few again and again.
class RowCache {
 public:
  using Rows = std::span<const ApiRow* const>;

  RowCache(const Catalogue& catalogue, const StringPool& pool)
      : catalogue_(catalogue), pool_(pool) {}

  Rows match(Api api, Access access, Symbol path) {
    return look_up(api, access, path, 0, [](std::string_view) {});
  }
  // Of what is called, its ending stripped.
  Rows match_call(Api api, Symbol path) {
    return look_up(api, Access::kCall, path, 1,
                   [](std::string_view& text) { strip_indirection(text); });
  }
  Rows match_method(Api api, Symbol method) {
    const auto [number, absent] = slot(api, Access::kCall, method, 2);
    if (absent) found_.push_back(catalogue_.match_method(api, Access::kCall, pool_.text(method)));
    return found_[number];
  }

 private:
  std::pair<uint32_t, bool> slot(Api api, Access access, Symbol symbol, uint64_t how) {
    const uint64_t key =
        how << 48 | static_cast<uint64_t>(api) << 40 | static_cast<uint64_t>(access) << 32 | symbol;
    const auto [number, absent] = numbers_.try_emplace(key, static_cast<uint32_t>(found_.size()));
    return {number, absent};
  }
  template <class Shorten>
  Rows look_up(Api api, Access access, Symbol path, uint64_t how, Shorten shorten) {
    const auto [number, absent] = slot(api, access, path, how);
    if (absent) {
      std::string_view text = pool_.text(path);
      shorten(text);
      found_.push_back(catalogue_.match(api, access, text));
    }
    return found_[number];
  }

  const Catalogue& catalogue_;
  const StringPool& pool_;
  FlatMap numbers_;
  std::vector<Rows> found_;
};

}  // namespace cerebro
