#include "registry/client_config.h"

#include <gtest/gtest.h>

namespace cerebro {
namespace {

struct Around : testing::Test {
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> variables{{"HOME", "/home/u"}};
  std::string npm_says, pip_says;
  int runs = 0;

  ClientConfig load(const RegistryFlags& flags = {}) {
    Surroundings around;
    around.variables = variables;
    around.folder = "/project";
    around.read = [this](const std::string& path) -> std::optional<std::string> {
      const auto found = files.find(path);
      if (found == files.end()) return std::nullopt;
      return found->second;
    };
    around.run = [this](const std::vector<std::string>& words) -> std::optional<std::string> {
      ++runs;
      const std::string& says = words[0] == "npm" ? npm_says : pip_says;
      if (says.empty()) return std::nullopt;
      return says;
    };
    return ClientConfig::load(flags, around);
  }

  std::string npm(std::string_view scope = {}, const RegistryFlags& flags = {}) {
    auto config = load(flags);
    const auto url = config.npm_registry(scope);
    return url ? url->text() : url.error().message;
  }
  std::string pip(const RegistryFlags& flags = {}) {
    auto config = load(flags);
    const auto urls = config.pypi_indexes();
    if (!urls) return urls.error().message;
    std::string text;
    for (const Url& url : *urls) text += url.text() + " ";
    return text;
  }
  std::string authorization(const char* url) {
    auto config = load();
    static_cast<void>(config.npm_registry(""));
    static_cast<void>(config.pypi_indexes());
    return config.authorization(*parse_url(url));
  }
};

TEST_F(Around, NpmFromTheHighestRankDown) {
  npm_says = "https://client.example/\n";
  EXPECT_EQ(npm(), "https://client.example/");
  files["/etc/npmrc"] = "registry=https://machine.example/";
  EXPECT_EQ(npm(), "https://machine.example/");
  files["/home/u/.npmrc"] = "; a comment\nregistry = \"https://user.example/npm\"\r\n";
  EXPECT_EQ(npm(), "https://user.example/npm/");
  files["/project/.npmrc"] = "registry=https://project.example/";
  EXPECT_EQ(npm(), "https://project.example/");
  variables["NPM_CONFIG_REGISTRY"] = "https://variable.example";
  EXPECT_EQ(npm(), "https://variable.example/");
  EXPECT_EQ(npm("", {"https://flag.example", ""}), "https://flag.example/");
  EXPECT_EQ(runs, 1);
}

TEST_F(Around, NpmScopes) {
  files["/home/u/.npmrc"] =
      "registry=https://all.example/\n@corp:registry=https://corp.example/npm";
  EXPECT_EQ(npm("@corp"), "https://corp.example/npm/");
  EXPECT_EQ(npm("@other"), "https://all.example/");
  EXPECT_EQ(npm("@corp", {"https://flag.example", ""}), "https://corp.example/npm/");
  variables["npm_config_userconfig"] = "/elsewhere";
  files["/elsewhere"] = "registry=https://elsewhere.example/";
  EXPECT_EQ(npm("@corp"), "https://elsewhere.example/");
}

TEST_F(Around, PipFromTheHighestRankDown) {
  pip_says = "https://client.example/simple";
  EXPECT_EQ(pip(), "https://client.example/simple/ ");
  files["/etc/pip.conf"] = "[global]\nindex-url = https://machine.example/simple";
  EXPECT_EQ(pip(), "https://machine.example/simple/ ");
  files["/home/u/.config/pip/pip.conf"] =
      "[global]\nindex_url = https://user.example/simple\nextra-index-url =\n  "
      "https://x.example/s\n"
      "  https://y.example/s\n[list]\nindex-url = https://no.example/";
  EXPECT_EQ(pip(), "https://user.example/simple/ https://x.example/s/ https://y.example/s/ ");
  variables["PIP_CONFIG_FILE"] = "/named";
  files["/named"] = "[global]\nindex-url = https://named.example/simple/";
  variables["PIP_EXTRA_INDEX_URL"] = "https://z.example/s";
  EXPECT_EQ(pip(), "https://named.example/simple/ https://z.example/s/ ");
  variables["PIP_INDEX_URL"] = "https://variable.example/simple";
  EXPECT_EQ(pip({"", "https://flag.example/s"}), "https://flag.example/s/ ");
  EXPECT_EQ(pip(), "https://variable.example/simple/ https://z.example/s/ ");
  variables = {{"HOME", "/home/u"}, {"PIP_CONFIG_FILE", "/dev/null"}};
  EXPECT_EQ(pip(), "https://client.example/simple/ ");
}

TEST_F(Around, SaysWhatToDoWhenNothingIsKnown) {
  EXPECT_TRUE(npm().starts_with("give --npm-registry URL"));
  EXPECT_TRUE(pip().starts_with("give --pypi-index URL"));
  EXPECT_EQ(npm("", {"ftp://x.example", ""}), "the npm registry is not an http or https address");
}

TEST_F(Around, CredentialsBelongToTheirPlace) {
  variables["TOKEN"] = "secret";
  files["/home/u/.npmrc"] =
      "registry=https://a.example/npm/\n//a.example/npm/:_authToken=${TOKEN}\n//b.example/"
      ":_auth=dTpw\n"
      "//c.example:8443/x/:username=u\n//c.example:8443/x/:_password=cHc=\n//d.example/"
      ":_authToken=${NONE?}\n"
      "_authToken=everywhere\n//e.example/:_authToken=${NONE}";
  EXPECT_EQ(authorization("https://a.example/npm/x/-/x.tgz?q=1"), "Bearer secret");
  EXPECT_EQ(authorization("https://a.example/npm/"), "Bearer secret");
  EXPECT_EQ(authorization("https://a.example/npmx/"), "");
  EXPECT_EQ(authorization("https://a.example/"), "");
  EXPECT_EQ(authorization("https://a.example:8080/npm/"), "");
  EXPECT_EQ(authorization("https://a.example.evil.example/npm/"), "");
  EXPECT_EQ(authorization("https://b.example/x"), "Basic dTpw");
  EXPECT_EQ(authorization("https://c.example:8443/x/y"), "Basic dTpwdw==");
  EXPECT_EQ(authorization("https://c.example/x/y"), "");
  EXPECT_EQ(authorization("https://d.example/"), "");
  EXPECT_EQ(authorization("https://e.example/"), "Bearer ${NONE}");
  EXPECT_EQ(authorization("https://f.example/"), "");
}

TEST_F(Around, UserInfoAndNetrc) {
  variables["PIP_INDEX_URL"] = "https://me:p%40ss@pip.example/simple";
  files["/home/u/.netrc"] =
      "# mine\nmachine n.example login u password p\nmachine\tm.example\n login v\n password q # "
      "x\n"
      "default login any password any";
  EXPECT_EQ(pip(), "https://pip.example/simple/ ");
  EXPECT_EQ(authorization("https://pip.example/files/x"), "Basic " + base64("me:p@ss"));
  EXPECT_EQ(authorization("https://n.example/x"), "Basic " + base64("u:p"));
  EXPECT_EQ(authorization("https://m.example/x"), "Basic " + base64("v:q"));
  EXPECT_EQ(authorization("https://other.example/"), "");
}

TEST(Base64, BothWays) {
  for (const char* text : {"", "a", "ab", "abc", "abcd", "\xff\xfe"}) {
    EXPECT_EQ(base64_decoded(base64(text)), text);
  }
  EXPECT_EQ(base64("ab"), "YWI=");
  EXPECT_EQ(base64_decoded("a b"), "");
}

TEST(Surroundings, RunsPrograms) {
  const Surroundings real = Surroundings::real();
  EXPECT_EQ(real.run({"printf", "%s", "a b; $HOME"}), "a b; $HOME");
  EXPECT_EQ(real.run({"false"}), std::nullopt);
  EXPECT_EQ(real.run({"no-such-program-of-cerebro"}), std::nullopt);
}

}  // namespace
}  // namespace cerebro
