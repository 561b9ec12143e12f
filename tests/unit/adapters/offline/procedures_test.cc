// Names in tasks, places in commands, procedures in manuals: the pure parts of the shell jobs.
#include "adapters/offline/procedures.h"

#include <boost/test/unit_test.hpp>

#include "adapters/offline/names.h"
#include "adapters/offline/places.h"
#include "adapters/offline/slips.h"
#include "adapters/offline/tokens.h"

namespace hone::test {
namespace {

using namespace offline;  // NOLINT
using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_task_names_files_folders_and_texts) {
  const TaskNames names = NamesIn(
      "Turn `a.csv` and /data/b.csv (not `a.csv` twice) into `/out/c.led`. Pack `in/box/`,\nwith "
      "the summary \"Fix it\". About 3.5 tons, e.g. and/or the version \"2.0\".");
  BOOST_TEST(names.files == (Texts{"a.csv", "/data/b.csv", "/out/c.led"}),
             boost::test_tools::per_element());
  BOOST_TEST(names.folders == Texts{"in/box/"}, boost::test_tools::per_element());
  BOOST_REQUIRE(names.texts.size() == 2U);
  BOOST_TEST(names.texts[0].text == "Fix it");
  BOOST_TEST(names.texts[1].text == "2.0");
}

BOOST_AUTO_TEST_CASE(a_name_can_not_be_a_command) {
  for (const char* task :
       {"`a.csv;reboot`", "`$(id).csv`", "`-rf.csv`", "`a b.csv`", "`a.csv\nid`", "`../>x.csv`",
        "`.hidden`", "`x.`", "`a|b/`", "`'q'.csv`", "`*.csv`", "`/`", "``", "`"}) {
    const TaskNames names = NamesIn(task);
    BOOST_TEST(names.files.empty(), task);
    BOOST_TEST(names.folders.empty(), task);
  }
  // Whatever the bytes: what is found is made of plain letters.
  Slips random(7);
  static constexpr std::string_view kBytes = "`ab/.;$(){}|&<>\"'\\ \n-_*?~#\xC3\xA4";
  for (int i = 0; i < 3000; ++i) {
    std::string task;
    for (int k = 0; k < 24; ++k) task += kBytes[random.Below(kBytes.size())];
    const TaskNames names = NamesIn(task);
    for (const Texts& found : {names.files, names.folders}) {
      for (const std::string& name : found) {
        BOOST_TEST(name.find_first_not_of("ab/.-_") == std::string::npos, task);
        BOOST_TEST(name[0] != '-', task);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(names_become_places_and_places_stay) {
  struct Row {
    const char* command;
    const char* with_places;
  };
  const std::vector<Row> rows = {
      {"ledgerfmt write table.csv > book.led", "ledgerfmt write <input.csv> > <output.led>"},
      {"join a.json b.json>c.json", "join <input.json> <input2.json>><output.json>"},
      {"pack intake/ > in.box\nchmod 640 in.box",
       "pack <folder> > <output.box>\nchmod 640 <output.box>"},
      {"cd /srv/example/\nrecord \"A summary\"", "cd <folder>\nrecord \"<text>\""},
      {"make -o out.bin in.txt \"in.txt\"", "make -o <output.bin> <input.txt> \"<input.txt>\""},
      {"sort -o x.txt /etc/words.txt", "sort -o <output.txt> /etc/words.txt"},
      {"echo \"$HOME\" 2>/dev/null | tail -n 1", "echo \"$HOME\" 2>/dev/null | tail -n 1"},
      {"join <input.csv> b.csv > <output.csv>", "join <input.csv> <input2.csv> > <output.csv>"},
      {"say \"unclosed\nnext \"", "say \"unclosed\nnext \""},
  };
  for (const Row& row : rows) {
    BOOST_TEST(WithPlaces(row.command) == row.with_places);
    BOOST_TEST(WithPlaces(row.with_places) == row.with_places);
  }
}

BOOST_AUTO_TEST_CASE(places_are_filled_by_kind_suffix_and_order) {
  Fillings fillings;
  fillings.inputs = {"a.json", "t.csv", "b.json"};
  fillings.outputs = {"c.json", "d.led"};
  fillings.folders = {"in/"};
  fillings.texts = {"say \"$x\"", "two"};
  struct Row {
    const char* command;
    const char* filled;  // null: it can not be
    Texts outputs;
  };
  const std::vector<Row> rows = {
      {"w <input.csv> > <output.led>", "w t.csv > d.led", {"d.led"}},
      {"j <input.json> <input2.json> > <output.json>", "j a.json b.json > c.json", {"c.json"}},
      {"k <input3.json> > <output.led>", "k c.json > d.led", {"d.led"}},  // made before, then read
      {"k <input3.json> > <output.json>", nullptr, {}},  // what it writes it does not read
      {"w <input.xml> > <output.led>", nullptr, {}},
      {"p <folder> \"<text>\" \"<text2>\"", "p in/ \"say \\\"\\$x\\\"\" \"two\"", {}},
      {"p <folder2>", nullptr, {}},
      {"ls -la", nullptr, {}},  // has nothing to do with the task
  };
  for (const Row& row : rows) {
    const auto filled = FillPlaces(row.command, fillings);
    BOOST_TEST(filled.has_value() == (row.filled != nullptr), row.command);
    if (!filled || row.filled == nullptr) continue;
    BOOST_TEST(filled->text == row.filled);
    BOOST_TEST(filled->outputs == row.outputs, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_are_read_and_places_are_made_once) {
  Slips random(11);
  static constexpr std::string_view kPieces[] = {
      "a.csv", "in/", "<input.csv>", "<output2.led>", "<text>",  "<",  ">",     "\"",    "\n",
      " ",     "```", "```sh\n",     "\n# ",          "\n[x]\n", "-o", "/usr/", "\xC3(", "\\"};
  Fillings fillings{{"x.csv"}, {"y.led", "z.led"}, {"w/"}, {"t"}};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (int k = 0; k < 12; ++k) text += kPieces[random.Below(std::size(kPieces))];
    const std::string once = WithPlaces(text);
    BOOST_TEST(WithPlaces(once) == once, text);
    if (const auto filled = FillPlaces(once, fillings)) {
      BOOST_TEST(filled->text.find("<input.csv>") == std::string::npos, text);
    }
    for (const Procedure& procedure : ReadInstructions(text).procedures) {
      BOOST_TEST(!procedure.heading.empty());
      BOOST_TEST(!procedure.command.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_task_has_names_for_a_command_or_not) {
  const TaskNames names = NamesIn("`a.json` into `c.json`, \"kind\"");
  BOOST_TEST(HasNamesFor("w \"<text>\" <input.json> > <output.json>", names));
  BOOST_TEST(!HasNamesFor("w <input.json> <input2.json> > <output.json>", names));
  BOOST_TEST(!HasNamesFor("w <folder>", names));
  BOOST_TEST(!HasNamesFor("true", names));
}

BOOST_AUTO_TEST_CASE(procedures_are_read_from_a_manual_in_a_transcript) {
  const std::string text =
      "[tool]\n<terminal>\nnoise\n# # The manual\n\nIt is long.\n\n## Dates\n\nNever write a "
      "month. "
      "Days\nare counted.\n\n## Writing a ledger\n\n- Rule one.\n- Rule two.\n\n```sh\nw t.csv > "
      "b.led\n```\n\n## Other languages\n\n```python\nprint('x')\n# no heading\n```\nAfter.\n\n## "
      "Tidying\n\n```bash\ntidy in/\n```\n</terminal>\n\n[assistant]\nI stop here.\n";
  const Instructions read = ReadInstructions(text);
  BOOST_REQUIRE(read.procedures.size() == 2U);
  BOOST_TEST(read.procedures[0].title == "The manual");
  BOOST_TEST(read.procedures[0].heading == "Writing a ledger");
  BOOST_TEST(read.procedures[0].rules == (Texts{"Rule one.", "Rule two."}),
             boost::test_tools::per_element());
  BOOST_TEST(read.procedures[0].command == "w <input.csv> > <output.led>");
  BOOST_TEST(read.procedures[1].command == "tidy <folder>");
  Texts notes;
  for (const Note& note : read.notes) notes.push_back(note.text);
  BOOST_TEST(notes == (Texts{"It is long.", "Never write a month.", "Days are counted.", "After."}),
             boost::test_tools::per_element());

  // A fence around the whole transcript does not turn prose into commands.
  const Instructions fenced = ReadInstructions("```\n" + text + "```\n");
  BOOST_TEST(fenced.procedures.size() == 2U);
  BOOST_TEST(ReadInstructions("").procedures.empty());
  BOOST_TEST(ReadInstructions("## Open\n```sh\nrun a.csv").procedures.size() == 1U);

  const std::vector<uint64_t> stems = StemsOf("Write the ledger of the day");
  BOOST_TEST(MatchOf(read.procedures[0], stems) == 4);
  BOOST_TEST(HeadingIsIn(read.procedures[0], stems));
  BOOST_TEST(!HeadingIsIn(read.procedures[1], stems));
}

}  // namespace hone::test
