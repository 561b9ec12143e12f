// A temporary folder of files for the readers, removed at the end, and a sample document.
#pragma once

#include <stdlib.h>
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "data/row_reader.h"

namespace hone {

class SampleFolder {
 public:
  SampleFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hone-data-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~SampleFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  SampleFolder(const SampleFolder&) = delete;
  SampleFolder& operator=(const SampleFolder&) = delete;

  std::string Write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }
  std::string WriteGzip(const std::string& name, std::string_view bytes) const {
    const std::string file = (path_ / name).string();
    gzFile out = gzopen(file.c_str(), "wb");
    BOOST_REQUIRE(out != nullptr);
    BOOST_REQUIRE_EQUAL(gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size())),
                        static_cast<int>(bytes.size()));
    BOOST_REQUIRE_EQUAL(gzclose(out), Z_OK);
    return file;
  }
  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// Rows of a reader, or its error's message in *error.
inline std::vector<Json> AllRows(const Json& spec, const std::string& base_dir,
                                 std::string* error = nullptr) {
  std::vector<Json> rows;
  auto reader = OpenReader(spec, base_dir);
  const auto failed = [&](const Error& e) {
    if (error == nullptr) BOOST_ERROR(e.message);
    if (error != nullptr) *error = e.message;
  };
  if (!reader.ok()) {
    failed(reader.error());
    return rows;
  }
  while (true) {
    auto row = (*reader)->Next();
    if (!row.ok()) {
      failed(row.error());
      return rows;
    }
    if (!row->has_value()) return rows;
    rows.push_back(std::move(**row));
  }
}

// Prose with numbered headings about a made-up office; `topic` makes the words differ.
inline std::string SampleDocument(const std::string& topic, int sections) {
  std::string text = "The " + topic + " handbook\n" + std::string(topic.size() + 13, '=') + "\n\n";
  for (int i = 1; i <= sections; ++i) {
    const std::string n = std::to_string(i);
    const std::string thing = topic + n;
    text += n + ". Rules for " + thing + "\n\n";
    text += "Every keeper of a " + thing + " must register it with the " + thing +
            " office in\nwriting.  The office shall keep the " + thing + " record for " +
            std::to_string(10 + i) + " years unless the\nowner of the " + thing +
            " withdraws consent before the annual audit.\n\n";
    text += "If a " + thing + " is damaged in transit, the carrier must replace the outer " +
            thing + "\nshell within " + std::to_string(20 + i) +
            " working days. A visitor may enter the " + thing + " hall, provided that\na trained " +
            thing + " guide walks ahead with a lit lantern.\n\n";
    text += "The " + thing + " ledger contains every payment, refund and penalty of the past " +
            std::to_string(3 + i) + " quarters.\n\n";
  }
  return text;
}

}  // namespace hone
