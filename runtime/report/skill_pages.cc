#include "report/skill_pages.h"

#include "base/text.h"
#include "report/render_html.h"
#include "skill/line_diff.h"

namespace hone {
namespace {

constexpr std::size_t kMostDiffBytes = 20'000;

constexpr const char* kVersions = R"sql(
SELECT a.name AS arm, ru.name AS item, r.replicate, k.step, k.side, k.words, k.skill_id,
       hone_text(k.text_id) AS text, x.hash IS ru.skill_hash AS evaluated
FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
JOIN skills k ON k.unit_id = ru.unit_id JOIN texts x ON x.text_id = k.text_id
WHERE a.experiment_id = :id AND ru.position < :most
  AND r.replicate = (SELECT min(q.replicate) FROM runs q WHERE q.arm_id = a.arm_id)
ORDER BY a.position, ru.position, k.side DESC, k.step, k.path, k.n)sql";

std::string DiffHtml(const std::string& before, const std::string& after) {
  std::string out = "<pre class=\"diff\">";
  std::size_t size = 0;
  for (const DiffLine& line : DiffLines(before, after)) {
    const char* kind = line.kind == '+' ? "add" : line.kind == '-' ? "del" : "";
    out += std::string("<span class=\"") + kind + "\">" + line.kind + " " + EscapeHtml(line.text) +
           "</span>\n";
    size += line.text.size();
    if (size > kMostDiffBytes) {
      out += "<em>cut; hone show skill shows the whole text</em>\n";
      break;
    }
  }
  return out + "</pre>";
}

}  // namespace

Result<std::string> RenderSkills(ReadDatabase& database, const ResultTable& table,
                                 int64_t most_items) {
  const Json params =
      Json::MakeObject({{"id", Json(table.experiment.experiment_id)}, {"most", Json(most_items)}});
  HONE_ASSIGN(const std::vector<Json> rows, database.Query(kVersions, params));
  if (rows.empty()) return std::string("<p>No recipe of this experiment recorded a skill.</p>\n");
  std::string out, arm, group, before;
  bool is_open = false;
  for (const Json& row : rows) {
    const std::string next =
        row["arm"].AsString() + "\n" + row["item"].AsString() + "\n" + row["side"].AsString();
    if (next != group) {
      if (is_open) out += "</details>\n";
      if (row["arm"].AsString() != arm)
        out += "<h3>" + EscapeHtml(row["arm"].AsString()) + "</h3>\n";
      out += "<details><summary>" + EscapeHtml(row["item"].AsString()) + ", " +
             EscapeHtml(row["side"].AsString()) + ", seed " +
             EscapeHtml(row["replicate"].AsString()) + "</summary>\n";
      is_open = true;
      before.clear();
    }
    group = next;
    arm = row["arm"].AsString();
    const std::string text = row["text"].AsString();
    const bool is_same = text == before;
    out += "<h4>step " + EscapeHtml(row["step"].is_null() ? "-" : row["step"].Dump()) + ", " +
           std::to_string(row["words"].AsInt()) + " words" +
           (row["evaluated"].AsInt() != 0 ? " <span class=\"flip up\">evaluated</span>" : "") +
           (is_same ? " <span class=\"quiet\">unchanged</span>" : "") + "</h4>\n";
    if (!is_same) out += DiffHtml(before, text);
    before = text;
  }
  return out + "</details>\n";
}

}  // namespace hone
