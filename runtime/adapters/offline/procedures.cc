#include "adapters/offline/procedures.h"

#include <algorithm>

#include "adapters/offline/outline.h"
#include "adapters/offline/places.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::string_view kFence = "```";

// The text behind "# " to "#### ", "" for another line. A prompt "# " may stand before it.
std::string_view HeadingIn(std::string_view line) {
  const std::size_t marks = line.find_first_not_of('#');
  if (marks == 0 || marks > 4 || marks == std::string_view::npos || line[marks] != ' ') return "";
  line = Trim(line.substr(marks));
  return line.starts_with('#') ? HeadingIn(line) : line;  // behind a prompt
}

// Here a tool's output ends (quoted in another's or not), or another speaks.
bool EndsOutput(std::string_view line) {
  return line == "</terminal>" || line == "<\\/terminal>" ||
         (line.starts_with('[') && line.ends_with(']'));
}

bool IsShell(std::string_view language) {
  return language == "sh" || language == "bash" || language == "shell";
}

class Reader {
 public:
  Instructions Read(std::string_view text) {
    for (const std::string_view raw : Split(text, '\n')) {
      std::string_view line = raw;
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      Line(line);
    }
    EndSection();
    return std::move(out_);
  }

 private:
  enum class Block { kNone, kShell, kOther };

  void Line(std::string_view line) {
    if (Trim(line).starts_with(kFence)) {
      const std::string_view language = Trim(Trim(line).substr(kFence.size()));
      // A bare fence ends a block and never begins one: a whole transcript may stand between two.
      block_ = language.empty() ? Block::kNone : IsShell(language) ? Block::kShell : Block::kOther;
      return;
    }
    if (block_ == Block::kOther) return;
    if (block_ == Block::kShell) {
      command_ += line;
      command_ += '\n';
      return;
    }
    const std::string_view heading = HeadingIn(line);
    if (!heading.empty()) {
      EndSection();
      heading_ = heading;
      if (line[1] == ' ') title_ = heading;
    } else if (EndsOutput(line)) {
      EndSection();
    } else if (Trim(line).empty()) {
      EndParagraph();
    } else {
      const bool item = Trim(line).starts_with("- ");
      if (item) EndParagraph();
      paragraph_ += item ? Trim(line).substr(2) : line;
      paragraph_ += ' ';
    }
  }

  void EndParagraph() {
    for (std::string& sentence : SentencesOf(Collapse(paragraph_))) {
      sentences_.push_back(std::move(sentence));
    }
    paragraph_.clear();
  }

  void EndSection() {
    EndParagraph();
    if (!heading_.empty() && !Trim(command_).empty()) {
      out_.procedures.push_back(
          {title_, heading_, std::move(sentences_), WithPlaces(std::string(Trim(command_)))});
    } else if (!heading_.empty()) {
      for (std::string& sentence : sentences_) out_.notes.push_back({title_, std::move(sentence)});
    }
    sentences_.clear();
    heading_.clear();
    command_.clear();
  }

  Instructions out_;
  std::string title_;
  std::string heading_;
  std::string paragraph_;
  std::vector<std::string> sentences_;
  std::string command_;
  Block block_ = Block::kNone;
};

}  // namespace

Instructions ReadInstructions(std::string_view text) { return Reader().Read(text); }

int MatchOf(const Procedure& procedure, const std::vector<uint64_t>& task_stems) {
  const std::vector<uint64_t> heading = StemsOf(procedure.heading);
  std::string all = procedure.heading;
  for (const std::string& rule : procedure.rules) all += " " + rule;
  const std::vector<uint64_t> stems = StemsOf(all);
  int match = 0;
  for (const uint64_t stem : task_stems) {
    if (HasStem(stems, stem)) match += HasStem(heading, stem) ? 2 : 1;
  }
  return match;
}

bool HeadingIsIn(const Procedure& procedure, const std::vector<uint64_t>& task_stems) {
  const std::vector<uint64_t> heading = StemsOf(procedure.heading);
  return !heading.empty() && std::all_of(heading.begin(), heading.end(),
                                         [&](uint64_t stem) { return HasStem(task_stems, stem); });
}

}  // namespace hone::offline
