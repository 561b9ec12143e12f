#include "store/text_codec.h"

#include <zstd.h>

namespace hone {
namespace {

// Below this a frame's header eats what compression saves.
constexpr std::size_t kCompressMinBytes = 512;
// The writer thread is shared by all calls: level 1 costs a third of level 3 for about 5 % more
// bytes.
constexpr int kLevel = 1;
constexpr int64_t kMaxTextBytes = int64_t{1} << 30;

}  // namespace

void TextEncoder::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void TextDecoder::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

TextEncoder::TextEncoder() : context_(ZSTD_createCCtx()) { HONE_CHECK(context_ != nullptr); }
TextEncoder::~TextEncoder() = default;
TextDecoder::TextDecoder() : context_(ZSTD_createDCtx()) { HONE_CHECK(context_ != nullptr); }
TextDecoder::~TextDecoder() = default;

TextEncoder::Encoded TextEncoder::Encode(std::string_view text) {
  if (text.size() < kCompressMinBytes) return {"raw", text};
  const std::size_t bound = ZSTD_compressBound(text.size());
  if (buffer_.size() < bound) buffer_.resize(bound);
  const std::size_t size = ZSTD_compressCCtx(context_.get(), buffer_.data(), buffer_.size(),
                                             text.data(), text.size(), kLevel);
  if (ZSTD_isError(size) != 0 || size >= text.size()) return {"raw", text};
  return {"zstd", std::string_view(buffer_).substr(0, size)};
}

Result<std::string> TextDecoder::Decode(std::string_view codec, std::string_view data,
                                        int64_t size_bytes) {
  const Error corrupt = Fail(ErrorCode::kCorrupt, "a stored text does not decode");
  if (codec == "raw") {
    if (static_cast<int64_t>(data.size()) != size_bytes) return corrupt;
    return std::string(data);
  }
  if (codec != "zstd" || size_bytes < 0 || size_bytes > kMaxTextBytes) return corrupt;
  // The frame's own statement first: a forged size must not make us allocate.
  if (ZSTD_getFrameContentSize(data.data(), data.size()) !=
      static_cast<unsigned long long>(size_bytes)) {
    return corrupt;
  }
  std::string text(static_cast<std::size_t>(size_bytes), '\0');
  const std::size_t size =
      ZSTD_decompressDCtx(context_.get(), text.data(), text.size(), data.data(), data.size());
  if (ZSTD_isError(size) != 0 || size != text.size()) return corrupt;
  return text;
}

}  // namespace hone
