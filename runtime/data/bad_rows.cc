#include "data/bad_rows.h"

#include <algorithm>
#include <utility>

namespace hone {
namespace {

constexpr std::size_t kListed = 20;

}  // namespace

void BadRows::Add(std::string where, std::string why) {
  places_.push_back(std::move(where));
  reasons_.push_back(std::move(why));
}

void BadRows::Take(const BadRows& other) {
  places_.insert(places_.end(), other.places_.begin(), other.places_.end());
  reasons_.insert(reasons_.end(), other.reasons_.begin(), other.reasons_.end());
}

Error BadRows::ToError(const std::string& cure) const {
  std::string text = places_[0] + ": " + reasons_[0];
  if (places_.size() > 1) {
    text += " (" + std::to_string(places_.size()) + " bad rows in all, also ";
    for (std::size_t i = 1; i < std::min(kListed, places_.size()); ++i) {
      text += (i > 1 ? ", " : "") + places_[i];
    }
    text += places_.size() > kListed ? ", ...)" : ")";
  }
  return Invalid(text + "; " + cure);
}

std::string BadRows::ToNote() const {
  std::string text = std::to_string(places_.size()) +
                     (places_.size() == 1 ? " bad row" : " bad rows") + " left out: ";
  for (std::size_t i = 0; i < std::min(kListed, places_.size()); ++i) {
    text += (i > 0 ? ", " : "") + places_[i] + " (" + reasons_[i] + ")";
  }
  return places_.size() > kListed ? text + ", ..." : text;
}

}  // namespace hone
