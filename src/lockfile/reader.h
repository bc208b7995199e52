#pragma once

// What the readers of the formats share. Each reader takes a document and adds to a lockfile.

#include <string>
#include <string_view>
#include <utility>

#include "lockfile/lockfile.h"
#include "package/json.h"

namespace cerebro {

class LockfileBuilder {
 public:
  LockfileBuilder(std::string file_name, const Limits& limits, const ReadNeighbour& neighbour)
      : file_name_(std::move(file_name)), limits_(limits), neighbour_(neighbour) {}

  const std::string& file_name() const { return file_name_; }  // without folders

  const Limits& limits() const { return limits_; }
  const ReadNeighbour& neighbour() const { return neighbour_; }
  void set_format(std::string format) { lockfile_.format = std::move(format); }

  void add(LockedPackage package);  // leaves a note for an entry without a name
  void note(Code code, std::string message, int line = 0, const std::string& file = {});
  bool full() const { return full_; }

  // Notes what `document` could not be read of.
  void take_problem(const JsonDocument& document);

  // Entries and notes put in order.
  Lockfile finish() &&;

 private:
  std::string file_name_;
  Limits limits_;
  ReadNeighbour neighbour_;
  Lockfile lockfile_;
  bool full_ = false;
};

// A new entry at the place of a member's name or of an item.
LockedPackage entry_at(const JsonValue& value, Ecosystem ecosystem);

bool flag(const JsonValue& object, std::string_view key);  // "true"
// The string or the number of that member as it is written, or "".
std::string_view scalar(const JsonValue& object, std::string_view key);
// Never null: an empty value when there is no such member.
const JsonValue& member(const JsonValue& object, std::string_view key);

void read_package_lock(const JsonValue& root, LockfileBuilder& builder);
void read_bun_lock(const JsonValue& root, LockfileBuilder& builder);
void read_pipfile_lock(const JsonValue& root, LockfileBuilder& builder);
void read_cyclonedx(const JsonValue& root, LockfileBuilder& builder);
void read_spdx(const JsonValue& root, LockfileBuilder& builder);
void read_yarn_berry(const JsonValue& root, LockfileBuilder& builder);
void read_pnpm_lock(const JsonValue& root, LockfileBuilder& builder);
void read_poetry_lock(const JsonValue& root, LockfileBuilder& builder);
void read_uv_lock(const JsonValue& root, LockfileBuilder& builder);
void read_pylock(const JsonValue& root, LockfileBuilder& builder);
void read_yarn_classic(std::string_view text, LockfileBuilder& builder);
void read_requirements(std::string_view text, LockfileBuilder& builder);

}  // namespace cerebro
