#include "adapters/docker/build_context.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "adapters/docker/tar_stream.h"
#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMostBytes = uintmax_t{1} << 30U;

Error Unreadable(const fs::path& path, const std::string& why) {
  return Fail(ErrorCode::kIo, "'" + OneLine(path.string(), 300) + "' cannot be read: " + why);
}

Status AddEntry(const fs::path& path, const std::string& name, TarBuilder* writer) {
  std::error_code failed;
  const fs::file_status status = fs::symlink_status(path, failed);
  TarItem item;
  item.name = name;
  item.mode = static_cast<int>(status.permissions()) & 0777;
  std::string bytes;
  switch (status.type()) {
    case fs::file_type::directory:
      item.kind = TarItem::Kind::kFolder;
      break;
    case fs::file_type::symlink:
      item.kind = TarItem::Kind::kSymlink;
      item.target = fs::read_symlink(path, failed).string();
      break;
    case fs::file_type::regular: {
      if (writer->size() + fs::file_size(path, failed) > kMostBytes) {
        return Invalid("a build context holds more than 1 GiB");
      }
      std::ifstream file(path, std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(file), {});
      if (!file.good() && !file.eof()) return Unreadable(path, "it is no longer there");
      break;
    }
    default:
      return Invalid("'" + OneLine(path.string(), 300) +
                     "' in a build context is neither file nor folder nor symbolic link");
  }
  if (failed) return Unreadable(path, failed.message());
  return writer->Add(item, bytes);
}

}  // namespace

Result<std::string> TarOfBuildContext(const std::string& folder) {
  std::error_code failed;
  if (!fs::is_regular_file(fs::path(folder) / "Dockerfile", failed)) {
    return Invalid("'" + OneLine(folder, 300) + "' has no Dockerfile");
  }
  std::vector<fs::path> paths;
  for (auto entry = fs::recursive_directory_iterator(folder, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    paths.push_back(entry->path());
  }
  if (failed) return Unreadable(folder, failed.message());
  std::sort(paths.begin(), paths.end());
  TarBuilder writer;
  for (const fs::path& path : paths) {
    HONE_TRY(AddEntry(path, path.lexically_relative(folder).string(), &writer));
  }
  return writer.Finish();
}

}  // namespace hone
