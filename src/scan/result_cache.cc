#include "scan/result_cache.h"

#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <type_traits>
#include <vector>

#include "archive/disk.h"
#include "base/hash.h"
#include "base/limit_options.h"
#include "behaviour/catalogue.h"
#include "scan/descriptor_io.h"
#include "scan/worker_result.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "CBRC0001";
constexpr size_t kMacBytes = 32, kSecretBytes = 32;

// 16 folders of 64 MiB at the most. One that is full loses what was not used for the longest time.
constexpr uint64_t kFolderBytes = 64 << 20, kReportBytes = kFolderBytes / 4;

// Of what was not read, these say the same whenever the same bytes are read; all else may be better
// another time: a disk that failed, memory that was short, a worker that died.
constexpr Code kAlwaysSo[] = {
    Code::kArchiveLimitBytes, Code::kArchiveLimitEntries, Code::kArchiveLimitFileSize,
    Code::kArchiveLimitRatio, Code::kArchiveLimitNesting, Code::kSyntaxLimitBytes,
    Code::kSyntaxLimitNodes,  Code::kSyntaxLimitDepth,    Code::kFoldLimit,
    Code::kLayerLimit,        Code::kResolveLimit,        Code::kBehaviourLimit,
    Code::kSequenceLimit,
};

void add(std::string& text, std::string_view part) {
  const uint64_t size = part.size();
  text.append(reinterpret_cast<const char*>(&size), sizeof size).append(part);
}

template <typename T>
void add_value(std::string& text, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  add(text, {reinterpret_cast<const char*>(&value), sizeof value});
}

// The build ids of the program and of every library in it. False when one has none.
int add_build_id(dl_phdr_info* object, size_t, void* user) {
  auto& ids = *static_cast<std::string*>(user);
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& header = object->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const auto* at = reinterpret_cast<const char*>(object->dlpi_addr + header.p_vaddr);
    const char* const end = at + header.p_memsz;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof note);
      const auto aligned = [](size_t size) { return (size + 3) & ~size_t{3}; };
      const char* const name = at + sizeof note;
      const char* const content = name + aligned(note.n_namesz);
      at = content + aligned(note.n_descsz);
      if (note.n_type == NT_GNU_BUILD_ID &&
          std::string_view(name, 4) == std::string_view("GNU", 4)) {
        add(ids, {content, note.n_descsz});
        return 0;
      }
    }
  }
  // The kernel's own page of code has none that would matter; the program's must be there.
  const bool program = object->dlpi_name == nullptr || *object->dlpi_name == '\0';
  if (program && ids.empty()) return 1;
  add(ids, object->dlpi_name);
  return 0;
}

std::string build_ids() {
  std::string ids;
  return dl_iterate_phdr(add_build_id, &ids) == 0 ? ids : std::string();
}

// All of `limits`, field by field: padding has no value.
std::string text_of(const Limits& limits) {
  std::string text;
  for (const LimitOption& option : limit_options()) {
    text += std::to_string(value(option, limits)) + ' ';
  }
  // Those that are no options.
  return text + std::to_string(sizeof limits);
}

// A whole file that belongs to this user, through no link.
std::optional<std::string> read_own_file(const std::string& path, uint64_t max_bytes, bool secret) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!file.valid() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      static_cast<uint64_t>(status.st_size) > max_bytes) {
    return std::nullopt;
  }
  if (secret && (status.st_uid != geteuid() || (status.st_mode & 077) != 0)) return std::nullopt;
  std::string content(static_cast<size_t>(status.st_size), '\0');
  if (!read_all(file.get(), content.data(), content.size())) return std::nullopt;
  return content;
}

// Under a name of its own first; then `publish` gives it the right one as one step.
bool write_file(const std::string& path, std::string_view content,
                int (*publish)(const char* from, const char* to)) {
  std::string temporary = path + ".XXXXXX";
  const Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));  // with mode 0600
  if (!file.valid()) return false;
  const bool written =
      write_all(file.get(), content) && publish(temporary.c_str(), path.c_str()) == 0;
  unlink(temporary.c_str());
  return written;
}

// Made when there is none. "" when it is not ours alone.
std::string read_secret(const std::string& folder) {
  const std::string path = folder + "/key";
  std::optional<std::string> secret = read_own_file(path, kSecretBytes, true);
  if (!secret) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return {};
    chmod(folder.c_str(), 0700);
    const std::string fresh = random_bytes(kSecretBytes);
    // `link` leaves alone what another process has put there in the meantime.
    if (!fresh.empty()) write_file(path, fresh, link);
    secret = read_own_file(path, kSecretBytes, true);
  }
  return secret && secret->size() == kSecretBytes ? *secret : std::string();
}

// Gives the bytes that are left.
uint64_t evict(const std::string& folder) {
  struct Entry {
    fs::file_time_type used;
    uint64_t size;
    fs::path path;
  };
  std::vector<Entry> entries;
  uint64_t total = 0;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    std::error_code unknown;
    Entry entry{it->last_write_time(unknown), it->file_size(unknown), it->path()};
    if (unknown) continue;
    total += entry.size;
    entries.push_back(std::move(entry));
  }
  if (total <= kFolderBytes) return total;
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (total <= kFolderBytes * 3 / 4) break;
    fs::remove(entry.path, error);
    total -= entry.size;
  }
  return total;
}

}  // namespace

std::string ResultCache::default_folder() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  // The specification of these folders says to ignore relative ones.
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/cerebro/results";
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.cache/cerebro/results" : "";
}

ResultCache::ResultCache(std::string folder, const Model& model, const ScanOptions& options)
    : folder_(std::move(folder)) {
  const std::string program = build_ids();
  if (folder_.empty() || program.empty() || options.inspect) return;
  add(setting_, program);
  add(setting_, model.info().all_sha256);
  add(setting_, Catalogue::builtin().version());
  add(setting_, text_of(options.limits));
  add(setting_, options.archive.password);
  add_value(setting_, options.threshold.value_or(-1));
  add_value(setting_, options.suspicious.value_or(-1));
  add_value(setting_, options.explain);
  secret_ = read_secret(folder_);
}

std::string ResultCache::key(const TargetInput& input, const std::string& target) const {
  const std::string bytes = digest(input);
  if (!enabled() || bytes.empty()) return {};
  std::string all(kMagic);
  add(all, setting_);
  add_value(all, input.kind);
  add_value(all, input.size);
  add(all, bytes);
  // The name of a file says what it is when its bytes do not.
  if (input.kind == TargetInput::Kind::kFile) add(all, fs::path(target).filename().string());
  return sha256_hex(all);
}

std::string ResultCache::path(const std::string& key) const {
  return folder_ + "/" + key.substr(0, 1) + "/" + key.substr(1);
}

std::optional<ScanReport> ResultCache::find(const std::string& key) const {
  if (!enabled() || key.empty()) return std::nullopt;
  const std::string file = path(key);
  const std::optional<std::string> content = read_own_file(file, kReportBytes, false);
  if (!content || content->size() < kMagic.size() + kMacBytes || !content->starts_with(kMagic)) {
    return std::nullopt;
  }
  const std::string_view mac = std::string_view(*content).substr(kMagic.size(), kMacBytes);
  const std::string_view bytes = std::string_view(*content).substr(kMagic.size() + kMacBytes);
  if (!same_secret(mac, hmac_sha256(secret_, key + std::string(bytes)))) return std::nullopt;
  Result<ScanReport> report = parse_report(bytes);
  if (!report) return std::nullopt;
  utimensat(AT_FDCWD, file.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);  // it was used
  return std::move(*report);
}

void ResultCache::put(const std::string& key, ScanReport report) const {
  const auto uncertain = [](const Note& note) {
    return info(note.code).unread && std::ranges::find(kAlwaysSo, note.code) == std::end(kAlwaysSo);
  };
  if (!enabled() || key.empty() || std::ranges::any_of(report.notes, uncertain)) return;
  report.target.clear();
  report.ms = {};
  report.total_ms = 0;
  const std::string bytes = to_bytes(report);
  if (bytes.size() + kMagic.size() + kMacBytes > kReportBytes) return;
  const std::string file = path(key);
  const std::string folder = fs::path(file).parent_path();
  mkdir(folder.c_str(), 0700);
  if (write_file(file, std::string(kMagic) + hmac_sha256(secret_, key + bytes) + bytes, rename)) {
    make_room(key, bytes.size());
  }
}

void ResultCache::make_room(const std::string& key, uint64_t bytes) const {
  const std::string folder = fs::path(path(key)).parent_path();
  const char digit = key[0];
  const std::lock_guard one(filling_);
  std::optional<uint64_t>& filled =
      filled_[static_cast<size_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10)];
  if (filled) *filled += bytes;
  if (!filled || *filled > kFolderBytes) filled = evict(folder);
}

}  // namespace cerebro
