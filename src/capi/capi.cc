#include <algorithm>
#include <cstring>
#include <ctime>
#include <new>
#include <optional>
#include <string>

#include "cerebro.h"
#include "report/writer.h"
#include "scan/scanner.h"

struct cerebro_model {
  cerebro::Model model;
};

struct cerebro_report {
  cerebro::ScanReport report;
  std::string text;
};

namespace {

void say(const std::string& text, char* error, size_t size) {
  if (error == nullptr || size == 0) return;
  const size_t count = std::min(text.size(), size - 1);
  std::memcpy(error, text.data(), count);
  error[count] = '\0';
}

}  // namespace

int cerebro_api_version(void) { return CEREBRO_API_VERSION; }
const char* cerebro_version(void) { return CEREBRO_VERSION; }

cerebro_model* cerebro_model_load(const char* directory, char* error, size_t error_size) {
  try {
    if (directory == nullptr) {
      say("no directory", error, error_size);
      return nullptr;
    }
    cerebro::Result<cerebro::Model> model = cerebro::Model::load(directory);
    if (!model) {
      say(cerebro::number(model.error().code) + " " + model.error().where + ": " +
              model.error().message,
          error, error_size);
      return nullptr;
    }
    return new cerebro_model{std::move(*model)};
  } catch (...) {
    say("out of memory", error, error_size);
    return nullptr;
  }
}

void cerebro_model_free(cerebro_model* model) { delete model; }

cerebro_report* cerebro_scan(const cerebro_model* model, const char* target) {
  if (model == nullptr || target == nullptr) return nullptr;
  try {
    return new cerebro_report{cerebro::scan_target(target, model->model, {}), {}};
  } catch (...) {
    return nullptr;
  }
}

void cerebro_report_free(cerebro_report* report) { delete report; }

cerebro_verdict cerebro_report_verdict(const cerebro_report* report) {
  if (report == nullptr) return CEREBRO_INCOMPLETE;
  switch (report->report.decision) {
    case cerebro::Decision::kMalicious:
      return CEREBRO_MALICIOUS;
    case cerebro::Decision::kSuspicious:
      return CEREBRO_SUSPICIOUS;
    case cerebro::Decision::kClean:
      return CEREBRO_CLEAN;
    case cerebro::Decision::kIncomplete:
      break;
  }
  return CEREBRO_INCOMPLETE;
}

double cerebro_report_score(const cerebro_report* report) {
  return report == nullptr ? -1 : report->report.score;
}

const char* cerebro_report_text(cerebro_report* report, const char* format) {
  if (report == nullptr || format == nullptr) return nullptr;
  try {
    cerebro::WriterOptions options;
    options.source_root = "/";
    options.version = CEREBRO_VERSION;
    options.now = std::time(nullptr);
    const auto writer = cerebro::make_writer(format, options);
    if (writer == nullptr) return nullptr;
    report->text = writer->add(report->report);
    report->text += writer->finish();
    return report->text.c_str();
  } catch (...) {
    return nullptr;
  }
}
