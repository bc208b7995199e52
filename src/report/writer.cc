#include "report/writer.h"

#include <utility>

#include "report/cyclonedx.h"
#include "report/html.h"
#include "report/json.h"
#include "report/osv.h"
#include "report/sarif.h"

namespace cerebro {
namespace {

class HumanWriter final : public ReportWriter {
 public:
  explicit HumanWriter(const WriterOptions& options) : options_(options) {}
  std::string add(const ScanReport& report) override {
    tally_.add(report.decision, report.suppressed.has_value());
    ++count_;
    if (options_.several) summary_.add(report);
    std::string text = to_human(report, options_.style);
    if (!text.empty()) spaced_ = text.ends_with("\n\n");
    return text;
  }
  std::string finish() override {
    if (!options_.several) return {};
    if (options_.style.quiet) return to_human(tally_);
    // Of one package all is said already.
    const std::string summary = count_ > 1 ? summary_.text(options_.style) : std::string();
    return (summary.empty() || spaced_ ? "" : "\n") + summary + to_human(tally_);
  }

 private:
  const WriterOptions options_;
  size_t count_ = 0;
  Tally tally_;
  Summary summary_;
  bool spaced_ = true;  // the text so far ends with an empty line
};

class JsonWriter final : public ReportWriter {
 public:
  explicit JsonWriter(bool array) : array_(array) {}
  std::string add(const ScanReport& report) override {
    std::string text = !array_ ? "" : first_ ? "[\n" : ",\n";
    first_ = false;
    return text + to_json(report, 2) + (array_ ? "" : "\n");
  }
  std::string finish() override { return !array_ ? "" : first_ ? "[]\n" : "\n]\n"; }

 private:
  const bool array_;
  bool first_ = true;
};

class JsonLinesWriter final : public ReportWriter {
 public:
  std::string add(const ScanReport& report) override { return to_json(report) + "\n"; }
  std::string finish() override { return {}; }
};

template <typename Document>
class DocumentWriter final : public ReportWriter {
 public:
  explicit DocumentWriter(const WriterOptions& options) : document_(options) {}
  std::string add(const ScanReport& report) override {
    document_.add(report);
    return {};
  }
  std::string finish() override { return document_.text(); }

 private:
  Document document_;
};

using Make = std::unique_ptr<ReportWriter> (*)(const WriterOptions&);

template <typename Document>
std::unique_ptr<ReportWriter> document(const WriterOptions& options) {
  return std::make_unique<DocumentWriter<Document>>(options);
}

struct Format {
  std::string_view name;
  Make make;
};

constexpr std::string_view kNames[] = {"human", "json", "jsonl",    "sarif",
                                       "html",  "osv",  "cyclonedx"};
const Format kFormats[] = {
    {"human",
     [](const WriterOptions& options) -> std::unique_ptr<ReportWriter> {
       return std::make_unique<HumanWriter>(options);
     }},
    {"json",
     [](const WriterOptions& options) -> std::unique_ptr<ReportWriter> {
       return std::make_unique<JsonWriter>(options.several);
     }},
    {"jsonl",
     [](const WriterOptions&) -> std::unique_ptr<ReportWriter> {
       return std::make_unique<JsonLinesWriter>();
     }},
    {"sarif", document<SarifLog>},
    {"html", document<HtmlPage>},
    {"osv", document<OsvReports>},
    {"cyclonedx", document<CycloneDxBom>},
};

}  // namespace

std::span<const std::string_view> formats() { return kNames; }

std::unique_ptr<ReportWriter> make_writer(std::string_view format, const WriterOptions& options) {
  for (const Format& row : kFormats) {
    if (row.name == format) return row.make(options);
  }
  return nullptr;
}

}  // namespace cerebro
