#include "scan/step_reader.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "scan/deep_stack.h"
#include "scan/targets.h"
#include "scan/warm_up.h"
#include "scan/worker_pool.h"
#include "scan/worker_result.h"

namespace cerebro {
namespace {

StepText failed(Error error) {
  StepText text;
  text.errors.push_back(std::move(error));
  return text;
}

StepText read_step(const std::string& target, const TreeReader& read, const Limits& limits,
                   const SequenceOptions& sequence, const ShowStep& show) {
  StepText text;
  try {
    with_deep_stack([&] {
      Result<FileTree> tree = read();
      if (!tree) {
        text = failed(tree.error());
        return;
      }
      const std::unique_ptr<Analysis> analysis = analyse(std::move(*tree), limits, sequence);
      text.ecosystem = analysis->package.ecosystem;
      text.name = analysis->package.name;
      text.version = analysis->package.version;
      text.sha256 = analysis->tree.sha256;
      text.texts = show(*analysis);
      text.notes = analysis->notes;
    });
  } catch (const std::bad_alloc&) {
    return failed({Code::kWorkerMemory, std::string(info(Code::kWorkerMemory).sentence), target});
  } catch (const std::exception& error) {
    return failed({Code::kScanInternal, error.what(), target});
  }
  return text;
}

// What is known of how an input was fetched.
StepText with_notes(StepText text, const ScanInput& input) {
  text.notes.insert(text.notes.end(), input.notes.begin(), input.notes.end());
  std::sort(text.notes.begin(), text.notes.end());
  return text;
}

Result<StepText> ask(WorkerPool& pool, const ScanInput& what, const Limits& limits) {
  TRY(input, open_input(what, limits));
  StepText text;
  TRY(taken, pool.ask(what.target, input, [&](std::string_view bytes) -> Result<int> {
    TRY(parsed, parse_step_text(bytes));
    text = std::move(parsed);
    return 0;
  }));
  static_cast<void>(taken);
  return text;
}

}  // namespace

Result<StepReader> step_reader(const ScanOptions& options, const SequenceOptions& sequence,
                               ShowStep show, bool no_sandbox) {
  const Limits& limits = options.limits;
  if (no_sandbox) {
    return [options, sequence, show = std::move(show)](const ScanInput& input) {
      const auto read = [&] { return read_input(input, options.archive, options.limits); };
      return with_notes(read_step(input.target, read, options.limits, sequence, show), input);
    };
  }
  const auto serve = [options, sequence, show](const std::string& target,
                                               const TargetInput& input) {
    const auto read = [&] { return read_input(target, input, options.archive, options.limits); };
    const StepText text = read_step(target, read, options.limits, sequence, show);
    const bool fit = text.errors.empty() || text.errors[0].code != Code::kWorkerMemory;
    return WorkerAnswer{to_bytes(text), fit};
  };
  const auto warm_up = [limits, sequence, show] {
    read_step(
        "", [] { return Result<FileTree>(warm_up_package()); }, limits, sequence, show);
  };
  TRY(started, WorkerPool::start(limits, serve, warm_up));
  const std::shared_ptr<WorkerPool> pool = std::move(started);
  return [pool, limits](const ScanInput& input) {
    Result<StepText> text = ask(*pool, input, limits);
    if (!text) {
      Error error = text.error();
      if (error.where.empty()) error.where = input.target;
      return failed(std::move(error));
    }
    return with_notes(std::move(*text), input);
  };
}

}  // namespace cerebro
