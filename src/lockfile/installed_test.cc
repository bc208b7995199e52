#include "lockfile/installed.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cerebro {
namespace {

namespace fs = std::filesystem;

class Installed : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("cerebro-installed-" + std::to_string(getpid()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text = "x") {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  // "LABEL: FILE FILE", one package a line, labels without the root.
  std::string found(const std::string& directory) {
    std::string text;
    const InstalledTree tree = find_installed((root_ / directory).string(), Limits{});
    const auto relative = [&](std::string path) {
      const std::string root = root_.string() + "/";
      return path.starts_with(root) ? path.substr(root.size()) : path;
    };
    for (const InstalledPackage& package : tree.packages) {
      text += relative(package.label) + ":";
      const auto files = read_installed(package, {}, Limits{});
      EXPECT_TRUE(files) << package.label;
      if (!files) continue;
      for (const File& file : files->files) text += " " + file.path;
      for (const Note& note : files->notes) text += " !" + number(note.code);
      text += "\n";
    }
    for (const Note& note : tree.notes)
      text += number(note.code) + " " + relative(note.file) + "\n";
    return text;
  }

  fs::path root_;
};

TEST_F(Installed, ReadsNodeModulesOfNpm) {
  write("node_modules/.package-lock.json");
  write("node_modules/.bin/a");
  write("node_modules/@s/b/package.json");
  write("node_modules/a/package.json");
  write("node_modules/a/node_modules/c/package.json");
  write("node_modules/a/lib/node_modules/kept.js");
  write("node_modules/loose.js");
  write("node_modules/.hidden/h.js");
  EXPECT_EQ(found("node_modules"),
            "node_modules (unclaimed): .hidden/h.js loose.js\n"
            "node_modules/@s/b: package.json\n"
            "node_modules/a: lib/node_modules/kept.js package.json\n"
            "node_modules/a/node_modules/c: package.json\n");
}

TEST_F(Installed, SeesAPackageOfPnpmOnce) {
  write("p/node_modules/.modules.yaml");
  write("p/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json");
  write("p/node_modules/.pnpm/b@1.0.0/node_modules/b/package.json");
  write("p/index.js");
  write("outside/package.json");
  fs::create_directory_symlink(".pnpm/a@1.0.0/node_modules/a", root_ / "p/node_modules/a");
  fs::create_directory_symlink("../../a@1.0.0/node_modules/a",
                               root_ / "p/node_modules/.pnpm/b@1.0.0/node_modules/a");
  fs::create_directory_symlink("../../outside", root_ / "p/node_modules/outside");
  EXPECT_EQ(found("p"),
            "p: index.js\n"
            "p/node_modules/.pnpm/a@1.0.0/node_modules/a: package.json\n"
            "p/node_modules/.pnpm/b@1.0.0/node_modules/b: package.json\n"
            "E0810 p/node_modules/outside\n");
}

TEST_F(Installed, ReadsSitePackagesByTheirRecords) {
  const std::string site = "venv/lib/python3.11/site-packages/";
  write("venv/pyvenv.cfg");
  write("venv/bin/six");
  write("secret.txt");
  write(site + "six.py");
  write(site + "__pycache__/six.cpython-311.pyc");
  write(site + "evil.pth", "import os");
  write(site + "loose/__init__.py");
  write(site + "six-1.17.0.dist-info/METADATA");
  write(site + "six-1.17.0.dist-info/RECORD",
        "six.py,sha256=x,1\n\"six-1.17.0.dist-info/METADATA\",,\n../../../bin/six,,\n"
        "../../../../secret.txt,,\ngone.py,,\n/etc/passwd,,\n");
  EXPECT_EQ(found("venv"),
            "venv/lib/python3.11/site-packages (unclaimed): evil.pth\n" + site +
                "loose (unclaimed): loose/__init__.py\n" + site +
                "six-1.17.0: six-1.17.0.data/scripts/six six-1.17.0.dist-info/METADATA " +
                "six-1.17.0.dist-info/RECORD six.py !E0809 !E0810 !E0810\n");
}

TEST_F(Installed, ReadsTheScriptsOfPythonItself) {
  const std::string site = "usr/lib/python3.11/site-packages/";
  write("usr/bin/flask");
  write("secret.txt");
  write(site + "flask.py");
  write(site + "flask-3.1.dist-info/RECORD",
        "flask.py,,\n../../../bin/flask,,\n../../../../secret.txt,,\n");
  EXPECT_EQ(found("usr/lib/python3.11/site-packages"),
            site +
                "flask-3.1: flask-3.1.data/scripts/flask flask-3.1.dist-info/RECORD flask.py "
                "!E0810\n");
  // Elsewhere ../../../ is not known to be Python's.
  write("a/b/c/site-packages/flask-3.1.dist-info/RECORD", "../../../bin/flask,,\n");
  write("a/bin/flask");
  EXPECT_EQ(found("a/b/c/site-packages"),
            "a/b/c/site-packages/flask-3.1: flask-3.1.dist-info/RECORD !E0810\n");
}

TEST_F(Installed, FindsTheScriptsThatDebianMoves) {
  const std::string site = "usr/lib/python3/dist-packages/";
  write("usr/bin/pip3");
  write(site + "pip-23.0.1.dist-info/RECORD", "../scripts/pip3,,\n../scripts/gone,,\n");
  EXPECT_EQ(found(site), site +
                             "pip-23.0.1: pip-23.0.1.data/scripts/pip3 pip-23.0.1.dist-info/RECORD "
                             "!E0810\n");
}

TEST_F(Installed, LeavesUnpackedPackagesAlone) {
  write("wheel/six.py");
  write("wheel/six-1.17.0.dist-info/RECORD", "six.py,,\n");
  write("npm/package.json");
  write("npm/node_modules/bundled/package.json");
  EXPECT_EQ(found("wheel"), "");
  EXPECT_EQ(found("npm"), "");
  EXPECT_EQ(found("missing"), "");
}

}  // namespace
}  // namespace cerebro
