#include "registry/http.h"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

namespace cerebro {
namespace {

// After that many given up in a row a host counts as gone and is asked once each time, so that a
// lockfile of a thousand entries ends soon after the network does.
constexpr int kSilentRequests = 4;

constexpr int kPassing[] = {408, 425, 429, 500, 502, 503, 504};

bool is_passing(int status) {
  return std::find(std::begin(kPassing), std::end(kPassing), status) != std::end(kPassing);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

const std::string& header(const Headers& headers, const std::string& name) {
  static const std::string kNone;
  const auto found = headers.find(name);
  return found == headers.end() ? kNone : found->second;
}

// The first byte of "bytes 5-9/10".
bool starts_at(const std::string& content_range, size_t offset) {
  return content_range.starts_with("bytes " + std::to_string(offset) + "-");
}

// What a later range must belong to. A weak tag does not promise equal bytes.
std::string validator(const Headers& headers) {
  const std::string& tag = header(headers, "etag");
  if (!tag.empty() && !tag.starts_with("W/")) return tag;
  return header(headers, "last-modified");
}

}  // namespace

double retry_after(const std::string& value, int64_t now) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc{} && end == value.data() + value.size()) {
    return static_cast<double>(std::max<int64_t>(seconds, 0));
  }
  tm date{};
  if (strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return -1;
  return static_cast<double>(std::max<int64_t>(timegm(&date) - now, 0));
}

HttpClient::HttpClient(Transport& transport, HttpOptions options, Authorize authorize, Sleep sleep)
    : transport_(transport),
      options_(options),
      authorize_(std::move(authorize)),
      sleep_(sleep ? std::move(sleep) : Sleep([](double seconds) {
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
      })) {}

int HttpClient::tries_for(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  return silent_[origin] >= kSilentRequests ? 1 : options_.retries + 1;
}

void HttpClient::remember(const std::string& origin, bool answered) {
  const std::lock_guard lock(mutex_);
  silent_[origin] = answered ? 0 : silent_[origin] + 1;
}

Result<HttpResponse> HttpClient::get(const HttpRequest& request) {
  Url url = request.url;
  for (int hop = 0; hop <= options_.redirects; ++hop) {
    std::string location;
    auto response = get_from(request, url, location);
    if (!response || location.empty()) return response;
    const auto next = resolve_url(url, location);
    if (!next) return fail(Code::kRegistryFailed, "redirected to no web address", url.text());
    if (url.scheme == "https" && next->scheme != "https") {
      return fail(Code::kRegistryFailed, "redirected from https to http", url.text());
    }
    url = *next;
    url.user_info.clear();  // a server does not say who we are
  }
  return fail(Code::kRegistryFailed, "redirected too often", request.url.text());
}

Result<HttpResponse> HttpClient::get_from(const HttpRequest& request, const Url& url,
                                          std::string& location) {
  const std::string origin = url.origin();
  const int tries = tries_for(origin);
  std::string kept, kept_validator, problem;  // of a download that broke off
  for (int attempt = 0; attempt < tries; ++attempt) {
    Headers headers{{"accept", request.accept}};
    const std::string credential = request.anonymous ? std::string() : authorize_(url);
    if (!credential.empty()) headers["authorization"] = credential;
    const bool resumes = !kept.empty() && !kept_validator.empty();
    if (resumes) {
      headers["range"] = "bytes=" + std::to_string(kept.size()) + "-";
      headers["if-range"] = kept_validator;
    }
    Exchange answer = transport_.get(url, headers, request.max_bytes, request.compressed);
    const bool continues = resumes && answer.status == 206 &&
                           starts_at(header(answer.headers, "content-range"), kept.size());
    if (continues) answer.body.insert(0, kept);
    if (answer.outcome == Exchange::Outcome::kTooLarge || answer.body.size() > request.max_bytes) {
      return fail(Code::kRegistryFailed,
                  "larger than " + std::to_string(request.max_bytes >> 20) + " MiB", url.text());
    }
    if (answer.outcome == Exchange::Outcome::kUnavailable) {
      return fail(Code::kRegistryFailed, answer.problem, url.text());
    }
    const bool good = answer.status == 200 || continues;
    double pause = options_.pause_s * static_cast<double>(1 << std::min(attempt, 16));
    if (answer.outcome == Exchange::Outcome::kBroken) {
      problem = answer.problem;
      kept.clear();
      if (good && !request.compressed) {
        kept = std::move(answer.body);
        if (!continues) kept_validator = validator(answer.headers);
      }
    } else if (good) {
      remember(origin, true);
      return HttpResponse{url, std::move(answer.headers), std::move(answer.body)};
    } else if (is_redirect(answer.status) && !header(answer.headers, "location").empty()) {
      remember(origin, true);
      location = header(answer.headers, "location");
      return HttpResponse{url, std::move(answer.headers), {}};
    } else if (resumes && (answer.status == 416 || answer.status == 206)) {
      problem = "the download could not be continued";
      kept.clear();
    } else if (is_passing(answer.status)) {
      problem = "the server answered " + std::to_string(answer.status);
      const double asked = retry_after(header(answer.headers, "retry-after"), time(nullptr));
      if (asked > options_.longest_s) {
        return fail(Code::kRegistryFailed,
                    problem + " and asks to wait " + std::to_string(static_cast<int64_t>(asked)) +
                        " seconds",
                    url.text());
      }
      pause = std::max(pause, asked);
    } else {
      remember(origin, true);
      if (answer.status == 404 || answer.status == 410) {
        return fail(Code::kRegistryNotFound, "the server has no such page", url.text());
      }
      const bool refused = answer.status == 401 || answer.status == 403;
      return fail(
          Code::kRegistryFailed,
          "the server answered " + std::to_string(answer.status) +
              (refused ? headers.contains("authorization") ? ": it does not accept the credentials"
                         : request.anonymous               ? ": no credentials are sent to it"
                                             : ": no credentials are configured for this host"
                       : ""),
          url.text());
    }
    if (attempt + 1 < tries) sleep_(std::min(pause, options_.longest_s));
  }
  remember(origin, false);
  return fail(Code::kRegistryFailed,
              problem + " (tried " + std::to_string(tries) + (tries == 1 ? " time)" : " times)"),
              url.text());
}

}  // namespace cerebro
