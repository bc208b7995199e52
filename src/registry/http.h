#pragma once

// Fetching over HTTP. A Transport makes one exchange (curl_transport.h; tests have their own); the
// HttpClient makes of it what can be relied on: it tries again with growing pauses, goes on where a
// download broke off, follows redirects, and gives credentials to the host that they are for.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "registry/url.h"

namespace cerebro {

using Headers = std::map<std::string, std::string>;  // names in lower case

struct Exchange {
  enum class Outcome : uint8_t {
    kDone,
    kBroken,  // no connection, or it broke off; `body` is what came before
    kTooLarge,
    kUnavailable,  // will not be better next time: certificate, protocol
  };
  Outcome outcome = Outcome::kDone;
  std::string problem;  // for people, unless kDone
  int status = 0;       // 0: there was no answer
  Headers headers;
  std::string body;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // One GET, redirects not followed. May be called on several threads. At most `max_bytes` of body,
  // unpacked when `compressed` allows the server to pack it.
  virtual Exchange get(const Url& url, const Headers& headers, uint64_t max_bytes,
                       bool compressed) = 0;
};

struct HttpRequest {
  Url url;
  std::string accept = "*/*";
  uint64_t max_bytes = 0;
  bool compressed = false;  // for texts; an archive must come as it is
  bool anonymous = false;   // without credentials, whatever is configured for the host
};

struct HttpResponse {
  Url url;  // after redirects
  Headers headers;
  std::string body;
};

struct HttpOptions {
  int retries = 4;        // after the first try
  double pause_s = 0.5;   // before the second try; doubled each time
  double longest_s = 60;  // a server that asks for a longer pause is not waited for
  int redirects = 5;
};

class HttpClient {
 public:
  using Authorize = std::function<std::string(const Url&)>;  // "Basic ...", or ""
  using Sleep = std::function<void(double seconds)>;

  // The transport must outlive the client. May be used on several threads.
  HttpClient(Transport& transport, HttpOptions options, Authorize authorize, Sleep sleep = {});

  // Errors: kRegistryNotFound for 404 and 410, kRegistryFailed for all else.
  Result<HttpResponse> get(const HttpRequest& request);

 private:
  Result<HttpResponse> get_from(const HttpRequest& request, const Url& url, std::string& location);
  int tries_for(const std::string& origin);
  void remember(const std::string& origin, bool answered);

  Transport& transport_;
  const HttpOptions options_;
  const Authorize authorize_;
  const Sleep sleep_;
  std::mutex mutex_;
  std::map<std::string, int> silent_;  // by origin: requests in a row that were given up
};

// Seconds of a Retry-After header (RFC 9110, section 10.2.3): a number, or a date against `now`
// (Unix time). Below 0 when it is neither.
double retry_after(const std::string& value, int64_t now);

}  // namespace cerebro
