// A ResultTable for a terminal: at most about 120 columns, names made safe.
#pragma once

#include <string>

#include "report/result_table.h"

namespace hone {

std::string RenderText(const ResultTable& table);

}  // namespace hone
