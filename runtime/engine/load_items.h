// ItemLoader: the items of an experiment: its mapper makes them of the rows of a reader.
#pragma once

#include <set>
#include <string>

#include "data/bad_rows.h"
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
  // Those of a reply (kDataUnits), which also names rows that the mapper cannot use.
  Status AddItems(const Json& reply);
  // Bad rows are left out when data.skip_bad_rows says so, with a note; else they are an error.
  Status CheckBadRows(const BadRows& of_reader, const Json& params);
  Status GroupItems();
  Status CheckSlices() const;
  Status SetAside();
  Status Narrow();

  ProgramLoader* programs_;
  const LoadOptions& options_;
  LoadedExperiment* out_;
  std::set<std::string> item_ids_;
  std::shared_ptr<ItemShelf> shelf_;
  ShelvedJson empty_;  // a list without members
  BadRows bad_rows_;
};

}  // namespace hone
