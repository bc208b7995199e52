#include "package/pyproject.h"

#include <algorithm>

#include "package/toml.h"
#include "package/tomlplusplus.h"

namespace cerebro {
namespace {

constexpr size_t kMaxBytes = 1 << 20;

std::string string_at(const toml::table& table, std::string_view path) {
  return table.at_path(path).value_or(std::string());
}

std::vector<std::string> strings_at(const toml::table& table, std::string_view path) {
  std::vector<std::string> strings;
  const toml::node_view<const toml::node> node = table.at_path(path);
  if (const auto single = node.value<std::string>()) strings.push_back(*single);
  if (const toml::array* array = node.as_array()) {
    for (const toml::node& item : *array) {
      if (const auto text = item.value<std::string>()) strings.push_back(*text);
    }
  }
  return strings;
}

void add_group(const toml::node* node, const std::string& group, std::vector<EntryPoint>& into) {
  const toml::table* table = node != nullptr ? node->as_table() : nullptr;
  if (table == nullptr) return;
  for (const auto& [name, target] : *table) {
    // Poetry also writes {callable = "pkg:main"} or {reference = "pkg:main"}.
    std::string text = target.value_or(std::string());
    if (const toml::table* details = target.as_table()) {
      text = string_at(*details, details->contains("callable") ? "callable" : "reference");
    }
    if (!text.empty()) into.push_back({group, std::string(name.str()), text});
  }
}

void add_groups(const toml::node* node, std::vector<EntryPoint>& into) {
  const toml::table* groups = node != nullptr ? node->as_table() : nullptr;
  if (groups == nullptr) return;
  for (const auto& [group, table] : *groups) add_group(&table, std::string(group.str()), into);
}

void add_requirements(const toml::table& table, std::string_view path,
                      std::vector<Requirement>& into) {
  const toml::array* array = table.at_path(path).as_array();
  if (array == nullptr) return;
  for (const toml::node& item : *array) {
    if (const auto text = item.value<std::string>()) {
      into.push_back({*text, static_cast<int>(item.source().begin.line)});
    }
  }
}

void add_source_folders(const toml::table& table, std::vector<std::string>& into) {
  // setuptools, poetry, hatch, pdm, maturin, in this order.
  if (const toml::table* folders = table.at_path("tool.setuptools.package-dir").as_table()) {
    if (const toml::node* top = folders->get("")) into.push_back(top->value_or(std::string()));
  }
  for (std::string& where : strings_at(table, "tool.setuptools.packages.find.where")) {
    into.push_back(std::move(where));
  }
  if (const toml::array* packages = table.at_path("tool.poetry.packages").as_array()) {
    for (const toml::node& package : *packages) {
      if (const toml::table* details = package.as_table()) {
        into.push_back(string_at(*details, "from"));
      }
    }
  }
  for (const std::string& package : strings_at(table, "tool.hatch.build.targets.wheel.packages")) {
    const size_t slash = package.rfind('/');
    if (slash != std::string::npos) into.push_back(package.substr(0, slash));
  }
  into.push_back(string_at(table, "tool.pdm.build.package-dir"));
  into.push_back(string_at(table, "tool.maturin.python-source"));
}

// https://hatch.pypa.io/latest/plugins/build-hook/custom/,
// https://backend.pdm-project.org/hooks/, https://python-poetry.org/docs/pyproject/#build
void add_build_scripts(const toml::table& table, PyProject& project) {
  const std::string& backend = project.build_backend;
  if (backend.starts_with("hatchling")) {
    for (const char* key : {"tool.hatch.build.hooks.custom", "tool.hatch.metadata.hooks.custom",
                            "tool.hatch.build.targets.wheel.hooks.custom",
                            "tool.hatch.build.targets.sdist.hooks.custom"}) {
      const toml::table* hook = table.at_path(key).as_table();
      if (hook == nullptr) continue;
      const std::string file = string_at(*hook, "path");
      project.build_scripts.push_back({file.empty() ? "hatch_build.py" : file,
                                       {"__init__", "initialize", "finalize", "update"}});
    }
  } else if (backend.starts_with("pdm")) {
    const std::string file = string_at(table, "tool.pdm.build.custom-hook");
    project.build_scripts.push_back(
        {file.empty() ? "pdm_build.py" : file,
         {"pdm_build_hook_enabled", "pdm_build_initialize", "pdm_build_update_setup_kwargs",
          "pdm_build_finalize", "pdm_build_update_files"}});
  } else if (backend.starts_with("poetry")) {
    for (const char* key : {"tool.poetry.build.script", "tool.poetry.build"}) {
      const std::string file = string_at(table, key);
      if (!file.empty()) project.build_scripts.push_back({file, {}});
    }
  }
}

void add_setuptools(const toml::table& table, PyProject& project) {
  if (const toml::table* classes = table.at_path("tool.setuptools.cmdclass").as_table()) {
    for (const auto& [command, cls] : *classes) {
      project.command_classes.emplace_back(std::string(command.str()), cls.value_or(std::string()));
    }
  }
  if (const toml::table* dynamic = table.at_path("tool.setuptools.dynamic").as_table()) {
    for (const auto& [key, value] : *dynamic) {
      if (const toml::table* from = value.as_table()) {
        project.attributes.push_back(string_at(*from, "attr"));
      }
    }
  }
  project.modules = strings_at(table, "tool.setuptools.py-modules");
}

}  // namespace

PyProject read_pyproject(std::string_view text) {
  PyProject project;
  if (text.size() > kMaxBytes || has_deep_key(text)) {
    project.problem = "larger or more deeply nested than a manifest may be";
    project.limited = true;
    return project;
  }
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    project.problem = std::string(parsed.error().description()) + " at line " +
                      std::to_string(parsed.error().source().begin.line);
    project.limited = parsed.error().description().find("TOML_MAX") != std::string_view::npos;
    return project;
  }
  const toml::table& table = parsed.table();
  project.name = string_at(table, "project.name");
  if (project.name.empty()) project.name = string_at(table, "tool.poetry.name");
  project.version = string_at(table, "project.version");
  if (project.version.empty()) project.version = string_at(table, "tool.poetry.version");
  project.build_backend = string_at(table, "build-system.build-backend");
  project.backend_path = strings_at(table, "build-system.backend-path");
  add_group(table.at_path("project.scripts").node(), "console_scripts", project.entry_points);
  add_group(table.at_path("project.gui-scripts").node(), "gui_scripts", project.entry_points);
  add_groups(table.at_path("project.entry-points").node(), project.entry_points);
  add_group(table.at_path("tool.poetry.scripts").node(), "console_scripts", project.entry_points);
  add_groups(table.at_path("tool.poetry.plugins").node(), project.entry_points);
  add_source_folders(table, project.source_folders);
  add_build_scripts(table, project);
  add_setuptools(table, project);
  add_requirements(table, "build-system.requires", project.requirements);
  add_requirements(table, "project.dependencies", project.requirements);
  return project;
}

}  // namespace cerebro
