// The libraries written in C++, one bind_*.cc file each, and the functions that replace Lua's own.
#pragma once

#include <vector>

#include "script/trampoline.h"

namespace hone {

struct Library {
  const char* name;
  std::vector<Entry> entries;
};

std::vector<Entry> BaseEntries();    // bind_base.cc: tostring, pairs, next, setmetatable, print
std::vector<Entry> StringEntries();  // safe_string.cc: find, match, gmatch, gsub, rep, format
std::vector<Entry> TableEntries();   // safe_table.cc
std::vector<Entry> JsonEntries();    // bind_json.cc
std::vector<Entry> TextEntries();    // bind_text.cc
std::vector<Entry> ReEntries();      // bind_re.cc
std::vector<Entry> RandomEntries();  // bind_random.cc
std::vector<Entry> LogEntries();     // bind_log.cc
std::vector<Entry> HostEntries();    // bind_host.cc: what the prelude is built on; no global
std::vector<Entry> RecordEntries();  // bind_record.cc: the rest of it
std::vector<Entry> SkillEntries();   // bind_skill.cc
std::vector<Entry> StatsEntries();   // bind_stats.cc
std::vector<Entry> EditEntries();    // bind_edit.cc
std::vector<Entry> ScoreEntries();   // bind_score.cc
// bind_mersenne.cc: random.mt19937(seed), beside RandomEntries
int NewMersenneTwister(lua_State* L);

// Every sealed library table.
std::vector<Library> Libraries();

// Keeps Lua's own string.format, on top of the stack, for ours to call; pops it.
void SetPlainFormat(lua_State* L);

}  // namespace hone
