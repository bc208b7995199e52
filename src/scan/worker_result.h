#pragma once

// A report on its way from a worker to the parent. The worker may have been taken over by the
// package it read, so the parent believes no length, count or number in it.
//
// Fields in the order of verdict/report_data.h; integers and doubles as eight bytes little-endian,
// strings and lists with their length before them, enumerations as integers that must be known.

#include <string>
#include <string_view>

#include "base/result.h"
#include "verdict/report_data.h"

namespace cerebro {

std::string to_bytes(const ScanReport& report);

// Error: kWorkerResult, unless `bytes` are exactly one well-formed report.
Result<ScanReport> parse_report(std::string_view bytes);

}  // namespace cerebro
