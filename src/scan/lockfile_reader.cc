#include "scan/lockfile_reader.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <utility>

#include "archive/disk.h"
#include "scan/worker_result.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;

// A link may lead out of the folder; what it leads to must not.
std::optional<std::string> read_beside(const std::string& lockfile, const std::string& name,
                                       const Limits& limits) {
  const fs::path folder = fs::path(lockfile).parent_path();
  std::error_code error;
  const fs::path inside = fs::weakly_canonical(folder.empty() ? "." : folder, error);
  const fs::path real = fs::weakly_canonical(folder / name, error);
  if (error || real.lexically_relative(inside).generic_string().starts_with("..")) {
    return std::nullopt;
  }
  Result<DiskFile> text = read_regular_file(real.string(), limits.lockfile_bytes + 1);
  if (!text) return std::nullopt;
  return std::move(text->content);
}

LockfileAnswer parse_with_includes(const LockfileRequest& request, const Limits& limits) {
  LockfileAnswer answer;
  if (request.files.empty()) return answer;
  std::map<std::string_view, const IncludedText*> known;
  for (size_t i = 1; i < request.files.size(); ++i) {
    known.emplace(request.files[i].path, &request.files[i]);
  }
  std::set<std::string> lacking;
  const IncludedText& first = request.files.front();
  Result<Lockfile> lockfile = read_lockfile(
      first.path, first.text, limits, [&](const std::string& name) -> std::optional<std::string> {
        const auto found = known.find(name);
        if (found == known.end()) lacking.insert(name);
        if (found == known.end() || !found->second->present) return std::nullopt;
        return found->second->text;
      });
  answer.lacking.assign(lacking.begin(), lacking.end());
  if (lockfile) {
    answer.lockfile = std::move(*lockfile);
  } else {
    answer.errors.push_back(lockfile.error());
  }
  return answer;
}

}  // namespace

Result<Lockfile> read_lockfile_at(const std::string& path, const Limits& limits) {
  TRY(file, read_regular_file(path, limits.lockfile_bytes + 1, true));
  return read_lockfile(path, file.content, limits,
                       [&](const std::string& name) { return read_beside(path, name, limits); });
}

Result<Lockfile> read_lockfile_in(WorkerPool& pool, const std::string& path, const Limits& limits) {
  TRY(file, read_regular_file(path, limits.lockfile_bytes + 1, true));
  LockfileRequest request{{{path, true, std::move(file.content)}}};
  std::set<std::string> given;
  for (;;) {
    TRY(input, bytes_input(to_bytes(request), TargetInput::Kind::kLockfile, path));
    LockfileAnswer answer;
    TRY(taken, pool.ask(path, input, [&](std::string_view bytes) -> Result<int> {
      TRY(parsed, parse_lockfile_answer(bytes));
      answer = std::move(parsed);
      return 0;
    }));
    static_cast<void>(taken);
    if (!answer.errors.empty()) return tl::unexpected(answer.errors.front());
    if (answer.lacking.empty()) return std::move(answer.lockfile);
    for (const std::string& name : answer.lacking) {
      // An honest reader asks for nothing twice, and never for more.
      if (!given.insert(name).second || given.size() > limits.lockfile_includes) {
        return fail(Code::kWorkerResult, "it asks for too many files", path);
      }
      std::optional<std::string> text = read_beside(path, name, limits);
      request.files.push_back({name, text.has_value(), std::move(text).value_or("")});
    }
  }
}

Result<std::unique_ptr<WorkerPool>> start_lockfile_pool(const Limits& limits) {
  return WorkerPool::start(limits, [limits](const std::string&, const TargetInput& input) {
    return answer_lockfile(input, limits);
  });
}

WorkerAnswer answer_lockfile(const TargetInput& input, const Limits& limits) {
  LockfileAnswer answer;
  bool fit = true;
  try {
    const Result<LockfileRequest> request = parse_lockfile_request(read_all_bytes(input));
    if (request) {
      answer = parse_with_includes(*request, limits);
    } else {
      answer.errors.push_back(request.error());
    }
  } catch (const std::bad_alloc&) {
    fit = false;
    answer = {{{Code::kWorkerMemory, "", ""}}, {}, {}};
  } catch (const std::exception& error) {
    answer = {{{Code::kScanInternal, error.what(), ""}}, {}, {}};
  }
  return {to_bytes(answer), fit};
}

}  // namespace cerebro
