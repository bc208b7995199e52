#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "classifier/model.h"
#include "classifier/tokenizer.h"

namespace cerebro {

// Packs entries into windows of at most `max_tokens` tokens, [CLS] and [SEP] included. Entries stay
// whole and in order while they fit; a longer one starts a new window and is cut between phrases,
// and each later part repeats the entry's first phrase ("start entry install") so that the model
// knows the phase (unless that phrase alone takes half a window). The repeated phrase is in the
// text and not in the part's phrase range. A phrase longer than a window is cut to as many bytes
// as there are tokens. Empty entries leave no trace. Linear in the length of the texts.
// Used by the scanner and by train/, so that both see the same windows.
std::vector<Window> make_windows(const std::vector<EntryText>& entries, const Tokenizer& tokenizer,
                                 size_t max_tokens);

}  // namespace cerebro
