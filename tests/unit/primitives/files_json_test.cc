// Files as recipes write them and as folders hold them.
#include "primitives/files_json.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

Json Parsed(const std::string& text) {
  const Result<Json> json = Json::Parse(text);
  BOOST_REQUIRE(json.ok());
  return *json;
}

BOOST_AUTO_TEST_CASE(a_file_comes_back_as_it_was) {
  const std::vector<FolderFile> files = {{"a.md", "text \xE2\x82\xAC\n"},
                                         {"bin", std::string("\x00\xFF\x80", 3), 0600},
                                         {"run.sh", "#!/bin/sh\n", 0755},
                                         {"to", "../elsewhere", 0644, true},
                                         {"empty", ""}};
  const Result<std::vector<FolderFile>> back = ReadFiles(FilesJson(files), "files");
  BOOST_REQUIRE(back.ok());
  BOOST_TEST((*back == files));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([{"path": "a"}])", "files[1]: give one of text, base64 and link"},
      {R"([{"path": "a", "text": "", "link": "b"}])", "files[1]: give one of"},
      {R"([{"text": "a"}])", "files[1]: expected { path = ..., text = ... }"},
      {R"([{"path": "a", "text": "x"}, {"path": "b", "base64": "?"}])",
       "files[2].base64: is no base64"},
      {R"([{"path": "a", "text": "x", "mode": 1024}])", "files[1].mode: expected permission bits"},
      {R"([{"path": "a", "text": 1}])", "files[1].text: expected a string"},
  };
  for (const auto& [json, problem] : cases) {
    const auto files = ReadFiles(Parsed(json), "files");
    BOOST_REQUIRE(!files.ok());
    BOOST_TEST(files.error().message.starts_with(problem), files.error().message);
  }
}

}  // namespace
}  // namespace hone
