#include "adapters/sandbox/tar_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sys/stat.h>

#include <array>
#include <memory>

namespace hone {
namespace {

constexpr std::size_t kChunk = 64U << 10U;

// libarchive converts names by the thread's locale; in "C" it would lose all but ASCII.
class Utf8Names {
 public:
  Utf8Names() : utf8_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (utf8_ != nullptr) before_ = uselocale(utf8_);
  }
  ~Utf8Names() {
    if (utf8_ == nullptr) return;
    uselocale(before_);
    freelocale(utf8_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t utf8_;
  locale_t before_{};
};

struct CloseArchive {
  void operator()(archive* reading) const { archive_read_free(reading); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

Error Broken(archive* reading) {
  const char* text = archive_error_string(reading);
  return Invalid(std::string("no tar that can be read: ") + (text == nullptr ? "" : text));
}

std::string Text(const char* text) { return text == nullptr ? "" : text; }

const char* OtherKind(mode_t type) {
  if (type == AE_IFIFO) return "a named pipe";
  return type == AE_IFSOCK ? "a socket" : "a device";
}

TreeEntry Translate(archive_entry* from) {
  TreeEntry entry;
  entry.path = Text(archive_entry_pathname(from));
  entry.mode = archive_entry_perm(from);
  entry.uid = static_cast<uint32_t>(archive_entry_uid(from));
  entry.gid = static_cast<uint32_t>(archive_entry_gid(from));
  entry.mtime_s = archive_entry_mtime(from);
  if (const char* target = archive_entry_hardlink(from); target != nullptr) {
    entry.kind = EntryKind::kHardLink;
    entry.link = target;
    return entry;
  }
  switch (archive_entry_filetype(from)) {
    case AE_IFREG:
      entry.kind = EntryKind::kFile;
      entry.size = static_cast<uint64_t>(archive_entry_size(from));
      break;
    case AE_IFDIR:
      entry.kind = EntryKind::kFolder;
      break;
    case AE_IFLNK:
      entry.kind = EntryKind::kSymlink;
      entry.link = Text(archive_entry_symlink(from));
      break;
    default:
      entry.kind = EntryKind::kLeftOut;
      entry.link = OtherKind(archive_entry_filetype(from));
  }
  return entry;
}

Status CopyData(archive* reading, uint64_t size, TreeSink* sink) {
  std::array<char, kChunk> buffer{};
  for (uint64_t left = size; left > 0;) {
    const la_ssize_t got =
        archive_read_data(reading, buffer.data(), std::min<uint64_t>(left, buffer.size()));
    if (got < 0) return Broken(reading);
    if (got == 0) return Invalid("no tar that can be read: a file in it is cut off");
    HONE_TRY(sink->Data({buffer.data(), static_cast<std::size_t>(got)}));
    left -= static_cast<uint64_t>(got);
  }
  return Ok{};
}

Status CopyEntries(archive* reading, TreeSink* sink) {
  archive_entry* found = nullptr;
  while (true) {
    const int next = archive_read_next_header(reading, &found);
    if (next == ARCHIVE_EOF) return sink->Finish();
    // A warning is about names that no character set has: their bytes are taken as they are.
    if (next != ARCHIVE_OK && next != ARCHIVE_WARN) return Broken(reading);
    const TreeEntry entry = Translate(found);
    HONE_TRY(sink->Begin(entry));
    HONE_TRY(CopyData(reading, entry.size, sink));
  }
}

la_ssize_t AppendBytes(archive* /*writing*/, void* text, const void* bytes, std::size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

Status ReadTarText(std::string_view tar, TreeSink* sink) {
  const Utf8Names names;
  const std::unique_ptr<archive, CloseArchive> reading(archive_read_new());
  archive_read_support_format_tar(reading.get());
  archive_read_support_format_empty(reading.get());
  if (archive_read_open_memory(reading.get(), tar.data(), tar.size()) != ARCHIVE_OK) {
    return Broken(reading.get());
  }
  return CopyEntries(reading.get(), sink);
}

Status ReadTarFile(const std::string& path, TreeSink* sink) {
  const Utf8Names names;
  const std::unique_ptr<archive, CloseArchive> reading(archive_read_new());
  archive_read_support_format_tar(reading.get());
  archive_read_support_filter_gzip(reading.get());
  archive_read_support_filter_zstd(reading.get());
  archive_read_support_filter_xz(reading.get());
  archive_read_support_filter_bzip2(reading.get());
  if (archive_read_open_filename(reading.get(), path.c_str(), kChunk) != ARCHIVE_OK) {
    return Broken(reading.get());
  }
  return CopyEntries(reading.get(), sink);
}

TarWriter::TarWriter(int64_t max_bytes) : archive_(archive_write_new()), max_bytes_(max_bytes) {
  auto* writing = static_cast<archive*>(archive_);
  archive_write_set_format_pax_restricted(writing);
  archive_write_set_bytes_per_block(writing, 0);
  archive_write_open(writing, &tar_, nullptr, AppendBytes, nullptr);
}

TarWriter::~TarWriter() { archive_write_free(static_cast<archive*>(archive_)); }

Status TarWriter::Check(int trouble) {
  if (static_cast<int64_t>(tar_.size()) > max_bytes_) {
    return Invalid("more than the limit of " + std::to_string(max_bytes_) + " bytes");
  }
  if (trouble == ARCHIVE_OK || trouble == ARCHIVE_WARN) return Ok{};
  return Fail(ErrorCode::kIo,
              "writing a tar: " + Text(archive_error_string(static_cast<archive*>(archive_))));
}

Status TarWriter::Begin(const TreeEntry& entry) {
  if (entry.kind == EntryKind::kLeftOut || entry.kind == EntryKind::kGone) return Ok{};
  if (entry.size > static_cast<uint64_t>(max_bytes_)) {
    return Invalid("more than the limit of " + std::to_string(max_bytes_) + " bytes: '" +
                   entry.path + "' has " + std::to_string(entry.size));
  }
  const Utf8Names names;
  const std::unique_ptr<archive_entry, FreeEntry> to(archive_entry_new());
  const bool is_folder = entry.kind == EntryKind::kFolder;
  archive_entry_set_pathname(to.get(), (is_folder ? entry.path + "/" : entry.path).c_str());
  archive_entry_set_perm(to.get(), static_cast<mode_t>(entry.mode & 01777U));
  archive_entry_set_mtime(to.get(), entry.mtime_s, 0);
  archive_entry_set_size(to.get(), static_cast<la_int64_t>(entry.size));
  archive_entry_set_filetype(to.get(), is_folder                           ? AE_IFDIR
                                       : entry.kind == EntryKind::kSymlink ? AE_IFLNK
                                                                           : AE_IFREG);
  if (entry.kind == EntryKind::kSymlink) archive_entry_set_symlink(to.get(), entry.link.c_str());
  return Check(archive_write_header(static_cast<archive*>(archive_), to.get()));
}

Status TarWriter::Data(std::string_view bytes) {
  const la_ssize_t put =
      archive_write_data(static_cast<archive*>(archive_), bytes.data(), bytes.size());
  return Check(put < 0 ? ARCHIVE_FATAL : ARCHIVE_OK);
}

Status TarWriter::Finish() { return Check(archive_write_close(static_cast<archive*>(archive_))); }

}  // namespace hone
