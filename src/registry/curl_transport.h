#pragma once

// The Transport on libcurl: http and https alone, certificates checked, proxies from the
// environment as curl has it (http_proxy, https_proxy, all_proxy, no_proxy), connections kept open.

#include <memory>
#include <string>

#include "registry/http.h"

namespace cerebro {

struct CurlOptions {
  long connect_timeout_s = 20;
  long silence_timeout_s = 30;  // less than a kilobyte a second for so long is an end
  std::string certificates;     // file of trusted certificates; "" is the system's
  std::string user_agent = "cerebro";
};

std::unique_ptr<Transport> curl_transport(const CurlOptions& options);

}  // namespace cerebro
