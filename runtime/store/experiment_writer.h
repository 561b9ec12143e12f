// ExperimentWriter: the operations on experiments, arms, runs, their cells, units and overlaps.
// Part of the writer: shares its connection and thread.
#pragma once

#include "store/connection.h"
#include "store/operations.h"
#include "store/row_ids.h"

namespace hone {

class ExperimentWriter {
 public:
  ExperimentWriter(Connection* connection, RowIds* ids) : db_(connection), ids_(ids) {}

  Status Apply(const PutExperiment& operation);
  Status Apply(const EndExperiment& operation);
  Status Apply(const PutArm& operation);
  Status Apply(const PutRun& operation);
  Status Apply(const PutRunUnit& operation);
  Status Apply(const StartUnit& operation);
  Status Apply(const EndUnit& operation);
  Status Apply(const ForgetUnit& operation);
  Status Apply(const ForgetFrom& operation);
  Status Apply(const PutOverlap& operation);
  Status Apply(const PutDecision& operation);
  Status Apply(const ForgetDecisions& operation);
  Status Apply(const PutLabel& operation);

 private:
  Result<std::optional<int64_t>> MaybeUnit(const std::optional<Hash>& unit_key);

  Connection* db_;
  RowIds* ids_;
};

}  // namespace hone
