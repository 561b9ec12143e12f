// How a text's bytes are stored: 'raw', or 'zstd' when that is smaller. Contexts are reused; one
// thread at a time per object.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace hone {

class TextEncoder {
 public:
  TextEncoder();
  ~TextEncoder();
  struct Encoded {
    std::string_view codec;  // of the column `codec`
    std::string_view data;   // borrowed from the text or from the encoder, until the next call
  };
  Encoded Encode(std::string_view text);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  std::string buffer_;
};

class TextDecoder {
 public:
  TextDecoder();
  ~TextDecoder();
  // kCorrupt when `data` does not give exactly `size_bytes` bytes.
  Result<std::string> Decode(std::string_view codec, std::string_view data, int64_t size_bytes);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace hone
