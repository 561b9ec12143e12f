#include "primitives/container_command.h"

#include <array>
#include <string_view>

#include "primitives/container_exec.h"
#include "primitives/container_get.h"
#include "primitives/container_process.h"
#include "primitives/container_put.h"
#include "primitives/container_snapshot.h"
#include "primitives/container_terminal.h"
#include "primitives/container_verify.h"

namespace hone {
namespace {

enum class Command {
  kExec,
  kPut,
  kGet,
  kSnapshot,
  kVerify,
  kTerminal,
  kSend,
  kScreen,
  kProcess,
  kAsk
};

struct Known {
  std::string_view kind;
  Command command;
  bool changes;
};
constexpr std::array<Known, 10> kKnown = {{{"container.exec", Command::kExec, true},
                                           {"container.put", Command::kPut, true},
                                           {"container.get", Command::kGet, false},
                                           {"container.snapshot", Command::kSnapshot, false},
                                           {"container.verify", Command::kVerify, true},
                                           {"container.terminal", Command::kTerminal, true},
                                           {"container.send", Command::kSend, true},
                                           {"container.screen", Command::kScreen, false},
                                           {"container.process", Command::kProcess, true},
                                           {"container.ask", Command::kAsk, true}}};

const Known* Find(std::string_view kind) {
  for (const Known& known : kKnown) {
    if (known.kind == kind) return &known;
  }
  return nullptr;
}

}  // namespace

bool IsContainerCommand(const std::string& kind) { return Find(kind) != nullptr; }

bool ChangesContainer(const std::string& kind) {
  const Known* known = Find(kind);
  return known != nullptr && known->changes;
}

void RunContainerCommand(const std::string& kind, const std::shared_ptr<ContainerBox>& box,
                         const Json& args, const AssetMap& assets, EffectDone done) {
  const Known* known = Find(kind);
  HONE_CHECK(known != nullptr);
  switch (known->command) {
    case Command::kExec:
      return RunContainerExec(box, args, std::move(done));
    case Command::kPut:
      return RunContainerPut(box, args, assets, std::move(done));
    case Command::kGet:
      return RunContainerGet(box, args, std::move(done));
    case Command::kSnapshot:
      return RunContainerSnapshot(box, std::move(done));
    case Command::kVerify:
      return RunContainerVerify(box, args, assets, std::move(done));
    case Command::kTerminal:
      return RunContainerTerminal(box, args, std::move(done));
    case Command::kSend:
      return RunContainerSend(box, args, std::move(done));
    case Command::kScreen:
      return RunContainerScreen(box, args, std::move(done));
    case Command::kProcess:
      return RunContainerProcess(box, args, std::move(done));
    case Command::kAsk:
      return RunContainerAsk(box, args, std::move(done));
  }
}

}  // namespace hone
