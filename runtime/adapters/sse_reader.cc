#include "adapters/sse_reader.h"

namespace hone {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Status SseReader::TooLarge() {
  done_ = true;
  line_.clear();
  data_.clear();
  return Fail(ErrorCode::kBadResponse, "an event of the stream is larger than " +
                                           std::to_string(max_event_bytes_) + " bytes");
}

Status SseReader::Feed(std::string_view bytes, const OnEvent& on_event) {
  while (!done_ && !bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view piece = bytes.substr(0, end);
    if (line_.size() + data_.size() + piece.size() > max_event_bytes_) return TooLarge();
    if (end == std::string_view::npos) {
      line_ += piece;
      return Ok{};
    }
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (line_.empty()) {
      HONE_TRY(Line(piece, on_event));
    } else {
      line_ += piece;
      const std::string line = std::move(line_);
      line_.clear();
      HONE_TRY(Line(line, on_event));
    }
  }
  return Ok{};
}

Status SseReader::Finish(const OnEvent& on_event) {
  if (done_) return Ok{};
  if (!line_.empty()) {
    const std::string line = std::move(line_);
    line_.clear();
    HONE_TRY(Line(line, on_event));
  }
  Dispatch(on_event);
  done_ = true;
  return Ok{};
}

Status SseReader::Line(std::string_view line, const OnEvent& on_event) {
  if (at_start_) {
    at_start_ = false;
    if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  }
  if (line.empty()) {
    Dispatch(on_event);
    return Ok{};
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (data_.size() + value.size() + 1 > max_event_bytes_) return TooLarge();
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (field == "event") {
    type_ = value;
  }
  return Ok{};
}

void SseReader::Dispatch(const OnEvent& on_event) {
  if (has_data_) {
    ++events_;
    if (!on_event({type_, data_})) done_ = true;
  }
  type_.clear();
  data_.clear();
  has_data_ = false;
}

}  // namespace hone
