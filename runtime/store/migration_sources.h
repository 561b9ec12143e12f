// The texts of migrations/*.sql, compiled in by CMake (migration_sources.cc.in), oldest first.
#pragma once

#include <string_view>
#include <vector>

namespace hone {

const std::vector<std::string_view>& MigrationSources();

}  // namespace hone
