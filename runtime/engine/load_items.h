// ItemLoader: the items of an experiment: its mapper makes them of the rows of a reader.
#pragma once

#include <set>
#include <string>

#include "engine/load_program.h"

namespace hone {

class ItemLoader {
 public:
  // The module that `data.file { "my_mapper.lua" }` names.
  static constexpr const char* kUserMapper = "user.mapper";

  // All must outlive the loader.
  ItemLoader(ProgramLoader* programs, const LoadOptions& options, LoadedExperiment* out)
      : programs_(programs), options_(options), out_(out) {}

  // Fills items and data_hash, checks the slices of the arms, sets selection items aside for a
  // search, then takes the subset of --only and --limit.
  Status Load();

 private:
  Error DataError(const Error& error) const;
  Status AddItems(const Json& units);
  Status CheckSlices() const;
  Status SetAside();
  Status Narrow();

  ProgramLoader* programs_;
  const LoadOptions& options_;
  LoadedExperiment* out_;
  std::set<std::string> item_ids_;
};

}  // namespace hone
