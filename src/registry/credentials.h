#pragma once

// Who we are, to whom. A credential belongs to a place, "//host:port/path/"; it is given to
// requests at and below that place and to nothing else, after a redirect too.

#include <map>
#include <string>
#include <string_view>

#include "registry/url.h"

namespace cerebro {

std::string base64(std::string_view bytes);
std::string base64_decoded(std::string_view text);  // "" when it is not base64

class Credentials {
 public:
  // `place` as npm writes it: "//host:port/path/". A later one of the same place wins.
  void add(std::string_view place, std::string authorization);
  void add_basic(std::string_view place, std::string_view user, std::string_view password);
  // For every port and path of a host, where nothing else is known (netrc).
  void add_host(const std::string& host, std::string authorization);
  // The lines of a netrc file. The "default" entry is for any host, so it is not used.
  void add_netrc(std::string_view text);

  // The value of the Authorization header, or "".
  std::string authorization(const Url& url) const;

 private:
  std::map<std::string, std::string> places_, hosts_;
};

}  // namespace cerebro
