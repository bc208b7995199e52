#include "registry/spec.h"

#include <gtest/gtest.h>

#include "lockfile/purl.h"

namespace cerebro {
namespace {

struct Row {
  const char* text;
  Ecosystem ecosystem;
  const char* name;
  const char* range;
  const char* file_name = "";
};

constexpr Row kRows[] = {
    {"npm:lodash", Ecosystem::kNpm, "lodash", ""},
    {"npm:lodash@4.17.21", Ecosystem::kNpm, "lodash", "4.17.21"},
    {"npm:@scope/x@^2", Ecosystem::kNpm, "@scope/x", "^2"},
    {"npm:@scope/x", Ecosystem::kNpm, "@scope/x", ""},
    {"npm:x@>=1 <2 || next", Ecosystem::kNpm, "x", ">=1 <2 || next"},
    {"pypi:requests", Ecosystem::kPypi, "requests", ""},
    {"pypi:requests==2.32.3", Ecosystem::kPypi, "requests", "==2.32.3"},
    {"pypi:flask>=3,<4", Ecosystem::kPypi, "flask", ">=3,<4"},
    {"pypi:Flask[async] ~= 3.0 ; python_version > '3'", Ecosystem::kPypi, "Flask", "~= 3.0 "},
    {"pypi:six@1.17.0", Ecosystem::kPypi, "six", "==1.17.0"},
    {"pkg:npm/%40scope/x@1.0.0", Ecosystem::kNpm, "@scope/x", "1.0.0"},
    {"pkg:npm/@scope/x@1.0.0", Ecosystem::kNpm, "@scope/x", "1.0.0"},
    {"pkg:npm/x", Ecosystem::kNpm, "x", ""},
    {"pkg:npm/x@1.0.0?download_url=a#lib", Ecosystem::kNpm, "x", "1.0.0"},
    {"pkg:pypi/requests@2.32.3?a=b&file_name=requests-2.32.3.tar.gz", Ecosystem::kPypi, "requests",
     "==2.32.3", "requests-2.32.3.tar.gz"},
    {"pkg:pypi/x@1.0%2Blocal", Ecosystem::kPypi, "x", "==1.0+local"},
};

TEST(Spec, Parses) {
  for (const Row& row : kRows) {
    const auto spec = parse_spec(row.text);
    ASSERT_TRUE(spec) << row.text;
    EXPECT_EQ(spec->ecosystem, row.ecosystem) << row.text;
    EXPECT_EQ(spec->name, row.name) << row.text;
    EXPECT_EQ(spec->range, row.range) << row.text;
    EXPECT_EQ(spec->file_name, row.file_name) << row.text;
  }
  EXPECT_EQ(parse_spec("npm:@scope/x@1")->scope(), "@scope");
  EXPECT_EQ(parse_spec("npm:x@1")->scope(), "");
  EXPECT_EQ(parse_spec("pkg:pypi/x@1")->text(), "pypi:x==1");
}

TEST(Spec, Refuses) {
  for (const char* text : {"npm:", "npm:@scope", "npm:@/x", "npm:a/b", "npm:../x", "npm:..",
                           "npm:a b", "pypi:", "pypi:a/b", "pypi:a[b", "pypi:a@b", "pkg:gem/x@1",
                           "pkg:npm", "pkg:npm/", "pkg:npm/..%2Fx", "npm:x\n", "lodash"}) {
    const auto spec = parse_spec(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().code, Code::kRegistrySpec);
  }
}

TEST(Spec, NormalisesNames) { EXPECT_EQ(normalise_pypi_name("Flask__Login.-x"), "flask-login-x"); }

}  // namespace
}  // namespace cerebro
