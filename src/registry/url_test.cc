#include "registry/url.h"

#include <gtest/gtest.h>

#include "lockfile/purl.h"

namespace cerebro {
namespace {

TEST(Url, Parses) {
  const auto url = parse_url("HTTPS://User:pw@Registry.Example:8443/a/../b/?q=../x#sha256=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->text(), "https://registry.example:8443/b/?q=../x");
  EXPECT_EQ(url->user_info, "User:pw");
  EXPECT_EQ(url->fragment, "sha256=1");
  EXPECT_EQ(parse_url("http://a.example:80")->text(), "http://a.example/");
  EXPECT_EQ(parse_url("http://[::1]:81/x")->host_and_port(), "[::1]:81");
  for (const char* text :
       {"", "a.example", "ftp://a.example/", "file:///etc/passwd", "http://", "http:///x",
        "http://a.example:x/", "http://a b.example/", "http://a.example/\r\nX: y"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, Resolves) {
  const Url base = *parse_url("https://a.example/simple/x/?f=1");
  const std::pair<const char*, const char*> rows[] = {
      {"../../files/x.whl#sha256=1", "https://a.example/files/x.whl"},
      {"/f", "https://a.example/f"},
      {"x.whl", "https://a.example/simple/x/x.whl"},
      {"//b.example/f", "https://b.example/f"},
      {"http://c.example/f", "http://c.example/f"},
      {"../../../../f", "https://a.example/f"},
      {"?g=2", "https://a.example/simple/x/?g=2"},
      {"", "https://a.example/simple/x/?f=1"}};
  for (const auto& [reference, expected] : rows) {
    EXPECT_EQ(resolve_url(base, reference)->text(), expected) << reference;
  }
  EXPECT_FALSE(resolve_url(base, "javascript:alert(1)"));
}

TEST(Url, PercentCodes) {
  EXPECT_EQ(percent_encoded("@a/b c"), "%40a%2Fb%20c");
  EXPECT_EQ(percent_decode("%40a%2fb%zz%4"), "@a/b%zz%4");
}

}  // namespace
}  // namespace cerebro
