#pragma once

#include <string>

namespace cerebro::train {

// vocab.txt: the special tokens of BERT, the comma, every word of the catalogue's phrases and of
// the sequence's markers, then letters and digits, whole and as "##" continuations, so that a word
// of a later catalogue can still be spelled. It depends on the catalogue alone, never on packages.
std::string make_vocabulary();

}  // namespace cerebro::train
