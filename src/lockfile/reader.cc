#include "lockfile/reader.h"

#include <algorithm>
#include <utility>

namespace cerebro {

void LockfileBuilder::add(LockedPackage package) {
  if (full_) return;
  if (lockfile_.packages.size() >= limits_.lockfile_entries) {
    full_ = true;
    return note(Code::kLockfileLimit, std::to_string(limits_.lockfile_entries) + " entries",
                package.line, package.file);
  }
  if (package.name.empty() && package.source != Source::kWorkspace) {
    note(Code::kLockfileEntry, "an entry without a name", package.line, package.file);
    package.name = "?";
  }
  lockfile_.packages.push_back(std::move(package));
}

void LockfileBuilder::note(Code code, std::string message, int line, const std::string& file) {
  if (lockfile_.notes.size() > limits_.lockfile_entries) return;
  if (line > 0) message += " at line " + std::to_string(line);
  lockfile_.notes.push_back({code, std::move(message), file});
}

void LockfileBuilder::take_problem(const JsonDocument& document) {
  if (document.cut) note(Code::kLockfileInvalid, document.problem);
}

Lockfile LockfileBuilder::finish() && {
  std::sort(lockfile_.notes.begin(), lockfile_.notes.end());
  return std::move(lockfile_);
}

LockedPackage entry_at(const JsonValue& value, Ecosystem ecosystem) {
  LockedPackage package;
  package.ecosystem = ecosystem;
  package.line = value.name_line;
  package.column = value.name_column;
  return package;
}

std::string_view scalar(const JsonValue& object, std::string_view key) {
  const JsonValue& value = member(object, key);
  using Kind = JsonValue::Kind;
  return value.kind == Kind::kString || value.kind == Kind::kOther ? std::string_view(value.text)
                                                                   : std::string_view();
}

bool flag(const JsonValue& object, std::string_view key) { return scalar(object, key) == "true"; }

const JsonValue& member(const JsonValue& object, std::string_view key) {
  static const JsonValue kNone;
  const JsonValue* found = object.find(key);
  return found != nullptr ? *found : kNone;
}

}  // namespace cerebro
