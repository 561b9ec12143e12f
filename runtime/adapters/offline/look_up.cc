#include "adapters/offline/look_up.h"

#include <algorithm>
#include <map>
#include <set>

#include "adapters/offline/jobs.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kWords = 3;  // of the question that are looked for, the longest ones

bool HasTool(const ChatRequest& request, const std::string& name) {
  const Json::Array& tools = request.tools.items();
  return std::any_of(tools.begin(), tools.end(),
                     [&](const Json& tool) { return tool["function"]["name"].AsString() == name; });
}

// The words to look for: numbers first, then the longest.
std::vector<std::string> WantedWords(const std::string& question) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const std::string_view word : Words(question)) {
    if (StemOf(word) != 0 && seen.insert(ToLowerAscii(word)).second) out.emplace_back(word);
  }
  const auto has_digit = [](const std::string& word) {
    return word.find_first_of("0123456789") != std::string::npos;
  };
  std::stable_sort(out.begin(), out.end(), [&](const std::string& a, const std::string& b) {
    if (has_digit(a) != has_digit(b)) return has_digit(a);
    return a.size() > b.size();
  });
  if (out.size() > kWords) out.resize(kWords);
  return out;
}

std::string TextOf(const ChatMessage& message) {
  std::string out;
  for (const Part& part : message.content) out += *part.text;
  return out;
}

// The lines that most calls gave, without their numbers: a line that holds several of the words was
// found as often. A sentence each, for one without a full stop would pass for a heading.
class FoundLines {
 public:
  void Add(const std::string& output) {
    for (const std::string_view raw : Split(output, '\n')) {
      std::string_view line = Trim(raw);
      const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
      if (digits == 0 || !line.substr(digits).starts_with(": ")) continue;
      line.remove_prefix(digits + 2);
      const int count = ++counts_[std::string(line)];
      if (count == 1) order_.emplace_back(line);
      most_ = std::max(most_, count);
    }
  }
  [[nodiscard]] std::string Text() const {
    std::string out;
    for (const std::string& line : order_) {
      if (counts_.at(line) == most_) out += line + ".\n\n";
    }
    return out;
  }

 private:
  std::map<std::string, int> counts_;
  std::vector<std::string> order_;
  int most_ = 0;
};

// Document names of "- name" lines under "Documents:".
std::vector<std::string> DocumentsOf(const std::string& opening) {
  std::vector<std::string> out;
  const std::size_t at = opening.find("Documents:\n");
  if (at == std::string::npos) return out;
  for (const std::string_view line : Split(std::string_view(opening).substr(at + 11), '\n')) {
    if (!line.starts_with("- ")) break;
    out.emplace_back(Trim(line.substr(2)));
  }
  return out;
}

}  // namespace

bool CanLookUp(const ChatRequest& request) {
  return HasTool(request, "grep") && !request.format.is_object();
}

void LookUp(const ChatRequest& request, const ReaderOptions& options, const Slips& slips,
            ChatAnswer* answer) {
  const Prompt prompt(request);
  std::string opening;
  FoundLines found;
  std::size_t asked = 0;
  for (const ChatMessage& message : request.messages) {
    if (message.role == "user") opening += TextOf(message) + "\n";
    if (message.role != "tool") continue;
    ++asked;
    found.Add(TextOf(message));
  }
  // Every word in every document, one call a turn.
  const std::vector<std::string> documents = DocumentsOf(opening);
  const std::vector<std::string> words = WantedWords(prompt.task);
  if (asked < documents.size() * words.size()) {
    const std::string& word = words[asked % words.size()];
    const std::string& document = documents[asked / words.size()];
    const Json arguments = Json::MakeObject({{"path", Json(document)}, {"pattern", Json(word)}});
    const Json function =
        Json::MakeObject({{"name", Json("grep")}, {"arguments", Json(arguments.Dump())}});
    answer->tool_calls =
        Json::MakeArray({Json::MakeObject({{"id", Json("call-" + std::to_string(asked + 1))},
                                           {"type", Json("function")},
                                           {"function", function}})});
    answer->finish_reason = "tool_calls";
    return;
  }
  answer->text =
      ShortAnswer(Job{prompt, std::make_shared<const Reading>(found.Text()), options, slips});
}

}  // namespace hone::offline
