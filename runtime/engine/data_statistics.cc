#include "engine/data_statistics.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kBytesPerToken = 4;

struct Spread {
  int64_t sum = 0, most = 0, count = 0;

  void Add(int64_t value) {
    sum += value;
    most = std::max(most, value);
    ++count;
  }
  [[nodiscard]] Json ToJson() const {
    const double mean = count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
    return Json::MakeObject({{"mean", Json(mean)}, {"max", Json(most)}});
  }
};

struct Tally {
  Spread tasks, rubrics, input;

  [[nodiscard]] Json ToJson(const std::string& category) const {
    return Json::MakeObject({{"category", Json(category)},
                             {"contexts", Json(tasks.count)},
                             {"tasks", Json(tasks.sum)},
                             {"rubrics", Json(rubrics.sum)},
                             {"tasks_per_context", tasks.ToJson()},
                             {"rubrics_per_task", rubrics.ToJson()},
                             {"input_tokens", input.ToJson()}});
  }
};

int64_t BytesOf(const Json& content) {
  auto bytes = static_cast<int64_t>(content.AsString().size());
  for (const Json& part : content.items()) bytes += static_cast<int64_t>(part.AsString().size());
  return bytes;
}

int64_t InputTokens(const Json& task, std::size_t context_bytes) {
  int64_t bytes = 0;
  for (const Json& message : task["messages"].items()) bytes += BytesOf(message["content"]);
  if (bytes == 0) bytes = static_cast<int64_t>(context_bytes) + BytesOf(task["task"]);
  return (bytes + kBytesPerToken - 1) / kBytesPerToken;
}

std::string Number(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string Pad(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(text.size() < width ? width - text.size() : 0, ' ');
  return right ? blanks + text : text + blanks;
}

}  // namespace

Json DataStatistics(const LoadedExperiment& loaded) {
  std::map<std::string, Tally> by_category;
  std::map<std::string, int64_t> separation;
  Tally total;
  int64_t exposed = 0;
  for (const Item& item : loaded.items) {
    const Json report = item.Report();
    Tally& tally = by_category[item.category.empty() ? "(none)" : item.category];
    for (Tally* one : {&tally, &total}) {
      one->tasks.Add(static_cast<int64_t>(report.size()));
      for (const Json& task : report.items()) {
        one->rubrics.Add(static_cast<int64_t>(task["rubrics"].size()));
        one->input.Add(InputTokens(task, item.context_bytes));
      }
      // A context that nobody asks about is still read.
      if (report.size() == 0) one->input.Add(static_cast<int64_t>(item.context_bytes) / 4);
    }
    ++separation[item.separation.empty() ? "not said" : item.separation];
    if (item.separation == "none") exposed += static_cast<int64_t>(report.size());
  }
  Json rows = Json::MakeArray();
  for (const auto& [category, tally] : by_category) rows.Append(tally.ToJson(category));
  if (by_category.size() != 1) rows.Append(total.ToJson("Total"));
  Json words = Json::MakeObject();
  for (const auto& [word, count] : separation) words.Set(word, Json(count));
  return Json::MakeObject({{"tokenizer", Json(kTokenEstimator)},
                           {"separation", std::move(words)},
                           {"exposed_tasks", Json(exposed)},
                           {"rows", std::move(rows)}});
}

std::string RenderDataStatistics(const Json& statistics) {
  std::vector<std::vector<std::string>> lines = {{"category", "contexts", "tasks", "rubrics",
                                                  "tasks/context", "max", "rubrics/task", "max",
                                                  "input tokens", "max"}};
  for (const Json& row : statistics["rows"].items()) {
    const auto spread = [&row](const char* name, int digits) {
      return std::vector<std::string>{Number(row[name]["mean"].AsDouble(), digits),
                                      row[name]["max"].Dump()};
    };
    std::vector<std::string> line = {OneLine(row["category"].AsString(), 60),
                                     row["contexts"].Dump(), row["tasks"].Dump(),
                                     row["rubrics"].Dump()};
    for (const auto& part : {spread("tasks_per_context", 1), spread("rubrics_per_task", 1),
                             spread("input_tokens", 0)}) {
      line.insert(line.end(), part.begin(), part.end());
    }
    lines.push_back(std::move(line));
  }
  std::vector<std::size_t> widths(lines[0].size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      out += (i > 0 ? "  " : "") + Pad(line[i], widths[i], i > 0);
    }
    out += "\n";
  }
  out += "\ntokens: " + statistics["tokenizer"].AsString() + ", an estimate\n";
  out += "separation of context and task:";
  for (const auto& [word, count] : statistics["separation"].members()) {
    out += " " + word + " " + count.Dump();
  }
  const int64_t exposed = statistics["exposed_tasks"].AsInt();
  if (exposed > 0) out += "; " + std::to_string(exposed) + " tasks are exposed";
  return out + "\n";
}

}  // namespace hone
