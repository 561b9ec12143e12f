#include "primitives/tar_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace hone {
namespace {

struct FreeArchive {
  void operator()(archive* one) const { archive_free(one); }
};
struct FreeEntry {
  void operator()(archive_entry* one) const { archive_entry_free(one); }
};
using ArchivePtr = std::unique_ptr<archive, FreeArchive>;
using EntryPtr = std::unique_ptr<archive_entry, FreeEntry>;

la_ssize_t Append(archive* /*writer*/, void* out, const void* bytes, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

std::string TextOf(const char* text) { return text == nullptr ? std::string() : text; }

Error Trouble(archive* one, ErrorCode code) {
  return Fail(code, "tar: " + TextOf(archive_error_string(one)));
}

Status WriteEntry(archive* writer, const TarEntry& entry) {
  const EntryPtr header(archive_entry_new());
  archive_entry_set_pathname(header.get(), entry.path.c_str());
  archive_entry_set_perm(header.get(), static_cast<unsigned>(entry.mode) & 07777U);
  archive_entry_set_mtime(header.get(), 0, 0);
  switch (entry.kind) {
    case TarEntry::Kind::kFile:
      archive_entry_set_filetype(header.get(), AE_IFREG);
      archive_entry_set_size(header.get(), static_cast<la_int64_t>(entry.bytes.size()));
      break;
    case TarEntry::Kind::kFolder:
      archive_entry_set_filetype(header.get(), AE_IFDIR);
      break;
    case TarEntry::Kind::kLink:
      archive_entry_set_filetype(header.get(), AE_IFLNK);
      archive_entry_set_symlink(header.get(), entry.bytes.c_str());
      break;
  }
  if (archive_write_header(writer, header.get()) < ARCHIVE_WARN) {
    return Trouble(writer, ErrorCode::kInternal);
  }
  if (entry.kind != TarEntry::Kind::kFile) return Ok{};
  const la_ssize_t written = archive_write_data(writer, entry.bytes.data(), entry.bytes.size());
  if (written != static_cast<la_ssize_t>(entry.bytes.size())) {
    return Trouble(writer, ErrorCode::kInternal);
  }
  return Ok{};
}

// "./a//b/" is "a/b".
std::string Plain(std::string path) {
  std::string out;
  std::string part;
  path += '/';
  for (const char c : path) {
    if (c != '/') {
      part += c;
      continue;
    }
    if (!part.empty() && part != ".") out += (out.empty() ? "" : "/") + part;
    part.clear();
  }
  return out;
}

Result<std::string> ReadBytes(archive* reader, archive_entry* header) {
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(archive_entry_size(header)));
  char block[65536];
  while (true) {
    const la_ssize_t got = archive_read_data(reader, block, sizeof block);
    if (got < 0) return Trouble(reader, ErrorCode::kBadResponse);
    if (got == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::string> WriteTar(const std::vector<TarEntry>& entries) {
  std::string out;
  const ArchivePtr writer(archive_write_new());
  archive_write_set_format_pax_restricted(writer.get());
  archive_write_set_options(writer.get(), "hdrcharset=BINARY");
  archive_write_set_bytes_per_block(writer.get(), 0);
  if (archive_write_open(writer.get(), &out, nullptr, &Append, nullptr) != ARCHIVE_OK) {
    return Trouble(writer.get(), ErrorCode::kInternal);
  }
  for (const TarEntry& entry : entries) HONE_TRY(WriteEntry(writer.get(), entry));
  if (archive_write_close(writer.get()) != ARCHIVE_OK) {
    return Trouble(writer.get(), ErrorCode::kInternal);
  }
  return out;
}

Result<std::vector<TarEntry>> ReadTar(std::string_view tar) {
  std::vector<TarEntry> entries;
  if (tar.empty()) return entries;
  const ArchivePtr reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  archive_read_set_options(reader.get(), "hdrcharset=BINARY");
  if (archive_read_open_memory(reader.get(), tar.data(), tar.size()) != ARCHIVE_OK) {
    return Trouble(reader.get(), ErrorCode::kBadResponse);
  }
  archive_entry* header = nullptr;
  while (true) {
    const int status = archive_read_next_header(reader.get(), &header);
    if (status == ARCHIVE_EOF) return entries;
    if (status < ARCHIVE_WARN) return Trouble(reader.get(), ErrorCode::kBadResponse);
    TarEntry entry;
    entry.path = Plain(TextOf(archive_entry_pathname(header)));
    entry.mode = static_cast<int>(archive_entry_perm(header));
    const auto type = archive_entry_filetype(header);
    if (entry.path.empty() || archive_entry_hardlink(header) != nullptr) continue;
    if (type == AE_IFREG) {
      HONE_ASSIGN(entry.bytes, ReadBytes(reader.get(), header));
    } else if (type == AE_IFDIR) {
      entry.kind = TarEntry::Kind::kFolder;
    } else if (type == AE_IFLNK) {
      entry.kind = TarEntry::Kind::kLink;
      entry.bytes = TextOf(archive_entry_symlink(header));
    } else {
      continue;
    }
    entries.push_back(std::move(entry));
  }
}

}  // namespace hone
