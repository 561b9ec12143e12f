// ItemShelf: what the items of an experiment hold, put aside on disk (data/spool_file.h), so that
// memory does not grow with the data: a context is in memory while it is sent to a script, and not
// before. One thread.
#pragma once

#include <memory>

#include "base/json.h"
#include "data/spool_file.h"

namespace hone {

class ItemShelf {
 public:
  static Result<std::shared_ptr<ItemShelf>> Make();

  Result<SpoolFile::Place> Put(const Json& value);
  // The value as it was put. REQUIRES: a place that Put returned.
  [[nodiscard]] Json Take(const SpoolFile::Place& place) const;

 private:
  explicit ItemShelf(SpoolFile file) : file_(std::move(file)) {}

  SpoolFile file_;
};

// A value on a shelf, or null. Copies share the shelf.
class ShelvedJson {
 public:
  ShelvedJson() = default;
  static Result<ShelvedJson> Put(const std::shared_ptr<ItemShelf>& shelf, const Json& value);

  [[nodiscard]] Json Get() const { return shelf_ == nullptr ? Json() : shelf_->Take(place_); }

 private:
  std::shared_ptr<const ItemShelf> shelf_;
  SpoolFile::Place place_;
};

}  // namespace hone
