#include "report/html.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <set>

#include "report/json.h"
#include "report/place.h"
#include "report/printable.h"
#include "report/strongest.h"
#include "report/writer.h"

namespace cerebro {
namespace {

// A page that a telephone still shows; the JSON has all.
constexpr size_t kMostSections = 300, kMostRows = 200, kMostNotes = 50;
constexpr size_t kLongestText = 4000, kLongestSequence = 30'000;

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Cerebro report</title>
<style>
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#59636e;--line:#d5dae0;--card:#f6f8fa;
--bad:#b3261e;--warn:#8a5a00;--good:#1a7037;--odd:#7a3e9d;--str:#0a5c36;--num:#0b4fa8;--key:#8e2a8b;--hit:#ffe9a8}
@media(prefers-color-scheme:dark){:root{--bg:#0f1318;--fg:#e4e8ed;--dim:#98a3af;--line:#333b45;
--card:#181e25;--bad:#ff8079;--warn:#f0b34a;--good:#62cf86;--odd:#cf9df0;--str:#8ddba9;--num:#8fbcff;--key:#e39be0;--hit:#5a4a12}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:64rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.2rem;margin:.2rem 0 1rem}h2{font-size:1.3rem;margin:0}h3{font-size:1rem;margin:1.3rem 0 .3rem}
code,pre{font:13px/1.5 ui-monospace,monospace}
a{color:inherit}.dim{color:var(--dim)}.small{font-size:.85rem}
.malicious{color:var(--bad)}.suspicious{color:var(--warn)}.clean{color:var(--good)}.incomplete{color:var(--odd)}
.verdict{font-weight:700;text-transform:uppercase;letter-spacing:.03em}
article{border:1px solid var(--line);border-left:6px solid currentColor;border-radius:8px;padding:1rem;margin:1.5rem 0}
article>*{color:var(--fg)}article>.verdict{color:inherit}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
ol.time{list-style:none;margin:0 0 0 .4rem;padding:0;border-left:2px solid var(--line)}
ol.time>li{position:relative;padding:.2rem 0 .7rem 1.1rem}
ol.time>li:before{content:"";position:absolute;left:-6px;top:.7rem;width:10px;height:10px;border-radius:50%;background:var(--line)}
ol.time>li.hot:before{background:var(--bad)}
ol.time>li.off{opacity:.65}
pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.5rem;margin:.3rem 0;overflow-x:auto}
pre.wrap{white-space:pre-wrap}
pre b{display:inline-block;min-width:3.2em;padding-right:.8em;text-align:right;color:var(--dim);font-weight:400;user-select:none}
pre .row{display:block}pre .hit{background:var(--hit)}
.s{color:var(--str)}.n{color:var(--num)}.k{color:var(--key)}.c{color:var(--dim)}.at{text-decoration:underline;text-decoration-thickness:2px;font-weight:700}
.tag{display:inline-block;border:1px solid var(--line);border-radius:4px;padding:0 .4em;font-size:.8rem;color:var(--dim)}
ul.notes{padding-left:1.1rem;margin:.3rem 0}summary{cursor:pointer}
@media(max-width:34rem){body{padding:.6rem;font-size:15px}article{padding:.7rem}.wide{display:none}}
</style>
</head>
<body>
)";

// Printable, and then safe between tags and in quoted attributes.
std::string escaped(std::string_view text, size_t longest = kLongestText) {
  std::string out;
  for (const char c : printable(text, longest)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Line breaks kept, for decoded text.
std::string escaped_lines(std::string_view text, size_t longest) {
  std::string out;
  text = text.substr(0, longest);
  while (true) {
    const size_t end = text.find('\n');
    std::string line(text.substr(0, end));
    std::replace(line.begin(), line.end(), '\t', ' ');
    if (!line.empty() && line.back() == '\r') line.pop_back();
    out += escaped(line, longest);
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

bool is_keyword(std::string_view word) {
  static const std::set<std::string_view> kWords = {
      "and",    "as",     "async",  "await",   "break", "case", "catch",    "class",  "const",
      "def",    "delete", "do",     "done",    "elif",  "else", "except",   "export", "extends",
      "false",  "False",  "fi",     "finally", "for",   "from", "function", "global", "if",
      "import", "in",     "is",     "lambda",  "let",   "new",  "None",     "not",    "null",
      "or",     "pass",   "raise",  "return",  "self",  "then", "this",     "throw",  "true",
      "True",   "try",    "typeof", "var",     "while", "with", "yield"};
  return kWords.contains(word);
}

// One line with strings, numbers and keywords marked, and the token at `mark` underlined. Lexical,
// for the eye; the same for all languages.
std::string highlighted(std::string_view line, size_t mark) {
  std::string out;
  size_t i = 0;
  while (i < line.size()) {
    const size_t begin = i;
    const char c = line[i];
    std::string_view kind;
    if (c == '"' || c == '\'' || c == '`') {
      for (++i; i < line.size() && line[i] != c; ++i) {
        if (line[i] == '\\' && i + 1 < line.size()) ++i;
      }
      if (i < line.size()) ++i;
      kind = "s";
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      while (i < line.size() && is_word(line[i])) ++i;
      kind = "n";
    } else if (is_word(c)) {
      while (i < line.size() && is_word(line[i])) ++i;
      if (is_keyword(line.substr(begin, i - begin))) kind = "k";
    } else {
      while (i < line.size() && !is_word(line[i]) && line[i] != '"' && line[i] != '\'' &&
             line[i] != '`' && (i == begin || i != mark)) {
        ++i;
      }
    }
    std::string text(line.substr(begin, i - begin));
    std::replace(text.begin(), text.end(), '\t', ' ');
    const bool at = mark >= begin && mark < i;
    if (kind.empty() && !at) {
      out += escaped(text);
      continue;
    }
    out += "<span class=\"";
    out.append(kind).append(at ? (kind.empty() ? "at" : " at") : "").append("\">");
    out += escaped(text) + "</span>";
  }
  return out;
}

struct Moment {
  std::string_view title;
  bool (*holds)(const ReportedBehaviour&);
};
constexpr Moment kMoments[] = {
    {"When it is installed",
     [](const ReportedBehaviour& row) { return !row.unreached && row.phase == Phase::kInstall; }},
    {"When it is imported",
     [](const ReportedBehaviour& row) { return !row.unreached && row.phase == Phase::kImport; }},
    {"When it is used",
     [](const ReportedBehaviour& row) { return !row.unreached && row.phase == Phase::kRun; }},
    {"Where no entry leads", [](const ReportedBehaviour& row) { return row.unreached; }},
};

std::string score_text(double score) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", score);
  return text;
}

std::string verdict_tag(Decision decision) {
  const std::string word(name(decision));
  return "<span class=\"verdict " + word + "\">" + word + "</span>";
}

std::string suppression_text(const Suppression& suppression) {
  return "<p class=\"small dim\">Accepted (" + escaped(suppression.by) +
         "): " + escaped(suppression.reason) + "</p>\n";
}

std::string code(const ReportedBehaviour& row) {
  std::string out;
  if (row.excerpt.empty()) {
    if (row.snippet.empty()) return out;
    return "<pre><span class=\"row hit\"><b>" + std::to_string(row.line) + "</b>" +
           highlighted(row.snippet, 0) + "</span></pre>\n";
  }
  out = "<pre>";
  int line = row.excerpt_line;
  for (const std::string& text : row.excerpt) {
    const bool hit = line == row.line;
    out += std::string("<span class=\"row") + (hit ? " hit" : "") + "\"><b>" +
           std::to_string(line) + "</b>" +
           highlighted(text, hit ? row.excerpt_mark : std::string::npos) + "</span>";
    ++line;
  }
  return out + "</pre>\n";
}

std::string way(const ScanReport& report, const ReportedBehaviour& row) {
  std::string out;
  for (const PathStep& step : steps(report, row)) {
    if (!out.empty()) out += " <span class=\"dim\">&rarr;</span> ";
    out += "<code>" + escaped(step.label) +
           (step.line > 0 && !step.file.empty() ? ":" + std::to_string(step.line) : "") + "</code>";
  }
  return out;
}

std::string item(const ScanReport& report, const ReportedBehaviour& row, double heaviest) {
  const bool hot = row.weight > 0 && row.weight >= heaviest / 3;
  std::string out = "<li class=\"";
  out += row.suppressed ? "off" : hot ? "hot" : "";
  out += "\"><strong>" + escaped(row.sentence) + "</strong> <span class=\"tag\">" +
         escaped(row.id) + "</span> <span class=\"tag\">" + escaped(row.feature) + "</span>";
  if (!row.attack.empty()) out += " <span class=\"tag\">" + escaped(row.attack) + "</span>";
  if (std::abs(row.weight) >= 0.005) {
    char weight[32];
    std::snprintf(weight, sizeof weight, "%+.2f", row.weight);
    out += std::string(" <span class=\"tag\">weight ") + weight + "</span>";
  }
  out += "<div class=\"small\"><code>" + escaped(row.file) + ":" + std::to_string(row.line) + ":" +
         std::to_string(row.column) + "</code></div>\n";
  if (!row.path.empty()) out += "<div class=\"small\">" + way(report, row) + "</div>\n";
  out += code(row);
  if (!row.detail.empty() && row.snippet.find(row.detail) == std::string::npos) {
    out += "<details" + std::string(hot ? " open" : "") +
           "><summary class=\"small\">Decoded</summary><pre class=\"wrap\">" +
           escaped_lines(row.detail, kLongestText) + "</pre></details>\n";
  }
  if (row.suppressed) out += suppression_text(*row.suppressed);
  return out + "</li>\n";
}

std::string words_text(const ReportedWords& words) {
  const std::string said = words_sentence(words);
  if (said.empty()) return {};
  std::string out = "<p class=\"small\">" + escaped(said) + "</p>\n";
  if (words.weight < 0 || words.lines.empty()) return out;
  out += "<pre>";
  for (const ReportedWordLine& line : words.lines) {
    out += "<span class=\"row hit\"><b>" + std::to_string(line.line) + "</b>" +
           highlighted(line.snippet, std::string::npos) + "</span>";
  }
  return out + "</pre>\n";
}

std::string section(const ScanReport& report, size_t number_in_page) {
  const std::string word(name(report.decision));
  std::string out = "<article class=\"" + word + "\" id=\"p" + std::to_string(number_in_page) +
                    "\">\n<div class=\"verdict\">" + word + " &middot; " +
                    score_text(report.score) + "</div>\n<h2>" +
                    escaped(report.name.empty() ? report.target : report.name) + " " +
                    escaped(report.version) + "</h2>\n<div class=\"small dim\">" +
                    std::string(name(report.ecosystem)) + " &middot; " + escaped(report.target);
  if (!report.origin_file.empty()) {
    out += " &middot; " + escaped(report.origin_file);
    if (report.origin_line > 0) out += ":" + std::to_string(report.origin_line);
  }
  if (!report.sha256.empty()) out += "<br>sha256 <code>" + escaped(report.sha256) + "</code>";
  out += "</div>\n";
  if (report.suppressed) out += suppression_text(*report.suppressed);
  if (!report.violations.empty()) {
    out += "<h3>Against the policy</h3>\n<ul class=\"notes\">\n";
    for (size_t i = 0; i < std::min(report.violations.size(), kMostNotes); ++i) {
      out += "<li>" + escaped(report.violations[i].message) + "</li>\n";
    }
    out += "</ul>\n";
  }
  if (is_alarming(report)) {
    const std::vector<Reason> reasons = strongest_first(report);
    out += "<h3>Why</h3>\n<ol>\n";
    for (size_t i = 0; i < std::min<size_t>(3, reasons.size()); ++i) {
      const ReportedBehaviour& row = reasons[i].first();
      out += "<li>" + escaped(row.sentence) + " <code class=\"dim\">" + escaped(row.file) + ":" +
             std::to_string(row.line) + "</code></li>\n";
    }
    out += "</ol>\n" + words_text(report.words);
  }
  double heaviest = 0;
  for (const ReportedBehaviour& row : report.behaviours) heaviest = std::max(heaviest, row.weight);
  size_t shown = 0;
  for (const Moment& moment : kMoments) {
    std::string items;
    for (const ReportedBehaviour& row : report.behaviours) {
      if (!moment.holds(row) || shown == kMostRows) continue;
      ++shown;
      items += item(report, row, heaviest);
    }
    if (!items.empty()) {
      out +=
          "<h3>" + std::string(moment.title) + "</h3>\n<ol class=\"time\">\n" + items + "</ol>\n";
    }
  }
  if (shown < report.behaviours.size()) {
    out += "<p class=\"dim\">" + std::to_string(report.behaviours.size() - shown) +
           " more findings are in the JSON.</p>\n";
  }
  if (!report.notes.empty()) {
    out += "<h3>Notes</h3>\n<ul class=\"notes small\">\n";
    size_t count = 0;
    for (const bool unread : {true, false}) {  // why it is not clean comes first
      for (const Note& note : report.notes) {
        if (info(note.code).unread != unread || count == kMostNotes) continue;
        ++count;
        out += "<li>" + number(note.code) + " " +
               escaped(note.file.empty() ? message(note) : note.file + ": " + message(note)) +
               "</li>\n";
      }
    }
    out += "</ul>\n";
  }
  if (!report.sequence.empty()) {
    out +=
        "<details><summary class=\"small\">The sequence that was judged</summary>"
        "<pre class=\"wrap\">" +
        escaped_lines(report.sequence, kLongestSequence) + "</pre></details>\n";
  }
  return out + "</article>\n";
}

}  // namespace

struct HtmlPage::State {
  WriterOptions options;
  std::string rows, sections;
  size_t packages = 0, shown = 0;
  Tally tally;
  std::string model, catalogue;
};

HtmlPage::HtmlPage(const WriterOptions& options)
    : state_(std::make_unique<State>(State{options, {}, {}, 0, 0, {}, {}, {}})) {}
HtmlPage::~HtmlPage() = default;

void HtmlPage::add(const ScanReport& report) {
  State& state = *state_;
  state.model = report.model;
  state.catalogue = report.catalogue;
  ++state.packages;
  state.tally.add(report.decision, report.suppressed.has_value());
  // A clean package has a section only when it is the only target.
  const bool whole = (report.decision != Decision::kClean || !report.violations.empty() ||
                      !state.options.several) &&
                     state.shown < kMostSections;
  const std::string label =
      escaped(report.name.empty() ? report.target : report.name + " " + report.version);
  std::string reason;
  if (is_alarming(report) && !report.behaviours.empty()) {
    reason = escaped(strongest_first(report)[0].first().sentence);
  }
  state.rows +=
      "<tr><td>" + verdict_tag(report.decision) + "</td><td>" + score_text(report.score) +
      "</td><td>" +
      (whole ? "<a href=\"#p" + std::to_string(state.packages) + "\">" + label + "</a>" : label) +
      "</td><td class=\"wide\">" + reason + "</td></tr>\n";
  if (!whole) return;
  ++state.shown;
  state.sections += section(report, state.packages);
}

std::string HtmlPage::text() const {
  const State& state = *state_;
  std::string out(kHead);
  out += "<h1>Cerebro report</h1>\n";
  if (state.packages != 1) {
    out += "<p>" + escaped(to_human(state.tally).substr(0, to_human(state.tally).size() - 1)) +
           "</p>\n<div class=\"scroll\"><table><thead><tr><th>Verdict</th><th>Score</th>"
           "<th>Package</th><th class=\"wide\">Strongest reason</th></tr></thead><tbody>\n" +
           state.rows + "</tbody></table></div>\n";
  }
  out += state.sections;
  out += "<footer class=\"small dim\">cerebro " + escaped(state.options.version) +
         " &middot; model " + escaped(state.model) + " &middot; catalogue " +
         escaped(state.catalogue) + "</footer>\n</body>\n</html>\n";
  return out;
}

}  // namespace cerebro
