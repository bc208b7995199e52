#include "cli/policy_options.h"

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/output.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;
constexpr const char* kPolicyFile = ".cerebro.toml";

bool lies_inside(const std::string& policy, const std::string& target) {
  std::error_code error;
  if (!fs::is_directory(target, error)) return false;
  const fs::path folder = fs::weakly_canonical(target, error);
  const std::string relative =
      fs::weakly_canonical(policy, error).lexically_relative(folder).string();
  return !relative.empty() && relative != ".." && !relative.starts_with("../");
}

}  // namespace

// https://reproducible-builds.org/specs/source-date-epoch/
int64_t current_time() {
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH")) {
    int64_t seconds = 0;
    const std::string_view text(fixed);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size() && seconds >= 0) return seconds;
  }
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string find_policy() {
  std::error_code error;
  fs::path folder = fs::current_path(error);
  while (!error) {
    if (fs::is_regular_file(folder / kPolicyFile, error)) return (folder / kPolicyFile).string();
    error.clear();
    if (folder == folder.root_path()) break;
    folder = folder.parent_path();
  }
  return {};
}

std::optional<std::string> read_text_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    if (!file || file.peek() != std::ifstream::traits_type::eof()) return std::nullopt;
  }
  return text.str();
}

void PolicyArguments::add_to(CLI::App& command) {
  CLI::Option* file =
      command
          .add_option("--policy", file_,
                      "Policy (default: .cerebro.toml of the working directory or above)")
          ->type_name("FILE");
  command.add_flag("--no-policy", none_, "Use no policy file")->excludes(file);
  command.add_option("--baseline", baseline_file_, "Accept the findings of FILE, fail on new ones")
      ->type_name("FILE");
  command
      .add_option("--write-baseline", write_baseline_,
                  "Write today's findings to FILE, for --baseline")
      ->type_name("FILE");
}

bool PolicyArguments::load(const std::vector<std::string>& targets) {
  now_ = current_time();
  std::string path = file_;
  if (path.empty() && !none_) {
    path = find_policy();
    for (const std::string& target : targets) {
      if (path.empty() || !lies_inside(path, target)) continue;
      complain(path + " lies inside the target " + target +
               " and is not used; name it with --policy if it is yours");
      path.clear();
    }
  }
  if (!path.empty()) {
    const std::optional<std::string> text = read_text_file(path);
    if (!text) {
      complain(path + ": cannot be read");
      return false;
    }
    ParsedPolicy parsed = parse_policy(*text);
    for (const PolicyProblem& problem : parsed.errors) {
      complain(path + ":" + std::to_string(problem.line) + ": " + problem.message);
    }
    if (!parsed.errors.empty()) return false;
    policy_ = std::move(parsed.policy);
    for (const AllowRow* row : expired_rows(policy_, now_)) {
      complain(path + ":" + std::to_string(row->line) + ": expired on " + row->expires_text +
               " and does not apply (" + row->reason + ")");
    }
  }
  if (!baseline_file_.empty()) {
    const std::optional<std::string> text = read_text_file(baseline_file_);
    if (text) baseline_ = parse_baseline(*text);
    if (!baseline_) {
      complain(baseline_file_ + (text ? ": is no baseline file" : ": cannot be read"));
      return false;
    }
  }
  return true;
}

void PolicyArguments::apply(ScanReport& report) {
  apply_policy(policy_, baseline_ ? &*baseline_ : nullptr, now_, report);
  if (!write_baseline_.empty()) add_to_baseline(report, lines_);
}

bool PolicyArguments::finish() const {
  if (write_baseline_.empty()) return true;
  Output output(write_baseline_);
  if (!output.write(baseline_text(lines_))) return false;
  complain(std::to_string(lines_.size()) + " lines were written to " + write_baseline_ +
           "; read them, then scan with --baseline");
  return true;
}

}  // namespace cerebro
