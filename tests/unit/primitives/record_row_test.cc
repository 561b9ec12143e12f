// What a recipe records of an attempt, as the columns of its table.
#include "primitives/record_row.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

Json FieldsOf(const std::string& fields) {
  Json body = Json::MakeObject({{"table", "attempts"}, {"path", "1"}, {"n", 1}});
  body.Set("fields", *Json::Parse(fields));
  const auto row = ReadRecord(body, HashOf("unit"), PartReceiver());
  if (!row.ok()) throw std::runtime_error(row.error().message);
  return row->fields;
}

BOOST_AUTO_TEST_SUITE(record_row)

BOOST_AUTO_TEST_CASE(a_verdict_is_spread_over_its_columns) {
  const Json fields = FieldsOf(R"({"purpose":"report","score":0.5,"verdict":{"graded":true,
      "solved":false,"n_pass":1,"n_rubrics":2,"status":["yes","no"],"reasons":["a"]}})");
  BOOST_TEST(fields["graded"].AsInt() == 1);
  BOOST_TEST(fields["solved"].AsInt() == 0);
  BOOST_TEST(fields["n_pass"].AsInt() == 1);
  BOOST_TEST(fields["score"].AsDouble() == 0.5);
  BOOST_TEST(fields["verdicts"].size() == 2U);
  BOOST_TEST(!fields.Has("verdict"));
}

BOOST_AUTO_TEST_CASE(no_judgement_stands_where_the_world_failed) {
  const Json fields = FieldsOf(R"({"purpose":"report","infrastructure":true,"score":1,
      "failure_class":"image","verdict":{"graded":true,"solved":true,"n_pass":2,"n_rubrics":2,
      "status":["yes","yes"]}})");
  BOOST_TEST(fields["graded"].AsInt() == 0);
  BOOST_TEST(fields["solved"].AsInt() == 0);
  BOOST_TEST(fields["n_pass"].AsInt() == 0);
  BOOST_TEST(fields["n_rubrics"].AsInt() == 2);
  BOOST_TEST(fields["ungraded_reason"].AsString() == "infrastructure: image");
  BOOST_TEST(fields["verdicts"].size() == 0U);
  BOOST_TEST(!fields.Has("score"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
