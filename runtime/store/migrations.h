// Migrations: which files are results databases of which version, and how one is made or upgraded.
//
// A results database carries application_id 'Hone' and the schema's number in user_version. It is
// created beside its place and renamed, so that a file under its name is always complete. A file
// that is not ours, or is newer, is never changed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/connection.h"

namespace hone {

inline constexpr int32_t kApplicationId = 0x486f6e65;  // "Hone"

// The version this build writes: the number of its last migration.
int SchemaVersion();

// Fails with kInvalidArgument when the existing file is no SQLite database, is somebody else's, or
// was made by a newer Hone; with kNotFound when there is none. Changes nothing.
Status CheckResultsFile(const std::string& path);

// True when there is no file or an empty one: CreateResultsFile may be called.
bool IsAbsentOrEmpty(const std::string& path);
// Makes a complete database of the newest version, with a fresh file uid. Parent folders are made.
Status CreateResultsFile(const std::string& path);

// Brings an older database up to date, one transaction per migration. `connection` is writable.
Status Migrate(Connection* connection);

// Opens for reading after CheckResultsFile. In a folder where SQLite may not put its side files a
// database at rest is still readable.
Result<std::unique_ptr<Connection>> OpenForReading(const std::string& path);

// Value of meta 'file_uid'.
Result<std::string> ReadFileUid(Connection* connection);

}  // namespace hone
