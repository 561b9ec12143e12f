#include "script/api_table.h"

namespace hone {

std::vector<Library> Libraries() {
  return {{"json", JsonEntries()},     {"text", TextEntries()}, {"re", ReEntries()},
          {"random", RandomEntries()}, {"log", LogEntries()},   {"skill", SkillEntries()},
          {"stats", StatsEntries()},   {"edit", EditEntries()}, {"score", ScoreEntries()}};
}

}  // namespace hone
