#include "registry/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace cerebro {
namespace {

using testing::ElementsAre;
using Outcome = Exchange::Outcome;

// Plays back answers and keeps what was asked.
struct FakeTransport : Transport {
  std::deque<Exchange> answers;
  std::vector<std::pair<std::string, Headers>> asked;

  Exchange get(const Url& url, const Headers& headers, uint64_t, bool) override {
    asked.emplace_back(url.text(), headers);
    if (answers.empty()) return {Outcome::kBroken, "no more answers", 0, {}, {}};
    Exchange next = std::move(answers.front());
    answers.pop_front();
    return next;
  }
};

Exchange answer(int status, std::string body = {}, Headers headers = {}) {
  return {Outcome::kDone, {}, status, std::move(headers), std::move(body)};
}

struct Http : testing::Test {
  FakeTransport transport;
  std::vector<double> pauses;
  HttpClient client{transport,
                    {},
                    [](const Url& url) {
                      return url.host == "a.example" ? std::string("Bearer t") : std::string();
                    },
                    [this](double seconds) { pauses.push_back(seconds); }};

  Result<HttpResponse> get(const char* url = "https://a.example/x", bool compressed = false) {
    return client.get({.url = *parse_url(url), .max_bytes = 100, .compressed = compressed});
  }
};

TEST_F(Http, TriesAgainWithGrowingPauses) {
  transport.answers = {
      answer(503), {Outcome::kBroken, "reset", 0, {}, {}}, answer(429), answer(200, "ok")};
  EXPECT_EQ(get()->body, "ok");
  EXPECT_THAT(pauses, ElementsAre(0.5, 1, 2));
}

TEST_F(Http, WaitsAsLongAsTheServerAsks) {
  transport.answers = {answer(429, "", {{"retry-after", "7"}}), answer(200, "ok")};
  EXPECT_EQ(get()->body, "ok");
  EXPECT_THAT(pauses, ElementsAre(7));
  transport.answers = {answer(503, "", {{"retry-after", "3600"}})};
  EXPECT_EQ(get().error().message, "the server answered 503 and asks to wait 3600 seconds");
}

TEST_F(Http, GivesUp) {
  transport.answers = {};
  const auto response = get();
  EXPECT_EQ(response.error().code, Code::kRegistryFailed);
  EXPECT_EQ(response.error().message, "no more answers (tried 5 times)");
  EXPECT_EQ(transport.asked.size(), 5u);
}

TEST_F(Http, DoesNotTryAgainWhatWillNotChange) {
  for (const int status : {400, 401, 403, 404, 501}) {
    transport.answers = {answer(status), answer(200)};
    EXPECT_EQ(get().error().code, status == 404 ? Code::kRegistryNotFound : Code::kRegistryFailed);
  }
  transport.answers = {{Outcome::kUnavailable, "bad certificate", 0, {}, {}}};
  EXPECT_EQ(get().error().message, "bad certificate");
  EXPECT_TRUE(pauses.empty());
}

TEST_F(Http, ContinuesWhereADownloadBrokeOff) {
  transport.answers = {{Outcome::kBroken, "cut", 200, {{"etag", "\"1\""}}, "abc"},
                       {Outcome::kBroken, "cut", 206, {{"content-range", "bytes 3-5/6"}}, "d"},
                       answer(206, "ef", {{"content-range", "bytes 4-5/6"}})};
  EXPECT_EQ(get()->body, "abcdef");
  EXPECT_EQ(transport.asked[1].second.at("range"), "bytes=3-");
  EXPECT_EQ(transport.asked[1].second.at("if-range"), "\"1\"");
  EXPECT_EQ(transport.asked[2].second.at("range"), "bytes=4-");
}

TEST_F(Http, StartsAnewWhenItCannotContinue) {
  transport.answers = {{Outcome::kBroken, "cut", 200, {{"etag", "\"1\""}}, "abc"},
                       answer(200, "xyz")};
  EXPECT_EQ(get()->body, "xyz");  // changed meanwhile
  transport.answers = {{Outcome::kBroken, "cut", 200, {}, "abc"}, answer(200, "abcdef")};
  EXPECT_EQ(get()->body, "abcdef");  // without a tag
  EXPECT_FALSE(transport.asked.back().second.contains("range"));
  transport.answers = {{Outcome::kBroken, "cut", 200, {{"etag", "\"1\""}}, "abc"},
                       answer(206, "zz", {{"content-range", "bytes 0-1/6"}}),
                       answer(200, "abcdef")};
  EXPECT_EQ(get()->body, "abcdef");  // the wrong range
}

TEST_F(Http, GivesCredentialsToTheirOwnHostOnly) {
  transport.answers = {answer(302, "", {{"location", "https://cdn.example/y"}}),
                       answer(307, "", {{"location", "https://a.example/z"}}), answer(200, "ok")};
  EXPECT_EQ(get()->url.text(), "https://a.example/z");
  EXPECT_TRUE(transport.asked[0].second.contains("authorization"));
  EXPECT_FALSE(transport.asked[1].second.contains("authorization"));
  EXPECT_TRUE(transport.asked[2].second.contains("authorization"));
}

TEST_F(Http, RefusesBadRedirects) {
  transport.answers = {answer(302, "", {{"location", "http://a.example/y"}})};
  EXPECT_EQ(get().error().message, "redirected from https to http");
  transport.answers = {answer(302, "", {{"location", "file:///etc/passwd"}})};
  EXPECT_EQ(get().error().message, "redirected to no web address");
  for (int i = 0; i < 9; ++i) transport.answers.push_back(answer(302, "", {{"location", "/x"}}));
  EXPECT_EQ(get().error().message, "redirected too often");
}

TEST_F(Http, BoundsTheSize) {
  transport.answers = {answer(200, std::string(101, 'x'))};
  EXPECT_EQ(get().error().code, Code::kRegistryFailed);
  transport.answers = {{Outcome::kTooLarge, "", 200, {}, {}}};
  EXPECT_EQ(get().error().code, Code::kRegistryFailed);
}

TEST_F(Http, AHostThatIsGoneIsAskedOnce) {
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(get());
  EXPECT_EQ(transport.asked.size(), 20u);
  EXPECT_FALSE(get());
  EXPECT_EQ(transport.asked.size(), 21u);
  EXPECT_FALSE(get("https://b.example/"));
  EXPECT_EQ(transport.asked.size(), 26u);
  transport.answers = {answer(200)};
  EXPECT_TRUE(get());
  transport.answers = {answer(503), answer(200)};
  EXPECT_TRUE(get());
}

TEST(RetryAfter, NumbersAndDates) {
  EXPECT_EQ(retry_after("120", 0), 120);
  EXPECT_EQ(retry_after("Thu, 01 Jan 1970 00:01:40 GMT", 40), 60);
  EXPECT_EQ(retry_after("Thu, 01 Jan 1970 00:01:40 GMT", 400), 0);
  EXPECT_LT(retry_after("soon", 0), 0);
  EXPECT_LT(retry_after("", 0), 0);
}

}  // namespace
}  // namespace cerebro
