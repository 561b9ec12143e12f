#include "adapters/sandbox/keeper/account.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

#include "adapters/child_start.h"

namespace hone {
namespace {

constexpr std::size_t kMostBytes = 1U << 20U;

std::vector<std::string_view> Fields(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t end = line.find(separator);
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

std::optional<uint32_t> Number(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value == UINT32_MAX ? std::nullopt : std::optional(value);
}

std::string ReadSmall(const char* path) {
  const OwnedFd fd(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (fd.get() < 0 || fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return "";
  std::string text(std::min<std::size_t>(kMostBytes, static_cast<std::size_t>(status.st_size)), 0);
  const ssize_t got = read(fd.get(), text.data(), text.size());
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

// The fields of the line whose first field is `name`, or whose third is `id`.
std::vector<std::string_view> Line(std::string_view file, std::string_view name,
                                   std::optional<uint32_t> id, std::size_t n_fields) {
  for (const std::string_view line : Fields(file, '\n')) {
    std::vector<std::string_view> fields = Fields(line, ':');
    if (fields.size() < n_fields || !Number(fields[2])) continue;
    if (id ? Number(fields[2]) == id : fields[0] == name) return fields;
  }
  return {};
}

}  // namespace

Result<Account> FindAccountIn(std::string_view user, std::string_view passwd,
                              std::string_view group) {
  const std::size_t colon = user.find(':');
  const std::string_view name = user.empty() ? "0" : user.substr(0, colon);
  Account account;
  const std::optional<uint32_t> number = Number(name);
  const std::vector<std::string_view> line = Line(passwd, name, number, 6);
  if (line.empty() && !number) {
    return Fail(ErrorCode::kNotFound, "no user '" + std::string(name) + "' in /etc/passwd");
  }
  account.uid = line.empty() ? *number : *Number(line[2]);
  if (!line.empty()) {
    account.gid = Number(line[3]).value_or(0);
    account.home = std::string(line[5]);
  }
  if (colon != std::string_view::npos) {
    const std::string_view wanted = user.substr(colon + 1);
    const std::vector<std::string_view> found = Line(group, wanted, Number(wanted), 3);
    if (found.empty() && !Number(wanted)) {
      return Fail(ErrorCode::kNotFound, "no group '" + std::string(wanted) + "' in /etc/group");
    }
    account.gid = found.empty() ? *Number(wanted) : *Number(found[2]);
    return account;
  }
  if (line.empty()) return account;
  constexpr std::size_t kMostGroups = 64;
  for (const std::string_view entry : Fields(group, '\n')) {
    const std::vector<std::string_view> fields = Fields(entry, ':');
    if (fields.size() < 4 || account.groups.size() == kMostGroups) continue;
    const std::vector<std::string_view> members = Fields(fields[3], ',');
    const std::optional<uint32_t> gid = Number(fields[2]);
    if (gid && std::find(members.begin(), members.end(), line[0]) != members.end()) {
      account.groups.push_back(*gid);
    }
  }
  return account;
}

Result<Account> FindAccount(std::string_view user) {
  return FindAccountIn(user, ReadSmall("/etc/passwd"), ReadSmall("/etc/group"));
}

}  // namespace hone
