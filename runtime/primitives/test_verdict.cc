#include "primitives/test_verdict.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace hone {
namespace {

// What one of the files says; `is_broken`: it is there and says nothing that can be used.
struct Reward {
  std::optional<double> value;
  bool is_broken = false;
  Json by_name;
};

std::optional<double> NumberOf(std::string_view text) {
  text = Trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (!is_whole || !std::isfinite(value)) return std::nullopt;
  return value;
}

Reward OfText(const std::string& text) {
  const std::optional<double> value = NumberOf(text);
  return {value, !value, {}};
}

Reward OfJson(const std::string& text) {
  const Result<Json> parsed = Json::Parse(text);
  if (!parsed.ok()) return {std::nullopt, true, {}};
  if (parsed->is_number()) return {parsed->AsDouble(), false, {}};
  Reward reward;
  double sum = 0;
  for (const auto& [name, value] : parsed->members()) {
    if (!value.is_number() || !std::isfinite(value.AsDouble())) continue;
    reward.by_name.Set(name, value);
    sum += value.AsDouble();
  }
  if (reward.by_name.size() == 0) return {std::nullopt, true, {}};
  const Json* named = reward.by_name.Find("reward");
  reward.value =
      named != nullptr ? named->AsDouble() : sum / static_cast<double>(reward.by_name.size());
  return reward;
}

// {summary, tests} of a CTRF report; null when it is none.
Json Ctrf(const std::string& text) {
  const Result<Json> parsed = Json::Parse(text);
  if (!parsed.ok()) return {};
  const Json& results = (*parsed)["results"];
  if (!results["summary"].is_object()) return {};
  Json tests = Json::MakeArray();
  for (const Json& test : results["tests"].items()) {
    if (!test["name"].is_string()) continue;
    Json one = Json::MakeObject({{"name", test["name"]}, {"status", test["status"]}});
    for (const char* field : {"message", "trace"}) {
      if (test[field].is_string()) one.Set(field, test[field]);
    }
    tests.Append(std::move(one));
  }
  return Json::MakeObject({{"summary", results["summary"]}, {"tests", std::move(tests)}});
}

std::string ClassOf(const ExecEnd& end, const Reward& reward, double value, bool is_cut) {
  if (end.timed_out) return "verifier_timeout";
  if (reward.is_broken) return "reward_parse_error";
  if (!reward.value) return "reward_missing";
  return value >= 1 && !is_cut ? "none" : "verifier_fail";
}

}  // namespace

Json TestVerdict(const ExecEnd& end, const TestFiles& files, const TestRules& rules) {
  Reward reward;
  if (files.reward_text) reward = OfText(*files.reward_text);
  if (!reward.value && files.reward_json) {
    const Reward other = OfJson(*files.reward_json);
    if (other.value || !files.reward_text) reward = other;
  }
  const bool is_cut = rules.zero_on_exit && end.exit_code != 0;
  const bool counts = reward.value && !end.timed_out && !is_cut;
  const double value = counts ? std::clamp(*reward.value, 0.0, 1.0) : 0;
  const std::string name = ClassOf(end, reward, value, is_cut);
  Json verdict = Json::MakeObject({{"reward", Json(value)},
                                   {"passed", Json(name == "none")},
                                   {"class", Json(name)},
                                   {"code", Json(end.exit_code)}});
  if (reward.by_name.size() > 0) verdict.Set("rewards", reward.by_name);
  if (files.ctrf_json) {
    Json report = Ctrf(*files.ctrf_json);
    if (!report.is_null()) verdict.Set("ctrf", std::move(report));
  }
  return verdict;
}

}  // namespace hone
