// Everything that the folder decodes.
#include "fuzz/fuzz.h"
#include "syntax/decode.h"
#include "syntax/encoding.h"
#include "syntax/nfkc.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMost = 1 << 20;
  const std::string_view text = fuzz::text(data, size);
  for (const auto decode : {decode_base64, decode_base32, decode_base16, decode_base85, decode_ascii85,
                            decode_uu, decode_quoted_printable, decode_url, inflate_any, decode_bz2,
                            decode_lzma}) {
    const auto decoded = decode(text, kMost);
    fuzz::require(!decoded || decoded->size() <= kMost + 16);
  }
  (void)decode_rot13(text), (void)looks_like_base64(text), (void)to_utf8(text), (void)nfkc_ascii(text);
  for (size_t at = 0; at < text.size();) (void)next_code_point(text, at);
  return 0;
}
