#pragma once

#include <string>
#include <string_view>

namespace cerebro {

// The identifier with every letter, digit and low line whose NFKC form (Unicode 14, UAX #15) is
// ASCII replaced by that form: 𝐞𝐱𝐞𝐜 and ｅｘｅｃ are exec, ﬁle is file. Everything else, malformed
// UTF-8 included, is kept. Python reads identifiers so; we do it for JavaScript too, where
// look-alikes deserve no better treatment.
std::string nfkc_ascii(std::string_view identifier);

}  // namespace cerebro
