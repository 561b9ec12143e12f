#include "engine/matrix.h"

#include <boost/test/unit_test.hpp>

#include "engine/arm_pattern.h"
#include "engine/item_filter.h"
#include "engine/loaded_experiment.h"

namespace hone {
namespace {

const char* const kTwoByTwo = R"({
  "name": "demo",
  "data": {"mapper": "documents", "params": {"path": "texts"}},
  "models": {"judge": "offline/reader"},
  "base": {"recipe": "ctx2skill"},
  "matrix": {
    "models": [{"name": "A", "settings": {"default": "offline/a"}},
               {"name": "B", "settings": {"default": "offline/b", "judge": "offline/j"}}],
    "slices": [{"name": "All", "settings": {}},
               {"name": "Rules", "settings": {"category": "rules"}}]
  },
  "arms": [
    {"name": "None", "settings": {"recipe": "no_skill"}},
    {"name": "Full", "settings": {}},
    {"name": "Foreign", "settings": {"skills_from": {"arm": "Full", "model": "B", "slice": "All"},
                                     "only": {"model": "A"}}},
    {"name": "Same", "settings": {"skills_from": "Full"}}
  ],
  "table": {"baseline": "None"}
})";

Result<Experiment> ReadChanged(const char* patch) {
  Json value = *Json::Parse(kTwoByTwo);
  const Json changes = *Json::Parse(patch);
  for (const auto& [key, member] : changes.members()) value.Set(key, member);
  return ReadExperiment(value, "x.lua", {});
}

const ArmSpec& Named(const Experiment& experiment, const std::string& name) {
  for (const ArmSpec& arm : experiment.arms) {
    if (arm.name == name) return arm;
  }
  BOOST_FAIL("no arm " + name);
  return experiment.arms[0];
}

BOOST_AUTO_TEST_SUITE(matrix)

BOOST_AUTO_TEST_CASE(arms_stand_in_every_place_with_its_models_and_items) {
  const Result<Experiment> got = ReadChanged("{}");
  BOOST_REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  BOOST_TEST(got->arms.size() == 14U);  // four places of three arms, two of "Foreign"
  BOOST_TEST(got->arms[0].name == "A, All: None");
  const ArmSpec& arm = Named(*got, "B, Rules: Full");
  BOOST_TEST(arm.models.at("default") == "offline/b");
  BOOST_TEST(arm.models.at("judge") == "offline/j");
  BOOST_TEST(Named(*got, "A, Rules: Full").models.at("judge") == "offline/reader");
  BOOST_TEST(arm.slice.Dump() == R"({"category":"rules"})");
  BOOST_TEST(Named(*got, "B, All: Full").slice.is_null());
  BOOST_TEST(arm.labels.Dump() == R"({"model":"B","slice":"Rules","arm":"Full"})");
}

BOOST_AUTO_TEST_CASE(names_mean_the_same_place_first_and_tables_another) {
  const Result<Experiment> got = ReadChanged("{}");
  BOOST_REQUIRE(got.ok());
  BOOST_TEST(Named(*got, "B, Rules: Full").baseline == "B, Rules: None");
  BOOST_TEST(Named(*got, "B, Rules: None").baseline == "");
  BOOST_TEST(Named(*got, "A, Rules: Same").skills_from == "A, Rules: Full");
  BOOST_TEST(Named(*got, "A, Rules: Foreign").skills_from == "B, All: Full");
  const Result<Experiment> full = ReadChanged(R"({"table": {"baseline": "A, All: None"}})");
  BOOST_REQUIRE(full.ok());
  BOOST_TEST(Named(*full, "B, Rules: Full").baseline == "A, All: None");
}

struct Bad {
  const char* patch;
  const char* message;
};

BOOST_AUTO_TEST_CASE(bad_matrices_name_field_and_cure) {
  const Bad cases[] = {
      {R"({"matrix": {}})", "x.lua: matrix: names neither models nor slices"},
      {R"({"matrix": {"model": []}})",
       "x.lua: matrix.model: unknown field; did you mean 'models'?"},
      {R"({"matrix": {"models": []}})", "x.lua: matrix.models: expected a list"},
      {R"({"matrix": {"slices": [{"name": "A", "settings": {}}, {"name": "A", "settings": {}}]},
           "models": "offline/a"})",
       "matrix.slices[2]: a second one named 'A'"},
      {R"({"table": {"baseline": "Nome"}})", "'Nome', which is not there; did you mean 'None'?"},
      {R"({"arms": [{"name": "X", "settings": {"only": {"model": "C"}}}]})",
       "x.lua: arms[1].only.model: the matrix has no 'C'"},
      {R"({"arms": [{"name": "X", "settings": {"skills_from": {"arm": "Y"}}}], "table": null})",
       "refers to the arm 'A, All: Y', which is not there"},
      {R"({"arms": [{"name": "X", "settings": {"skills_from": {"model": "B"}}}], "table": null})",
       "arms[1].skills_from.arm: missing"},
      {R"({"arms": [{"name": "X", "settings": {"skills_from": "Y"}},
                    {"name": "Y", "settings": {"skills_from": "X"}}], "table": null})",
       "'A, All: X' takes its skills from itself in the end"},
      {R"({"replicates": 0})", "x.lua: replicates: expected a whole number from 1"},
      {R"({"replicates": 2, "seeds": [1]})", "x.lua: replicates: give either seeds or replicates"},
      {R"({"prompts": "mine.md"})", "x.lua: prompts: expected a table of prompt = \"file.md\""},
  };
  for (const Bad& c : cases) {
    const Result<Experiment> got = ReadChanged(c.patch);
    BOOST_TEST_CONTEXT(c.patch) {
      BOOST_REQUIRE(!got.ok());
      BOOST_TEST(got.error().message.find(c.message) != std::string::npos, got.error().message);
    }
  }
}

BOOST_AUTO_TEST_CASE(replicates_count_seeds_and_an_override_replaces_them) {
  const Result<Experiment> got = ReadChanged(R"({"replicates": 3})");
  BOOST_REQUIRE(got.ok());
  BOOST_TEST((got->seeds == std::vector<std::string>{"1", "2", "3"}));
  Json value = *Json::Parse(kTwoByTwo);
  value.Set("replicates", Json(3));
  const Result<Experiment> other = ReadExperiment(value, "x.lua", {"seeds=7"});
  BOOST_REQUIRE(other.ok());
  BOOST_TEST((other->seeds == std::vector<std::string>{"7"}));
}

Item ItemWith(const char* fields) {
  Item item;
  item.fields = *Json::Parse(fields);
  item.id = item.fields["id"].AsString();
  return item;
}

BOOST_AUTO_TEST_CASE(slices_are_equal_fields) {
  std::vector<Item> items;
  items.push_back(ItemWith(R"({"id": "a", "category": "rules", "year": 2024})"));
  items.push_back(ItemWith(R"({"id": "b", "category": "facts"})"));
  const std::pair<const char*, const char*> cases[] = {
      {R"({"category": "rules"})", "a"},
      {R"({"category": ["rules", "facts"]})", "ab"},
      {R"({"items": ["b"]})", "b"},
      {R"({"year": "2024"})", "a"},
      {R"({"year": 2024, "items": "a"})", "a"}};
  for (const auto& [filter, want] : cases) {
    std::string got;
    for (const Item& item : items) got += IsInSlice(item, *Json::Parse(filter)) ? item.id : "";
    BOOST_TEST(got == want, filter);
    BOOST_TEST(CheckFilter("w", *Json::Parse(filter), items).ok());
  }
  BOOST_TEST(IsInSlice(items[0], Json()));
  const std::pair<const char*, const char*> bad[] = {
      {R"({"categori": "rules"})", "w.categori: no item has this field; did you mean 'category'?"},
      {R"({"category": "rule"})", "w.category: no item has 'rule'; did you mean 'rules'?"},
      {R"({"category": "facts", "year": 2024})", "w: no item has all of these"}};
  for (const auto& [filter, want] : bad) {
    const Status got = CheckFilter("w", *Json::Parse(filter), items);
    BOOST_REQUIRE(!got.ok());
    BOOST_TEST(got.error().message == want);
  }
}

BOOST_AUTO_TEST_CASE(arms_are_meant_by_name_or_glob) {
  const std::vector<std::string> names = {"A: x", "A: y", "B: x", "w/o [it] *"};
  BOOST_TEST(IsChosenArm({}, "anything"));
  BOOST_TEST(IsChosenArm({"A: *"}, "A: y"));
  BOOST_TEST(IsChosenArm({"*: x"}, "B: x"));
  BOOST_TEST(!IsChosenArm({"*: x"}, "A: y"));
  BOOST_TEST(IsChosenArm({"w/o [it] *"}, "w/o [it] *"));
  BOOST_TEST(IsChosenArm({"?: y"}, "A: y"));
  BOOST_TEST(CheckArmPatterns({"A: *", "B: x"}, names).ok());
  const Status bad = CheckArmPatterns({"B: y"}, names);
  BOOST_REQUIRE(!bad.ok());
  BOOST_TEST(bad.error().message.find("--arm B: y: no such arm; did you mean") == 0U,
             bad.error().message);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
