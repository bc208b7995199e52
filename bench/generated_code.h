#pragma once

// Inputs of the benchmarks, made by size: the same bytes on every machine.

#include <string>

namespace cerebro::bench {

// Functions with parameters, branches, loops, calls, members, strings and templates, at least
// `bytes` long; every tenth name is that of an API.
inline std::string javascript(size_t bytes) {
  std::string code = "const fs = require('fs'), http = require('http');\n";
  for (int i = 0; code.size() < bytes; ++i) {
    const std::string n = std::to_string(i);
    code += "function step" + n + "(input, options = {}) {\n  const parts = [];\n" +
            "  for (let i = 0; i < input.length; i++) {\n" +
            "    if (options.skip && i % 2 === 0) continue;\n" +
            "    parts.push(`${input[i].name}:` + options['pre' + 'fix'] + 'text " + n +
            "');\n  }\n" +
            (i % 10 == 0 ? "  fs.writeFileSync(options.path, parts.join('\\n'));\n"
                         : "  options.done(parts.map((part) => part.trim()).join(', '));\n") +
            "  return " + (i == 0 ? "parts" : "step" + std::to_string(i / 2) + "(parts, options)") +
            ";\n}\nexports.step" + n + " = step" + n + ";\n";
  }
  return code;
}

// The same in Python.
inline std::string python(size_t bytes) {
  std::string code = "import os\nimport urllib.request\n\n";
  for (int i = 0; code.size() < bytes; ++i) {
    const std::string n = std::to_string(i);
    code += "class Step" + n + "(" + (i == 0 ? "object" : "Step" + std::to_string(i / 2)) + "):\n" +
            "    def run(self, rows, skip=False, **options):\n        parts = []\n" +
            "        for i, row in enumerate(rows):\n            if skip and i % 2 == 0:\n" +
            "                continue\n            parts.append(f'{row.name}:' + 'pre' + 'fix " +
            n + "')\n" +
            (i % 10 == 0 ? "        os.makedirs(options['path'], exist_ok=True)\n"
                         : "        options['done'](', '.join(part.strip() for part in parts))\n") +
            "        return super().run(parts, **options)\n\n";
  }
  return code;
}

// Texts that are put together as obfuscators do, `count` of them.
inline std::string hidden_texts(size_t count) {
  std::string code =
      "const table = ['http', 'request', 'child', '_process', 'exec', 'write', 'File', 'Sync'];\n"
      "function at(i) { return table[i % table.length]; }\n";
  for (size_t i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    code += "const t" + n + " = at(" + n + ") + String.fromCharCode(104, 105) + [" +
            "'a', 'b', 'c'].reverse().join('') + Buffer.from('aGVsbG8=', 'base64').toString();\n";
  }
  return code;
}

// A sequence of about `tokens` tokens, without the same phrase twice in a row.
inline std::string sequence(size_t tokens) {
  static const char* const kPhrases[] = {", use network module call", ", read file",
                                         ", compute hash", ", use encoding module call",
                                         ", send data to network"};
  std::string text = "start entry import";
  for (size_t i = 0; 4 * i + 5 < tokens; ++i) text += kPhrases[i % 5];
  return text + ", end of entry";
}

}  // namespace cerebro::bench
