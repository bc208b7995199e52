#include "package/carried_settings.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "package/json.h"
#include "package/text.h"

namespace cerebro {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 32;

// By the path's end.
constexpr std::string_view kTasks[] = {".vscode/tasks.json"};
constexpr std::string_view kHooks[] = {".claude/settings.json", ".claude/settings.local.json",
                                       ".cursor/hooks.json", ".gemini/settings.json",
                                       ".codex/hooks.json"};
constexpr std::string_view kServers[] = {".mcp.json", ".cursor/mcp.json", ".vscode/mcp.json",
                                         "claude_desktop_config.json", ".gemini/settings.json"};

// What sends, in the text of a workflow.
constexpr std::string_view kSenders[] = {"curl",   "wget",         "nc ", "Invoke-WebRequest",
                                         "fetch(", "requests.post"};

template <size_t size>
bool ends_with_any(const std::string_view (&list)[size], std::string_view path) {
  return std::any_of(std::begin(list), std::end(list), [&](std::string_view ending) {
    if (!path.ends_with(ending)) return false;
    const std::string_view before = path.substr(0, path.size() - ending.size());
    return before.empty() || before.ends_with('/');
  });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

class SettingsReader {
 public:
  SettingsReader(const File& file, PackageBuilder& builder) : file_(file), builder_(builder) {}

  void read() {
    const bool tasks = ends_with_any(kTasks, file_.path);
    const bool hooks = ends_with_any(kHooks, file_.path);
    const bool servers = ends_with_any(kServers, file_.path);
    if (tasks || hooks || servers) {
      const JsonDocument document = read_json(file_.content.substr(0, kMaxBytes));
      if (tasks) read_tasks(document.root);
      if (hooks) read_hooks(document.root);
      if (servers) read_servers(document.root);
    }
    const bool yaml = file_.path.ends_with(".yml") || file_.path.ends_with(".yaml");
    if (yaml && contains(file_.path, ".github/workflows/")) read_workflow();
  }

 private:
  // {"tasks": [{"command": "...", "args": [...], "runOptions": {"runOn": "folderOpen"}}]}
  void read_tasks(const JsonValue& root) {
    const JsonValue* tasks = root.find("tasks");
    if (tasks == nullptr) return;
    for (const JsonValue& task : tasks->items) {
      const JsonValue* options = task.find("runOptions");
      const bool automatic = options != nullptr && options->string("runOn") == "folderOpen";
      if (automatic) starts(task);
    }
  }

  // {"hooks": {"SessionStart": [{"hooks": [{"type": "command", "command": "..."}]}]}}
  void read_hooks(const JsonValue& root) {
    if (const JsonValue* hooks = root.find("hooks")) read_commands(*hooks, 0);
  }

  void read_commands(const JsonValue& value, int depth) {
    if (depth > kMaxDepth) return;
    if (!value.string("command").empty()) return starts(value);
    for (const JsonValue& item : value.items) read_commands(item, depth + 1);
  }

  // {"mcpServers": {"name": {"command": "npx", "args": ["..."]}}}
  void read_servers(const JsonValue& root) {
    for (const char* key : {"mcpServers", "servers"}) {
      const JsonValue* servers = root.find(key);
      if (servers == nullptr) continue;
      for (const JsonValue& server : servers->items) {
        if (!server.string("command").empty()) starts(server);
      }
    }
  }

  void starts(const JsonValue& of) {
    std::string command(of.string("command"));
    if (const JsonValue* words = of.find("args")) {
      for (const JsonValue& word : words->items) {
        if (word.is_string()) command += ' ' + quoted(word.text);
      }
    }
    builder_.find_out("persist.agent_config", file_.path, of.line_of("command"), command,
                      Phase::kRun);
    Entry entry;
    entry.phase = Phase::kRun;
    entry.kind = Entry::Kind::kCommand;
    entry.label = std::string(file_name(file_.path)) + " command";
    entry.file = file_.path;
    entry.command = std::move(command);
    entry.line = of.line_of("command");
    builder_.add(std::move(entry));
  }

  static std::string quoted(std::string_view word) {
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
  }

  // All secrets at once, or a secret on a line that sends.
  void read_workflow() {
    const std::string_view text = std::string_view(file_.content).substr(0, kMaxBytes);
    int number = 0;
    for (const std::string_view line : lines_of(text)) {
      ++number;
      const bool secret = contains(line, "secrets.") && contains(line, "${{");
      const bool sends = std::any_of(std::begin(kSenders), std::end(kSenders),
                                     [&](std::string_view word) { return contains(line, word); });
      const bool all = contains(line, "toJSON(secrets)") || contains(line, "toJson(secrets)");
      if (!all && !(secret && sends)) continue;
      builder_.find_out("persist.workflow_file", file_.path, number, trim(line), Phase::kRun);
      builder_.find_out("read.ci_secret", file_.path, number, trim(line), Phase::kRun);
      return;
    }
  }

  const File& file_;
  PackageBuilder& builder_;
};

}  // namespace

void describe_settings(PackageBuilder& builder) {
  for (const File& file : builder.tree().files) SettingsReader(file, builder).read();
}

}  // namespace cerebro
