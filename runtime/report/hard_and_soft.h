// HardAndSoft: what a benchmark's own program prints about a skill: hard (solved), soft (mean
// score) and n by variant, with intervals, in its words. Numbers are those of the table.
#pragma once

#include <string>

#include "base/json.h"
#include "report/result_table.h"

namespace hone {

// {variant: {n, hard, hard_interval, soft, soft_interval, infrastructure, ungraded}}; an object
// without members when no attempt has a score. `n` are the attempts that count.
Json HardAndSoft(const ResultTable& table);
std::string RenderHardAndSoft(const ResultTable& table);

}  // namespace hone
