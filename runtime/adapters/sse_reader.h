// SseReader: server-sent events (WHATWG HTML, 9.2) out of bytes that arrive cut anywhere.
//
// Lines end with LF, CR or CRLF; a first byte order mark and comment lines are skipped; several
// data lines are joined with a line feed; an event without data is dropped. Only `event` and `data`
// are read: nobody reconnects to a paid stream, so ids and retry times mean nothing here.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

// Borrowed: valid until the callback returns.
struct SseEvent {
  std::string_view type;  // "" when the stream names none
  std::string_view data;
};

class SseReader {
 public:
  // False: enough was read. The reader is done then, further bytes are ignored.
  using OnEvent = std::function<bool(const SseEvent&)>;

  // `max_event_bytes` bounds one event and thereby the memory: one line and its event are held.
  explicit SseReader(std::size_t max_event_bytes = 8U << 20U) : max_event_bytes_(max_event_bytes) {}

  // Reports the events that these bytes complete. kBadResponse when one is too large; from then on
  // bytes are ignored.
  Status Feed(std::string_view bytes, const OnEvent& on_event);
  // The stream has ended. Its last event is reported although the empty line behind it is missing
  // (the standard drops it, but some servers forget that line after the last event); whether its
  // data is whole is for the reader of the data to find out.
  Status Finish(const OnEvent& on_event);
  // True once `on_event` said that it is enough, or an event was too large.
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] int64_t events() const { return events_; }  // reported so far

 private:
  Status Line(std::string_view line, const OnEvent& on_event);
  void Dispatch(const OnEvent& on_event);
  Status TooLarge();

  std::size_t max_event_bytes_;
  std::string line_;  // the begun line
  std::string type_, data_;
  bool has_data_ = false;
  bool at_start_ = true;   // a byte order mark may come
  bool after_cr_ = false;  // an LF belongs to the CR before it
  bool done_ = false;
  int64_t events_ = 0;
};

}  // namespace hone
