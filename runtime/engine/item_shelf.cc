#include "engine/item_shelf.h"

namespace hone {

Result<std::shared_ptr<ItemShelf>> ItemShelf::Make() {
  HONE_ASSIGN(SpoolFile file, SpoolFile::Make());
  return std::shared_ptr<ItemShelf>(new ItemShelf(std::move(file)));
}

Result<SpoolFile::Place> ItemShelf::Put(const Json& value) { return file_.Append(value.Dump()); }

Json ItemShelf::Take(const SpoolFile::Place& place) const {
  const Result<std::string> text = file_.Read(place);
  HONE_CHECK(text.ok());  // the file is this process's own, and nobody else can reach it
  Result<Json> value = Json::Parse(*text);
  HONE_CHECK(value.ok());
  return std::move(value).value();
}

Result<ShelvedJson> ShelvedJson::Put(const std::shared_ptr<ItemShelf>& shelf, const Json& value) {
  ShelvedJson out;
  HONE_ASSIGN(out.place_, shelf->Put(value));
  out.shelf_ = shelf;
  return out;
}

}  // namespace hone
