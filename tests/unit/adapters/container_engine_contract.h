// What every ContainerEngine owes its caller, as cases that run on any engine (Docker, Podman,
// bubblewrap). An engine's test program runs them with BOOST_DATA_TEST_CASE over the lists:
//
//   BOOST_DATA_TEST_CASE(contract, bdata::make(ContainerContract()), one) { one.run(bench); }
//
// The base image needs busybox's applets and /bin/sh, nothing else. Cases never look at the clock:
// where something must not hang, a limit of the command ends it and the case sees that.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "support/container_bench.h"

namespace hone::testing {

struct ContractCase {
  std::string name;
  std::function<void(ContainerBench&)> run;
};
inline std::ostream& operator<<(std::ostream& out, const ContractCase& one) {
  return out << one.name;
}

std::vector<ContractCase> ContainerLifeCases();  // images, containers, snapshots
std::vector<ContractCase> ContainerExecCases();  // commands, limits of time and output
std::vector<ContractCase> ContainerFileCases();  // put and get, hostile archives
// Attacks from inside: each is contained, and told where the port has a word for it.
std::vector<ContractCase> ContainerAttackCases();

std::vector<ContractCase> ContainerContract();  // all of them

// Beyond the contract: a container that its commands have starved is brought back, with its files.
std::vector<ContractCase> ContainerStarvedCases();

// Terminals and line programs of primitives/container_session.h, which need nothing of an engine
// beyond the contract.
std::vector<ContractCase> ContainerSessionCases();

// Command lines of the processes on this machine that hold `marker`, whoever's they are.
std::vector<std::string> ProcessesWith(const std::string& marker);
// Whether they all have ended, at once or as soon as a dying one is gone.
bool AllEnd(const std::string& marker);
// A text that is in no other test's command lines.
std::string FreshMarker();

}  // namespace hone::testing
