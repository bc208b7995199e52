#pragma once

// What a worker answers, on its way to the parent. The worker may have been taken over by the
// package it read, so the parent believes no length, count or number in it.
//
// Fields in the order of the structure; integers and doubles as eight bytes little-endian,
// strings and lists with their length before them, enumerations as integers that must be known.

#include <string>
#include <string_view>

#include "base/result.h"
#include "scan/lockfile_reader.h"
#include "scan/step_reader.h"
#include "verdict/report_data.h"

namespace cerebro {

std::string to_bytes(const ScanReport& report);
std::string to_bytes(const StepText& text);
std::string to_bytes(const LockfileRequest& request);
std::string to_bytes(const LockfileAnswer& answer);

// Error: kWorkerResult, unless `bytes` are exactly one well-formed structure.
Result<ScanReport> parse_report(std::string_view bytes);
Result<StepText> parse_step_text(std::string_view bytes);
Result<LockfileRequest> parse_lockfile_request(std::string_view bytes);
Result<LockfileAnswer> parse_lockfile_answer(std::string_view bytes);

}  // namespace cerebro
