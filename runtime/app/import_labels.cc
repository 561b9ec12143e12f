#include "app/import_labels.h"

#include <map>

#include "adapters/uv_event_loop.h"
#include "app/result_output.h"
#include "base/text.h"
#include "engine/source_tree.h"
#include "store/store.h"

namespace hone {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30U;

// The rubrics of every answer on record, by the key of its call and their number.
Result<std::map<std::pair<std::string, int64_t>, std::string>> RubricsOnRecord(
    const std::string& db) {
  HONE_ASSIGN(const auto database, OpenResults(db));
  std::map<std::pair<std::string, int64_t>, std::string> out;
  HONE_TRY(database->Each(
      "SELECT DISTINCT lower(hex(c.key)), r.n, r.text FROM attempts a JOIN calls c USING (call_id) "
      "JOIN rubrics r USING (task_id) WHERE a.purpose = 'report'",
      Json(), [&out](const auto& /*columns*/, const std::vector<Json>& row) {
        out.emplace(std::pair{row[0].AsString(), row[1].AsInt()}, row[2].AsString());
        return true;
      }));
  return out;
}

class LabelReader {
 public:
  LabelReader(const std::string& file, const std::string& labeller,
              const std::map<std::pair<std::string, int64_t>, std::string>& rubrics)
      : file_(file), labeller_(labeller), rubrics_(rubrics) {}

  Status Read(std::string_view text, std::vector<PutLabel>* labels, LabelCounts* counts) const {
    int64_t line = 0;
    for (const std::string_view raw : Split(text, '\n')) {
      ++line;
      if (Trim(raw).empty()) continue;
      const std::string where = file_ + ":" + std::to_string(line);
      const Result<Json> row = Json::Parse(std::string(raw));
      if (!row.ok() || !row->is_object()) return Invalid(where + ": expected a JSON object");
      const std::string status = ToLowerAscii((*row)["status"].AsString());
      if (status.empty()) {
        ++counts->left_blank;
        continue;
      }
      HONE_ASSIGN(PutLabel label, ReadRow(*row, status, where));
      labels->push_back(std::move(label));
      ++counts->read;
    }
    return Ok{};
  }

 private:
  Result<PutLabel> ReadRow(const Json& row, const std::string& status,
                           const std::string& where) const {
    if (status != "yes" && status != "no") {
      return Invalid(where + ": status: expected \"yes\", \"no\" or nothing, got \"" +
                     OneLine(status, 40) + "\"");
    }
    PutLabel label;
    const Result<Hash> key = Hash::FromHex(row["answer"].AsString());
    if (!key.ok())
      return Invalid(where + ": answer: expected the 64 hex digits of an answer's key");
    label.answer_key = *key;
    label.rubric = row["rubric"].AsInt(-1);
    const auto found = rubrics_.find({row["answer"].AsString(), label.rubric});
    if (found == rubrics_.end()) {
      return Invalid(where + ": answer " + key->Short() + " has no rubric " +
                     std::to_string(label.rubric) + " on record here");
    }
    if (row.Has("text") && row["text"].AsString() != found->second) {
      return Invalid(where +
                     ": text: the rubric on record reads otherwise; this sheet is of another "
                     "version of the task");
    }
    label.rubric_hash = HashOf(found->second);
    label.labeller = row["labeller"].AsString().empty() ? labeller_ : row["labeller"].AsString();
    if (label.labeller.empty()) {
      return Invalid(where + ": labeller: say who graded, in the row or with --labeller NAME");
    }
    label.status = status;
    label.note = row["note"].AsString();
    return label;
  }

  const std::string& file_;
  const std::string& labeller_;
  const std::map<std::pair<std::string, int64_t>, std::string>& rubrics_;
};

}  // namespace

Result<LabelCounts> ImportLabels(const std::string& db, const std::string& file,
                                 const std::string& labeller) {
  HONE_ASSIGN(const auto rubrics, RubricsOnRecord(db));
  HONE_ASSIGN(const std::string text, ReadSourceFile(file, kMostBytes));
  LabelCounts counts;
  std::vector<PutLabel> labels;
  HONE_TRY(LabelReader(file, labeller, rubrics).Read(text, &labels, &counts));
  UvEventLoop loop;
  Store::Options options;
  options.path = db;
  HONE_ASSIGN(auto store,
              Store::Open(std::move(options), [&loop](auto task) { loop.Post(std::move(task)); }));
  for (PutLabel& label : labels) store->Write(std::move(label));
  Status flushed;
  bool done = false;
  store->Flush([&](Status status) {
    flushed = std::move(status);
    done = true;
    loop.Stop();
  });
  while (!done) loop.Run();
  if (!flushed.ok()) return flushed.error();
  return counts;
}

}  // namespace hone
