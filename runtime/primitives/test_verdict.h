// What tests said: files of /logs/verifier and the way their command ended -> a verdict.
//
// reward.txt (one number) comes first, then reward.json (numbers by name: "reward", else the one
// there is, else their mean). Rewards are clamped to 0..1; NaN is none. ctrf.json is kept when it
// is a CTRF report.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "ports/container_engine.h"

namespace hone {

struct TestFiles {
  std::optional<std::string> reward_text, reward_json, ctrf_json;
};

struct TestRules {
  bool zero_on_exit = false;  // a command that ends with another code than 0 gives no reward
};

// The members reward, passed, class, code, rewards?, ctrf? of container.Verdict (lua/meta).
Json TestVerdict(const ExecEnd& end, const TestFiles& files, const TestRules& rules);

}  // namespace hone
