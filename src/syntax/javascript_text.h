#pragma once

// Literal text of JavaScript as the program sees it.

#include <string>
#include <string_view>

namespace cerebro {

// The inside of a string or template literal with its escapes resolved (ECMAScript 12.9.4, octal
// escapes included). Surrogate pairs are joined, lone surrogates become U+FFFD.
std::string unescape_javascript(std::string_view raw);

// An identifier with \uNNNN and \u{N} resolved and look-alikes of ASCII letters replaced.
std::string unescape_identifier(std::string_view raw);

// 1_000n -> 1000, 0XFF -> 0xff.
std::string normalise_number(std::string_view raw);

// JSX text: character references resolved (numeric ones and XML's five), nothing else is escaped.
std::string unescape_jsx(std::string_view raw);

}  // namespace cerebro
