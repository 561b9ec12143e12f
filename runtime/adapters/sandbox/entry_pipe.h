// A tree stream through a socket, between hone and the keeper inside a container.
//
// Both ends may be hostile to the other: sizes are bounded, and an end that stays silent for
// kSilenceMs is given up (kTimeout). Blocks its thread. Descriptors are borrowed.
#pragma once

#include <string>
#include <string_view>

#include "adapters/sandbox/tree_entry.h"

namespace hone {

class EntryPipeWriter final : public TreeSink {
 public:
  explicit EntryPipeWriter(int fd);
  Status Begin(const TreeEntry& entry) override;
  Status Data(std::string_view bytes) override;
  Status Finish() override;
  // In place of Finish: the reader gets this error.
  Status Abort(const Error& error);

 private:
  Status Flush();
  int fd_;
  std::string buffer_;
};

// Reads entries into `sink` until the writer's Finish; its Abort comes out as this error.
Status ReadEntryPipe(int fd, TreeSink* sink);

// A sink that keeps nothing: for the answer of an end that only says whether all went well.
class NoSink final : public TreeSink {
 public:
  Status Begin(const TreeEntry& /*entry*/) override { return Ok{}; }
  Status Data(std::string_view /*bytes*/) override { return Ok{}; }
  Status Finish() override { return Ok{}; }
};

}  // namespace hone
