#include "lockfile/purl.h"

#include <gtest/gtest.h>

namespace cerebro {
namespace {

struct Case {
  const char* text;
  const char* expected;  // "type name version", or "" when it is none
};

TEST(Purl, Parses) {
  for (const Case& test : {
           Case{"pkg:npm/left-pad@1.3.0", "npm left-pad 1.3.0"},
           {"pkg:npm/%40scope/name@1.0.0-rc.1", "npm @scope/name 1.0.0-rc.1"},
           {"pkg:npm/@scope/name@1.0.0", "npm @scope/name 1.0.0"},
           {"pkg:npm/@scope/name", "npm @scope/name "},
           {"PKG:PyPI/Zope.Interface_X@5.0?file_name=a%20b.whl#src", "pypi zope-interface-x 5.0"},
           {"pkg://pypi/six@1.17.0%2Blocal", "pypi six 1.17.0+local"},
           {"pkg:golang/example.example/a/b@v1.0.0", "golang example.example/a/b v1.0.0"},
           {"pkg:npm/a@1%2", "npm a 1%2"},
           {"pkg:npm/", ""},
           {"pkg:npm", ""},
           {"pkg:", ""},
           {"", ""},
           {"npm:left-pad", ""},
           {"pkg:/x@1", ""},
       }) {
    const auto purl = parse_purl(test.text);
    EXPECT_EQ(purl ? purl->type + " " + purl->name + " " + purl->version : "", test.expected)
        << test.text;
  }
}

TEST(Purl, NormalisesNamesOfPyPI) {
  EXPECT_EQ(normalise_pypi_name("Foo__Bar-.baz"), "foo-bar-baz");
}

}  // namespace
}  // namespace cerebro
