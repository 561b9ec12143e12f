#include "adapters/docker/tar_stream.h"

#include <array>

#include "base/text.h"

namespace hone {
namespace {

TarItem::Kind KindOf(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return TarItem::Kind::kHardLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return TarItem::Kind::kFile;
    case AE_IFDIR:
      return TarItem::Kind::kFolder;
    case AE_IFLNK:
      return TarItem::Kind::kSymlink;
    default:
      return TarItem::Kind::kOther;
  }
}

std::string Text(const char* text) { return text == nullptr ? "" : text; }

// Names are bytes. libarchive keeps them as UTF-8 where the tar says so, and converts to the locale
// only what is asked for in the locale's form.
std::string NameBytes(const char* utf8, const char* as_written) {
  return Text(utf8 != nullptr ? utf8 : as_written);
}

}  // namespace

TarCursor::TarCursor(std::string_view tar) : is_empty_(tar.empty()), handle_(archive_read_new()) {
  archive_read_support_format_tar(handle_.get());
  archive_read_set_options(handle_.get(), "hdrcharset=BINARY");
  if (!is_empty_) archive_read_open_memory(handle_.get(), tar.data(), tar.size());
}

Error TarCursor::Broken() {
  return Invalid("a tar cannot be read: " +
                 OneLine(Text(archive_error_string(handle_.get())), 200));
}

Result<bool> TarCursor::Next(TarItem* item) {
  if (is_empty_) return false;
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(handle_.get(), &entry);
  if (status == ARCHIVE_EOF) return false;
  // A warning: a name that the locale cannot hold.
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return Broken();
  item->name = NameBytes(archive_entry_pathname_utf8(entry), archive_entry_pathname(entry));
  item->kind = KindOf(entry);
  item->target = item->kind == TarItem::Kind::kHardLink
                     ? NameBytes(archive_entry_hardlink_utf8(entry), archive_entry_hardlink(entry))
                     : NameBytes(archive_entry_symlink_utf8(entry), archive_entry_symlink(entry));
  item->mode = static_cast<int>(archive_entry_perm(entry));
  item->uid = archive_entry_uid(entry);
  item->gid = archive_entry_gid(entry);
  item->mtime = archive_entry_mtime(entry);
  item->size = item->kind == TarItem::Kind::kFile ? archive_entry_size(entry) : 0;
  return true;
}

Result<std::string> TarCursor::Bytes(int64_t limit) {
  std::string bytes;
  std::array<char, 65536> piece;
  while (true) {
    const la_ssize_t got = archive_read_data(handle_.get(), piece.data(), piece.size());
    if (got < 0) return Broken();
    if (got == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    if (static_cast<int64_t>(bytes.size()) > limit) {
      return Invalid("there are more than " + std::to_string(limit) + " bytes");
    }
  }
}

TarBuilder::TarBuilder() : handle_(archive_write_new()) {
  archive_write_set_format_pax_restricted(handle_.get());
  archive_write_set_options(handle_.get(), "hdrcharset=BINARY");
  archive_write_set_bytes_per_block(handle_.get(), 0);
  const auto append = [](archive*, void* text, const void* bytes, std::size_t size) {
    static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
  };
  archive_write_open(handle_.get(), text_.get(), nullptr, append, nullptr);
}

Status TarBuilder::Add(const TarItem& item, std::string_view bytes) {
  struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
  };
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), item.name.c_str());
  archive_entry_set_filetype(entry.get(), item.kind == TarItem::Kind::kFolder    ? AE_IFDIR
                                          : item.kind == TarItem::Kind::kSymlink ? AE_IFLNK
                                                                                 : AE_IFREG);
  if (item.kind == TarItem::Kind::kSymlink) {
    archive_entry_set_symlink(entry.get(), item.target.c_str());
  }
  archive_entry_set_perm(entry.get(), static_cast<mode_t>(item.mode));
  archive_entry_set_uid(entry.get(), item.uid);
  archive_entry_set_gid(entry.get(), item.gid);
  archive_entry_set_mtime(entry.get(), item.mtime, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  if (archive_write_header(handle_.get(), entry.get()) != ARCHIVE_OK ||
      (!bytes.empty() && archive_write_data(handle_.get(), bytes.data(), bytes.size()) < 0)) {
    return Invalid("'" + OneLine(item.name, 200) +
                   "' cannot be written into a tar: " + Text(archive_error_string(handle_.get())));
  }
  return {};
}

std::string TarBuilder::Finish() {
  archive_write_close(handle_.get());
  return std::move(*text_);
}

}  // namespace hone
