#include "support/tar_entries.h"

#include <archive.h>
#include <archive_entry.h>

#include <boost/test/unit_test.hpp>
#include <clocale>
#include <memory>

namespace hone::testing {
namespace {

la_ssize_t Append(archive* /*handle*/, void* text, const void* bytes, std::size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

mode_t TypeOf(TarEntry::Kind kind) {
  switch (kind) {
    case TarEntry::Kind::kFolder:
      return AE_IFDIR;
    case TarEntry::Kind::kSymlink:
      return AE_IFLNK;
    case TarEntry::Kind::kFifo:
      return AE_IFIFO;
    case TarEntry::Kind::kDevice:
      return AE_IFCHR;
    default:
      return AE_IFREG;
  }
}

TarEntry::Kind KindOf(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return TarEntry::Kind::kHardLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFDIR:
      return TarEntry::Kind::kFolder;
    case AE_IFLNK:
      return TarEntry::Kind::kSymlink;
    case AE_IFIFO:
      return TarEntry::Kind::kFifo;
    case AE_IFCHR:
    case AE_IFBLK:
      return TarEntry::Kind::kDevice;
    default:
      return TarEntry::Kind::kFile;
  }
}

}  // namespace

std::string WriteTar(const std::vector<TarEntry>& entries) {
  std::string text;
  const std::unique_ptr<archive, int (*)(archive*)> out(archive_write_new(), archive_write_free);
  archive_write_set_format_pax_restricted(out.get());
  archive_write_set_options(out.get(), "hdrcharset=BINARY");
  archive_write_set_bytes_per_block(out.get(), 0);
  archive_write_open(out.get(), &text, nullptr, Append, nullptr);
  for (const TarEntry& item : entries) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), item.name.c_str());
    archive_entry_set_filetype(entry.get(), TypeOf(item.kind));
    archive_entry_set_perm(entry.get(), static_cast<mode_t>(item.mode));
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(item.bytes.size()));
    archive_entry_set_mtime(entry.get(), 1'700'000'000, 0);
    if (item.kind == TarEntry::Kind::kSymlink) {
      archive_entry_set_symlink(entry.get(), item.target.c_str());
    }
    if (item.kind == TarEntry::Kind::kHardLink) {
      archive_entry_set_hardlink(entry.get(), item.target.c_str());
    }
    if (item.kind == TarEntry::Kind::kDevice) archive_entry_set_rdev(entry.get(), 0x0103);  // null
    BOOST_REQUIRE_EQUAL(archive_write_header(out.get(), entry.get()), ARCHIVE_OK);
    if (item.kind == TarEntry::Kind::kFile && !item.bytes.empty()) {
      archive_write_data(out.get(), item.bytes.data(), item.bytes.size());
    }
  }
  archive_write_close(out.get());
  return text;
}

std::map<std::string, TarEntry> ReadTar(const std::string& tar) {
  std::map<std::string, TarEntry> entries;
  const std::unique_ptr<archive, int (*)(archive*)> in(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(in.get());
  // Names are converted by the locale, and "C" knows ASCII only.
  BOOST_REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr);
  if (tar.empty()) return entries;
  BOOST_REQUIRE_EQUAL(archive_read_open_memory(in.get(), tar.data(), tar.size()), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  // A warning: a name that the locale cannot hold. Names are kept as UTF-8 where they are.
  while ((status = archive_read_next_header(in.get(), &entry)) == ARCHIVE_OK ||
         status == ARCHIVE_WARN) {
    TarEntry item;
    const char* name = archive_entry_pathname_utf8(entry);
    item.name = name != nullptr ? name : archive_entry_pathname(entry);
    while (item.name.size() > 1 && item.name.ends_with('/')) item.name.pop_back();
    item.kind = KindOf(entry);
    item.mode = static_cast<int>(archive_entry_perm(entry));
    if (const char* target = archive_entry_symlink_utf8(entry)) item.target = target;
    if (const char* target = archive_entry_hardlink_utf8(entry)) item.target = target;
    if (item.kind == TarEntry::Kind::kFile) {
      item.bytes.resize(static_cast<std::size_t>(archive_entry_size(entry)));
      const la_ssize_t got = archive_read_data(in.get(), item.bytes.data(), item.bytes.size());
      BOOST_REQUIRE_EQUAL(got, static_cast<la_ssize_t>(item.bytes.size()));
    }
    entries[item.name] = std::move(item);
  }
  BOOST_REQUIRE_MESSAGE(status == ARCHIVE_EOF, archive_error_string(in.get()));
  return entries;
}

}  // namespace hone::testing
