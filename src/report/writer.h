#pragma once

// One interface over all formats: reports go in one by one, in input order, and text comes out.
//
//   auto writer = make_writer("sarif", options);
//   for (const ScanReport& report : reports) output << writer->add(report);
//   output << writer->finish();

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "report/human.h"
#include "verdict/report_data.h"

namespace cerebro {

struct WriterOptions {
  HumanStyle style{};
  bool several = false;     // more than one target was asked for: `json` is then an array
  std::string source_root;  // absolute; SARIF locations are relative to it
  std::string version;      // of Cerebro
  int64_t now = 0;          // Unix time, for formats that must carry one (OSV)
};

class ReportWriter {
 public:
  virtual ~ReportWriter() = default;
  virtual std::string add(const ScanReport& report) = 0;  // what can be written already
  virtual std::string finish() = 0;                       // the rest
};

// "human", "json", ...
std::span<const std::string_view> formats();

// `format` is one of formats().
std::unique_ptr<ReportWriter> make_writer(std::string_view format, const WriterOptions& options);

}  // namespace cerebro
