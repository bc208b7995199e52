#include "registry/curl_transport.h"

#include <curl/curl.h>
#include <dlfcn.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <string_view>
#include <vector>

// curl.h wraps what is variadic in macros that check the types; by a pointer they cannot.
#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace cerebro {
namespace {

constexpr long kSlow = 1024;  // bytes a second

// libcurl and the thirty libraries that it needs are loaded when something is first fetched:
// linking them costs 5 ms of every start, and most scans fetch nothing.
struct Curl {
  decltype(&curl_global_init) global_init;
  decltype(&curl_easy_init) init;
  decltype(&curl_easy_cleanup) cleanup;
  decltype(&curl_easy_reset) reset;
  decltype(&curl_easy_setopt) set;
  decltype(&curl_easy_getinfo) get_info;
  decltype(&curl_easy_perform) perform;
  decltype(&curl_easy_strerror) error_text;
  decltype(&curl_slist_append) append;
  decltype(&curl_slist_free_all) free_all;
};

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// Null when there is none.
const Curl* load_curl() {
  static Curl curl;
#ifdef CEREBRO_STATIC  // a static program can open no library
  void* const library = nullptr;
#else
  void* const library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
#endif
  const bool good = library != nullptr && find(library, "curl_global_init", curl.global_init) &&
                    find(library, "curl_easy_init", curl.init) &&
                    find(library, "curl_easy_cleanup", curl.cleanup) &&
                    find(library, "curl_easy_reset", curl.reset) &&
                    find(library, "curl_easy_setopt", curl.set) &&
                    find(library, "curl_easy_getinfo", curl.get_info) &&
                    find(library, "curl_easy_perform", curl.perform) &&
                    find(library, "curl_easy_strerror", curl.error_text) &&
                    find(library, "curl_slist_append", curl.append) &&
                    find(library, "curl_slist_free_all", curl.free_all) &&
                    curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return good ? &curl : nullptr;
}

const Curl* the_curl() {
  static const Curl* const kCurl = load_curl();
  return kCurl;
}

struct EasyDeleter {
  void operator()(CURL* easy) const { the_curl()->cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { the_curl()->free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

struct Sink {
  Exchange* exchange;
  uint64_t max_bytes;
  bool too_large = false;
};

size_t on_body(char* data, size_t, size_t size, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (sink.exchange->body.size() + size > sink.max_bytes) {
    sink.too_large = true;
    return 0;  // makes curl stop
  }
  sink.exchange->body.append(data, size);
  return size;
}

size_t on_header(char* data, size_t, size_t size, void* user) {
  Exchange& exchange = *static_cast<Sink*>(user)->exchange;
  std::string_view line(data, size);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) exchange.headers.clear();  // an answer after 1xx or a proxy's
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  line.remove_prefix(colon + 1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  exchange.headers[name] = line;
  return size;
}

Exchange::Outcome outcome(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return Exchange::Outcome::kDone;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_BAD_CONTENT_ENCODING:
      return Exchange::Outcome::kUnavailable;
    default:
      return Exchange::Outcome::kBroken;
  }
}

class CurlTransport : public Transport {
 public:
  explicit CurlTransport(const CurlOptions& options) : options_(options) {}

  Exchange get(const Url& url, const Headers& headers, uint64_t max_bytes,
               bool compressed) override {
    Exchange exchange;
    const Curl* const api = the_curl();
    Easy easy = api != nullptr ? take() : nullptr;
    if (!easy) {
      exchange.outcome = Exchange::Outcome::kUnavailable;
#ifdef CEREBRO_STATIC
      exchange.problem = "this is the static program, which fetches nothing: name an archive";
#else
      exchange.problem = "libcurl cannot be started";
#endif
      return exchange;
    }
    List lines;
    for (const auto& [name, value] : headers) {
      curl_slist* longer = api->append(lines.get(), (name + ": " + value).c_str());
      if (longer == nullptr) continue;
      static_cast<void>(lines.release());
      lines.reset(longer);
    }
    Sink sink{&exchange, max_bytes};
    char message[CURL_ERROR_SIZE] = "";
    CURL* curl = easy.get();
    api->reset(curl);  // keeps the connections
    api->set(curl, CURLOPT_URL, url.text().c_str());
    api->set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    api->set(curl, CURLOPT_FOLLOWLOCATION, 0L);
    api->set(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    api->set(curl, CURLOPT_NOSIGNAL, 1L);
    api->set(curl, CURLOPT_USERAGENT, options_.user_agent.c_str());
    api->set(curl, CURLOPT_HTTPHEADER, lines.get());
    api->set(curl, CURLOPT_CONNECTTIMEOUT, options_.connect_timeout_s);
    api->set(curl, CURLOPT_LOW_SPEED_LIMIT, kSlow);
    api->set(curl, CURLOPT_LOW_SPEED_TIME, options_.silence_timeout_s);
    if (!options_.certificates.empty()) {
      api->set(curl, CURLOPT_CAINFO, options_.certificates.c_str());
    }
    if (compressed) api->set(curl, CURLOPT_ACCEPT_ENCODING, "");  // all that curl knows
    api->set(curl, CURLOPT_WRITEFUNCTION, on_body);
    api->set(curl, CURLOPT_WRITEDATA, &sink);
    api->set(curl, CURLOPT_HEADERFUNCTION, on_header);
    api->set(curl, CURLOPT_HEADERDATA, &sink);
    api->set(curl, CURLOPT_ERRORBUFFER, message);
    const CURLcode code = api->perform(curl);
    long status = 0;
    api->get_info(curl, CURLINFO_RESPONSE_CODE, &status);
    exchange.status = static_cast<int>(status);
    exchange.outcome = sink.too_large ? Exchange::Outcome::kTooLarge : outcome(code);
    if (code != CURLE_OK) exchange.problem = *message == '\0' ? api->error_text(code) : message;
    api->set(curl, CURLOPT_ERRORBUFFER, nullptr);
    give(std::move(easy));
    return exchange;
  }

 private:
  Easy take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return Easy(the_curl()->init());
    Easy easy = std::move(idle_.back());
    idle_.pop_back();
    return easy;
  }

  void give(Easy easy) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(easy));
  }

  const CurlOptions options_;
  std::mutex mutex_;
  std::vector<Easy> idle_;
};

}  // namespace

std::unique_ptr<Transport> curl_transport(const CurlOptions& options) {
  return std::make_unique<CurlTransport>(options);
}

}  // namespace cerebro
