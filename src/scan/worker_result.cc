#include "scan/worker_result.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>

namespace cerebro {
namespace {

static_assert(std::endian::native == std::endian::little);

// Every field of a structure, for both directions. Naming them all by a structured binding makes
// the compiler refuse a structure that has grown.
template <typename Visitor>
void visit_fields(Visitor& visit, auto& report) requires
    std::is_same_v<std::remove_cvref_t<decltype(report)>, ScanReport> {
  auto& [target, ecosystem, name, version, sha256, decision, score, model, catalogue, words,
         behaviours, sequence, notes, files, bytes, parsed_bytes, ms, total_ms, is_directory, root,
         origin_file, origin_line, released, suppressed, violations] = report;
  // What the parent alone knows: where the target came from, and the policy.
  static_cast<void>(std::tie(origin_file, origin_line, released, suppressed, violations));
  visit(target, ecosystem, name, version, sha256, decision, score, model, catalogue, words,
        behaviours, sequence, notes, files, bytes, parsed_bytes, ms, total_ms, is_directory, root);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& words) requires
    std::is_same_v<std::remove_cvref_t<decltype(words)>, ReportedWords> {
  auto& [weight, file, lines] = words;
  visit(weight, file, lines);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& line_of) requires
    std::is_same_v<std::remove_cvref_t<decltype(line_of)>, ReportedWordLine> {
  auto& [line, column, weight, snippet] = line_of;
  visit(line, column, weight, snippet);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& row) requires
    std::is_same_v<std::remove_cvref_t<decltype(row)>, ReportedBehaviour> {
  auto& [id, feature, phase, unreached, file, line, column, snippet, detail, sentence, attack,
         weight, path, path_lines, excerpt, excerpt_line, excerpt_mark, character, suppressed] =
      row;
  static_cast<void>(suppressed);
  visit(id, feature, phase, unreached, file, line, column, snippet, detail, sentence, attack,
        weight, path, path_lines, excerpt, excerpt_line, excerpt_mark, character);
}

template <typename Visitor>
void visit_fields(Visitor& visit,
                  auto& note) requires std::is_same_v<std::remove_cvref_t<decltype(note)>, Note> {
  auto& [code, message, file] = note;
  visit(code, message, file);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& error) requires
    std::is_same_v<std::remove_cvref_t<decltype(error)>, Error> {
  auto& [code, message, where] = error;
  visit(code, message, where);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& step) requires
    std::is_same_v<std::remove_cvref_t<decltype(step)>, StepText> {
  auto& [errors, ecosystem, name, version, sha256, texts, notes] = step;
  visit(errors, ecosystem, name, version, sha256, texts, notes);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& package) requires
    std::is_same_v<std::remove_cvref_t<decltype(package)>, LockedPackage> {
  auto& [ecosystem, name, version, wanted, resolved, hashes, source, file, line, column, dev,
         optional] = package;
  visit(ecosystem, name, version, wanted, resolved, hashes, source, file, line, column, dev,
        optional);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& lockfile) requires
    std::is_same_v<std::remove_cvref_t<decltype(lockfile)>, Lockfile> {
  auto& [format, packages, notes] = lockfile;
  visit(format, packages, notes);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& included) requires
    std::is_same_v<std::remove_cvref_t<decltype(included)>, IncludedText> {
  auto& [path, present, text] = included;
  visit(path, present, text);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& request) requires
    std::is_same_v<std::remove_cvref_t<decltype(request)>, LockfileRequest> {
  auto& [files] = request;
  visit(files);
}

template <typename Visitor>
void visit_fields(Visitor& visit, auto& answer) requires
    std::is_same_v<std::remove_cvref_t<decltype(answer)>, LockfileAnswer> {
  auto& [errors, lacking, lockfile] = answer;
  visit(errors, lacking, lockfile);
}

class Writer {
 public:
  template <typename... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void put_word(uint64_t word) { bytes_.append(reinterpret_cast<const char*>(&word), sizeof word); }
  void put(const std::string& text) {
    put_word(text.size());
    bytes_ += text;
  }
  void put(double number) { put_word(std::bit_cast<uint64_t>(number)); }
  template <typename T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void put(T number) { put_word(static_cast<uint64_t>(static_cast<int64_t>(number))); }
  template <typename T>
  void put(const std::vector<T>& list) {
    put_word(list.size());
    for (const T& item : list) put(item);
  }
  template <size_t kSize>
  void put(const std::array<double, kSize>& list) {
    for (const double item : list) put(item);
  }
  template <typename T>
  requires std::is_class_v<T>
  void put(const T& structure) { visit_fields(*this, structure); }

  std::string bytes_;
};

bool known(Ecosystem ecosystem) {
  switch (ecosystem) {
    case Ecosystem::kUnknown:
    case Ecosystem::kNpm:
    case Ecosystem::kPypi:
      return true;
  }
  return false;
}
bool known(Decision decision) {
  switch (decision) {
    case Decision::kMalicious:
    case Decision::kSuspicious:
    case Decision::kClean:
    case Decision::kIncomplete:
      return true;
  }
  return false;
}
bool known(Phase phase) {
  switch (phase) {
    case Phase::kInstall:
    case Phase::kImport:
    case Phase::kRun:
      return true;
  }
  return false;
}
bool known(Source source) {
  switch (source) {
    case Source::kRegistry:
    case Source::kUrl:
    case Source::kGit:
    case Source::kFile:
    case Source::kWorkspace:
    case Source::kLink:
    case Source::kBundled:
    case Source::kUnknown:
      return true;
  }
  return false;
}
bool known(Code code) { return info(code).code == code; }

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (get(fields), ...);
  }
  bool complete() const { return good_ && rest_.empty(); }

 private:
  uint64_t get_word() {
    uint64_t word = 0;
    if (rest_.size() < sizeof word) good_ = false;
    if (!good_) return 0;
    std::memcpy(&word, rest_.data(), sizeof word);
    rest_.remove_prefix(sizeof word);
    return word;
  }
  void get(std::string& text) {
    const uint64_t size = get_word();
    if (size > rest_.size()) good_ = false;
    if (!good_) return;
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  void get(double& number) {
    number = std::bit_cast<double>(get_word());
    if (!std::isfinite(number)) good_ = false;
  }
  void get(bool& flag) {
    const uint64_t word = get_word();
    if (word > 1) good_ = false;
    flag = word == 1;
  }
  template <typename T>
  requires std::is_integral_v<T>
  void get(T& number) {
    const uint64_t word = get_word();
    number = static_cast<T>(word);
    if (static_cast<uint64_t>(static_cast<int64_t>(number)) != word) good_ = false;
  }
  template <typename T>
  requires std::is_enum_v<T>
  void get(T& value) {
    int32_t number = 0;
    get(number);
    const T read = static_cast<T>(number);
    if (good_ && static_cast<int32_t>(read) == number && known(read)) {
      value = read;
    } else {
      good_ = false;
    }
  }
  template <typename T>
  void get(std::vector<T>& list) {
    // Every item takes a word at the least, so the count cannot ask for more than is there.
    const uint64_t size = get_word();
    if (size > rest_.size() / sizeof(uint64_t)) good_ = false;
    for (uint64_t i = 0; good_ && i < size; ++i) get(list.emplace_back());
  }
  template <size_t kSize>
  void get(std::array<double, kSize>& list) {
    for (double& item : list) get(item);
  }
  template <typename T>
  requires std::is_class_v<T>
  void get(T& structure) { visit_fields(*this, structure); }

  std::string_view rest_;
  bool good_ = true;
};

template <typename T>
std::string write(const T& structure) {
  Writer writer;
  visit_fields(writer, structure);
  return writer.take();
}

template <typename T>
Result<T> parse(std::string_view bytes, const char* what) {
  T structure{};
  Reader reader(bytes);
  visit_fields(reader, structure);
  if (!reader.complete()) return fail(Code::kWorkerResult, what);
  return structure;
}

}  // namespace

std::string to_bytes(const ScanReport& report) { return write(report); }
std::string to_bytes(const StepText& text) { return write(text); }
std::string to_bytes(const LockfileRequest& request) { return write(request); }
std::string to_bytes(const LockfileAnswer& answer) { return write(answer); }

Result<ScanReport> parse_report(std::string_view bytes) {
  return parse<ScanReport>(bytes, "not a well-formed report");
}
Result<StepText> parse_step_text(std::string_view bytes) {
  return parse<StepText>(bytes, "not a well-formed text");
}
Result<LockfileRequest> parse_lockfile_request(std::string_view bytes) {
  return parse<LockfileRequest>(bytes, "not a well-formed request");
}
Result<LockfileAnswer> parse_lockfile_answer(std::string_view bytes) {
  return parse<LockfileAnswer>(bytes, "not a well-formed lockfile");
}

}  // namespace cerebro
