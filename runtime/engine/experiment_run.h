// ExperimentRun: one `hone run` of an experiment: a session, or of a search the sessions of its
// rungs and one that reports the winner beside the arm that was varied.
//
// What a search has decided is written to search_decisions, and is made anew from the recorded
// results when the same command continues: a rung that is on record costs nothing. Loop's thread
// only.
#pragma once

#include <memory>

#include "engine/search.h"
#include "engine/session.h"

namespace hone {

// Whether this part of a sharded run can be executed by itself: grid and random searches evaluate
// their candidates in any process and choose in the run after the merge; halving and racing decide
// at barriers that need the results of all parts.
Status CheckShardable(const LoadedExperiment& loaded, const Shard& shard);

class ExperimentRun {
 public:
  // As Session's. REQUIRES: CheckShardable for options.shard.
  ExperimentRun(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner, Store* store,
                const LoadedExperiment* loaded, SessionOptions options, Session::Hooks hooks);
  ~ExperimentRun();

  SessionEnd Run();
  void Interrupt();

 private:
  SessionEnd RunSession(SessionOptions options);
  SessionEnd RunSearch();
  SessionEnd RunReport(std::size_t winner);
  SessionOptions RoundOptions(const SearchRound& round) const;
  // What is missing for good becomes a decision; false: the round cannot be decided.
  bool TakeOutFailed(const SessionEnd& end, Search* search);
  Search::Scores ScoresOf(const SessionEnd& end);
  void Write(const std::vector<SearchDecision>& decisions);
  void AddUp(const SessionEnd& end);

  EventLoop* loop_;
  Clock* clock_;
  ScriptProcessSpawner* spawner_;
  Store* store_;
  const LoadedExperiment* loaded_;
  SessionOptions options_;
  Session::Hooks hooks_;
  std::unique_ptr<Session> session_;
  Progress total_;                   // of the sessions that have ended
  std::vector<MissingCell> failed_;  // of candidates that were taken out
};

}  // namespace hone
