// Labels of choices and ranges of cells. Values follow from the rules of SkillOpt's
// LiveMathematicianBench and SpreadsheetBench (bdfdc30), by hand as said beside them.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "skill/answer_scores.h"
#include "skill/choice_label.h"
#include "skill/sheet_ranges.h"

namespace hone {
namespace {

BOOST_AUTO_TEST_SUITE(benchmark_scores)

BOOST_AUTO_TEST_CASE(labels_of_choices) {
  const std::vector<Choice> choices = {{"A", "x = 1"}, {"B", "B"}, {"C", "No such Number"}};
  struct Case {
    const char* answer;
    const char* label;
  };
  const Case cases[] = {
      {"A", "A"},
      {" a) ", "A"},             // stripped, capital, ")" gone
      {"b.", "B"},               //
      {"C.):", "C"},             // all trailing marks go
      {"(A)", "(A"},             // a leading mark stays, so it is no label
      {"no such number", "C"},   // the text of a choice, whatever the case
      {"x = 1", "A"},            //
      {"A: because of x", "A"},  // the first word, read as a label
      {"Answer A", "ANSWER A"},  // "ANSWER" is none: unparsed
      {"D", "D"},                // a label that no choice has
      {"", ""},
      {"\xC2\xA0"
       "c \n",
       "C"},  // white space of Unicode, as str.strip
  };
  for (const Case& one : cases) {
    BOOST_TEST(ChoiceLabel(one.answer, choices) == one.label, one.answer);
  }
  BOOST_TEST(ChoiceLabel("a", {}) == "A");
}

Json Book(const std::string& text) {
  const Result<Json> book = Json::Parse(text);
  BOOST_REQUIRE(book.ok());
  return *book;
}

BOOST_AUTO_TEST_CASE(cells_of_a_position) {
  const Json gold = Book(R"({"sheets": [
      {"name": "Sums", "cells": {"A1": 1, "A2": "2.004", "B1": "total", "C1": true,
                                 "D1": {"time": "10:30:00"}, "E1": {"datetime": 45000.4}}},
      {"name": "My, sheet", "cells": {"A1": 5}}, {"name": "Other one", "cells": {"AA10": "x"}}]})");
  const Json given = Book(R"({"sheets": [
      {"name": "Other one", "cells": {"AA10": "x", "A1": 7}},
      {"name": "Sums", "cells": {"A1": 1.001, "A2": 2, "B1": "Total", "C1": 1,
                                 "D1": {"time": "10:30:59"}, "E1": 45000, "F1": ""}}]})");
  struct Case {
    const char* position;
    bool same;
    int64_t cells, right;
    const char* problem;  // a part of it
  };
  const Case cases[] = {
      {"A1", true, 1, 1, ""},      // the first sheet of the right workbook, not of the other
      {"A1:A2", true, 2, 2, ""},   // both round to 1.00 and 2.00; a text that is a number
      {"A1:B1", false, 2, 1, ""},  // texts are exact
      {"C1", true, 1, 1, ""},      // a boolean is a number
      {"D1", true, 1, 1, ""},      // a time without its last three characters
      {"E1", true, 1, 1, ""},      // a date as its serial day, rounded; numbers beside it
      {"F1:G2", true, 4, 4, ""},   // "" is empty, and so is a cell that is not there
      {"Sums!A1, Sums!B1", false, 2, 1, ""},
      {"'Other one'!AA10", true, 1, 1, ""},
      {"\"Other one\"!$AA$10", true, 1, 1, ""},
      {"B2:A1", true, 0, 0, ""},  // reversed: nothing differs
      {"", true, 0, 0, ""},
      {" , ", true, 0, 0, ""},
      {"Absent!A1", false, 0, 0, "right workbook has no sheet 'Absent'"},
      {"A1,Gone!A1", false, 1, 1, "right workbook has no sheet 'Gone'"},
      {"'My, sheet'!A1", false, 0, 0, "is no range"},  // a comma splits, in quotes too
      {"A:A", false, 0, 0, "is no range"},
      {"A1:XFE2", false, 0, 0, "is no range"},  // past the last column
      {"A1:XFD1048576", false, 0, 0, "more than"},
  };
  for (const Case& one : cases) {
    const RangesReport report = CompareRanges(given, gold, one.position);
    BOOST_TEST(report.same == one.same, one.position);
    BOOST_TEST(report.cells == one.cells, one.position);
    BOOST_TEST(report.right == one.right, one.position);
    BOOST_TEST(report.problem.find(one.problem) != std::string::npos, report.problem);
    BOOST_TEST(report.problem.empty() == std::string(one.problem).empty(), report.problem);
  }
  const Json less = Book(R"({"sheets": [{"name": "Other one", "cells": {}}]})");
  BOOST_TEST(CompareRanges(less, gold, "A1").problem == "there is no sheet 'Sums'");
  BOOST_TEST(CompareRanges(given, Book("{}"), "A1").problem ==
             "the right workbook has no sheet ''");
  const RangesReport wrong = CompareRanges(given, gold, "A1:B1");
  BOOST_REQUIRE_EQUAL(wrong.wrong.size(), 1U);
  BOOST_TEST(wrong.wrong[0].sheet == "Sums");
  BOOST_TEST(wrong.wrong[0].cell == "B1");
  BOOST_TEST(wrong.wrong[0].prediction.AsString() == "Total");
}

BOOST_AUTO_TEST_CASE(names_of_columns_are_counted_as_sheets_do) {
  // Z is the 26th column, AA the 27th, ZZ the 702nd, AAA the 703rd.
  Json cells = Json::MakeObject();
  for (const char* name : {"Z1", "AA1", "ZZ1", "AAA1"}) cells.Set(name, Json(1));
  const auto sheet = Json::MakeObject({{"name", Json("s")}, {"cells", cells}});
  const Json book = Json::MakeObject({{"sheets", Json::MakeArray({sheet})}});
  const auto empty = Json::MakeObject({{"name", Json("s")}, {"cells", Json::MakeObject()}});
  const Json none = Json::MakeObject({{"sheets", Json::MakeArray({empty})}});
  const RangesReport report = CompareRanges(none, book, "A1:AAB1");
  BOOST_TEST(report.cells == 704);
  std::string names;
  for (const WrongCell& cell : report.wrong) names += cell.cell + " ";
  BOOST_TEST(names == "Z1 AA1 ZZ1 AAA1 ");
}

// round(x, 2) is the nearest two-digit decimal of the binary value, ties to even: what "%.2f"
// prints.
BOOST_AUTO_TEST_CASE(cents_are_rounded_as_the_decimal_of_the_number) {
  const auto printed = [](double value) {
    char text[400];
    std::snprintf(text, sizeof text, "%.2f", value);
    return std::strtod(text, nullptr);
  };
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    // Numbers of three digits behind the point: every fifth is next to a tie, or on one.
    double value =
        static_cast<double>(static_cast<int64_t>(random() % 2'000'000'000) - 1'000'000'000);
    value /= i % 2 == 0 ? 1000 : 8;
    if (i % 3 == 0) value = std::nextafter(value, i % 6 == 0 ? HUGE_VAL : -HUGE_VAL);
    BOOST_REQUIRE_EQUAL(RoundToCents(value), printed(value));
  }
  for (const double value :
       {0.0, -0.0, 0.005, 0.015, 1.005, 2.675, 0.125, -0.125, 1e15 / 3, 1e300}) {
    BOOST_TEST(RoundToCents(value) == (value > 1e299 ? value : printed(value)), value);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
