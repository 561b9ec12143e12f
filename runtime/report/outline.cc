#include "report/outline.h"

#include <string_view>

#include "base/text.h"

namespace hone {
namespace {

bool IsEmpty(const Json& value) {
  if (value.is_null()) return true;
  if (value.is_string()) return value.AsString().empty();
  return (value.is_array() || value.is_object()) && value.size() == 0;
}

bool IsScalar(const Json& value) { return !value.is_array() && !value.is_object(); }

class Outline {
 public:
  explicit Outline(const OutlineOptions& options) : options_(options) {}

  void Members(const Json& object, std::size_t depth) {
    for (const auto& [key, value] : object.members()) {
      if (!IsEmpty(value)) Member(key, value, depth);
    }
  }

  void Items(const Json& list, std::size_t depth) {
    for (const Json& item : list.items()) {
      if (item.is_object()) {
        // The first member takes the dash's line, the others stand below it.
        const std::size_t start = out_.size();
        Members(item, depth + 1);
        const std::size_t dash = start + 2 * depth;
        if (dash < out_.size()) out_[dash] = '-';
      } else if (item.is_array()) {
        Line(depth, "-");
        Items(item, depth + 1);
      } else {
        Scalar("-", item, depth);
      }
    }
  }

  std::string Take() { return std::move(out_); }

  void Scalar(const std::string& label, const Json& value, std::size_t depth) {
    if (!value.is_string()) {
      Line(depth, label + " " + value.Dump());
      return;
    }
    const std::string& text = value.AsString();
    std::string_view shown = text;
    if (!options_.full) shown = Utf8Prefix(text, options_.max_bytes);
    const std::string safe = TerminalSafe(shown);
    if (safe.find('\n') == std::string::npos && safe.size() <= 100) {
      Line(depth, label + " " + safe);
    } else {
      Line(depth, label);
      for (const std::string_view line : Split(safe, '\n')) {
        Line(depth + 1, "| " + std::string(line));
      }
    }
    if (shown.size() < text.size()) {
      Line(depth + 1, "... (" + std::to_string(text.size()) + " bytes; --full shows all)");
    }
  }

 private:
  void Member(const std::string& key, const Json& value, std::size_t depth) {
    const std::string label = OneLine(key, 60) + ":";
    if (IsScalar(value)) {
      Scalar(label, value, depth);
      return;
    }
    Line(depth, label);
    if (value.is_object()) {
      Members(value, depth + 1);
    } else {
      Items(value, depth + 1);
    }
  }

  void Line(std::size_t depth, const std::string& text) {
    out_ += std::string(2 * depth, ' ') + text + "\n";
  }

  const OutlineOptions& options_;
  std::string out_;
};

}  // namespace

std::string RenderOutline(const Json& value, const OutlineOptions& options) {
  Outline outline(options);
  if (value.is_object()) {
    outline.Members(value, 0);
  } else if (value.is_array()) {
    outline.Items(value, 0);
  } else {
    outline.Scalar("", value, 0);
  }
  return outline.Take();
}

}  // namespace hone
