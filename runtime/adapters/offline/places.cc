#include "adapters/offline/places.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"input", "output", "folder", "text"};

struct Place {
  std::string_view kind;  // "" when there is no place here
  std::size_t number = 1;
  std::string_view suffix;
  std::size_t size = 0;  // in bytes, with the brackets
};

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '/' || c == '-';
}

// The place that begins at the front of `text`.
Place PlaceAt(std::string_view text) {
  const std::size_t close = text.find('>');
  if (text.empty() || text[0] != '<' || close == std::string_view::npos) return {};
  std::string_view inside = text.substr(1, close - 1);
  for (const std::string_view kind : kKinds) {
    if (!inside.starts_with(kind)) continue;
    Place place{kind, 1, "", close + 1};
    inside.remove_prefix(kind.size());
    if (!inside.empty() && inside[0] >= '2' && inside[0] <= '9') {
      place.number = static_cast<std::size_t>(inside[0] - '0');
      inside.remove_prefix(1);
    }
    const bool is_file = kind == "input" || kind == "output";
    if (is_file && inside.starts_with('.')) {
      place.suffix = inside.substr(1);
      inside = "";
    }
    if (inside.empty() && is_file == !place.suffix.empty()) return place;
  }
  return {};
}

bool OfTheSystem(std::string_view path) {
  static constexpr std::array<std::string_view, 9> kFolders = {
      "/bin/", "/dev/", "/etc/", "/lib/", "/opt/", "/proc/", "/sys/", "/usr/", "/var/"};
  return std::any_of(kFolders.begin(), kFolders.end(),
                     [&](std::string_view folder) { return path.starts_with(folder); });
}

// One walk over a command's names, texts and places; what `visit` gives takes their place.
// visit(kind, content): 'n' a name ('o' one that is written to), 't' a quoted text.
template <typename Visit>
std::string Walk(std::string_view command, Visit visit) {
  std::string out;
  bool written = false;  // the next name is written to
  std::size_t at = 0;
  while (at < command.size()) {
    const char c = command[at];
    if (const Place place = PlaceAt(command.substr(at)); !place.kind.empty()) {
      out += command.substr(at, place.size);
      at += place.size;
      written = false;
    } else if (c == '"') {
      const std::size_t close = command.find('"', at + 1);
      const std::size_t line = command.find('\n', at);
      if (close == std::string_view::npos || line < close) {
        out += c;
        ++at;
        continue;
      }
      const std::string_view inside = command.substr(at + 1, close - at - 1);
      const bool is_name = IsFileName(inside) || IsFolderName(inside);
      out += '"' + visit(is_name ? (written ? 'o' : 'n') : 't', inside) + '"';
      at = close + 1;
      written = false;
    } else if (IsNameByte(c)) {
      std::size_t end = at;
      while (end < command.size() && IsNameByte(command[end])) ++end;
      const std::string_view word = command.substr(at, end - at);
      out += visit(written ? 'o' : 'n', word);
      written = word == "-o" || word == "--output";
      at = end;
    } else {
      if (c == '>') written = true;
      if (c == '\n' || c == ';' || c == '|' || c == '&') written = false;
      out += c;
      ++at;
    }
  }
  return out;
}

// A text between double quotes of a shell.
std::string Quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '$' || c == '`') out += '\\';
    if (c != '\n' && c != '\r') out += c;
  }
  return out;
}

}  // namespace

std::string WithPlaces(std::string_view command) {
  std::vector<std::string> outputs;
  Walk(command, [&](char kind, std::string_view content) {
    if (kind == 'o') outputs.emplace_back(content);
    return std::string(content);
  });
  std::map<std::string, std::string> places;  // by name
  std::map<std::string, std::size_t> counts;  // by kind and suffix; places that are there count
  for (std::size_t at = 0; at < command.size(); ++at) {
    const Place there = PlaceAt(command.substr(at));
    if (there.kind.empty()) continue;
    std::size_t& count = counts[std::string(there.kind) + "." + std::string(there.suffix)];
    count = std::max(count, there.number);
  }
  const auto place = [&](std::string_view name, std::string kind, std::string_view suffix) {
    std::string& known = places[std::string(name)];
    if (!known.empty()) return known;
    const std::size_t number = ++counts[kind + "." + std::string(suffix)];
    known = "<" + kind + (number > 1 ? std::to_string(number) : "") +
            (suffix.empty() ? "" : "." + std::string(suffix)) + ">";
    return known;
  };
  return Walk(command, [&](char kind, std::string_view content) -> std::string {
    if (kind == 't') {
      const bool plain = !content.empty() && content.find_first_of("$<`") == content.npos;
      return plain ? place(content, "text", "") : std::string(content);
    }
    if (OfTheSystem(content)) return std::string(content);
    if (IsFolderName(content)) return place(content, "folder", "");
    if (!IsFileName(content)) return std::string(content);
    const bool is_output = std::find(outputs.begin(), outputs.end(), content) != outputs.end();
    return place(content, is_output ? "output" : "input", SuffixOf(content));
  });
}

std::optional<FilledCommand> FillPlaces(std::string_view command, const Fillings& fillings) {
  const auto nth = [](const std::vector<std::string>& names, std::string_view suffix,
                      std::size_t number) -> const std::string* {
    for (const std::string& name : names) {
      if ((suffix.empty() || SuffixOf(name) == suffix) && --number == 0) return &name;
    }
    return nullptr;
  };
  FilledCommand out;
  // Outputs first: what a command writes it does not read.
  for (std::size_t at = 0; at < command.size(); ++at) {
    const Place place = PlaceAt(command.substr(at));
    if (place.kind != "output") continue;
    const std::string* name = nth(fillings.outputs, place.suffix, place.number);
    if (name == nullptr) return std::nullopt;
    if (std::find(out.outputs.begin(), out.outputs.end(), *name) == out.outputs.end()) {
      out.outputs.push_back(*name);
    }
  }
  std::vector<std::string> inputs = fillings.inputs;
  for (const std::string& name : fillings.outputs) {
    const bool own = std::find(out.outputs.begin(), out.outputs.end(), name) != out.outputs.end();
    if (!own) inputs.push_back(name);
  }
  int n_places = 0;
  std::size_t at = 0;
  while (at < command.size()) {
    const Place place = PlaceAt(command.substr(at));
    if (place.kind.empty()) {
      out.text += command[at++];
      continue;
    }
    const bool is_text = place.kind == "text";
    const std::vector<std::string>& names = place.kind == "input"    ? inputs
                                            : place.kind == "output" ? fillings.outputs
                                            : place.kind == "folder" ? fillings.folders
                                                                     : fillings.texts;
    const std::string* name = nth(names, place.suffix, place.number);
    if (name == nullptr) return std::nullopt;
    out.text += is_text ? Quoted(*name) : *name;
    at += place.size;
    ++n_places;
  }
  if (n_places == 0) return std::nullopt;
  return out;
}

bool HasNamesFor(std::string_view command, const TaskNames& names) {
  std::map<std::string, std::set<std::string>> wanted;  // places by suffix, or by kind
  for (std::size_t at = 0; at < command.size(); ++at) {
    const Place place = PlaceAt(command.substr(at));
    if (place.kind.empty()) continue;
    const std::string group =
        place.suffix.empty() ? std::string(place.kind) : "." + std::string(place.suffix);
    wanted[group].emplace(command.substr(at, place.size));
  }
  const auto count = [&](const std::string& group) -> std::size_t {
    if (group == "folder") return names.folders.size();
    if (group == "text") return names.texts.size();
    return static_cast<std::size_t>(std::count_if(
        names.files.begin(), names.files.end(),
        [&](const std::string& file) { return "." + std::string(SuffixOf(file)) == group; }));
  };
  return !wanted.empty() && std::all_of(wanted.begin(), wanted.end(), [&](const auto& entry) {
    return entry.second.size() <= count(entry.first);
  });
}

}  // namespace hone::offline
