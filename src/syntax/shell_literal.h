#pragma once

// Quoting of the shell, resolved. Pure functions; none can fail.
// https://www.gnu.org/software/bash/manual/html_node/Quoting.html

#include <string>
#include <string_view>

namespace cerebro {

// An unquoted word: a backslash quotes the next character, so c\url is curl. In what looks like a
// path of Windows (C:\x, .\x, %APPDATA%\x, \\host\x) backslashes stay: npm runs scripts there too.
std::string unquote_word(std::string_view word);

// Inside double quotes, or in a here-document, where \" is not an escape.
std::string unquote_double(std::string_view text, bool heredoc);

// Between $' and '. Sets `bytes` when \x or octal escapes make the result other than UTF-8 text.
std::string decode_ansi_c(std::string_view text, bool& bytes);

// Without the tabs that start its lines (<<-).
std::string strip_leading_tabs(std::string_view text);

}  // namespace cerebro
