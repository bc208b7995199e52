#pragma once

// How code of a language is looked up in the catalogue.

#include <string_view>

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

}  // namespace cerebro
