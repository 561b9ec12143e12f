// hone import: the output folder of a published system, read into the results database as history.
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "base/text.h"
#include "engine/import_layout.h"
#include "store/forget_experiments.h"
#include "store/store.h"

namespace hone {
namespace {

// All of it or nothing: what was written before an error is forgotten again.
Status WriteAll(const std::string& db, UvEventLoop* loop, HistoryRows* history) {
  Status first;
  {
    Store::Options options;
    options.path = db;
    HONE_ASSIGN(auto store, Store::Open(std::move(options),
                                        [loop](auto task) { loop->Post(std::move(task)); }));
    for (Operation& operation : history->operations) {
      store->Write(std::move(operation), [&first](const Status& status) {
        if (!status.ok() && first.ok()) first = status;
      });
    }
    bool done = false;
    store->Flush([&](const Status& status) {
      if (!status.ok() && first.ok()) first = status;
      done = true;
      loop->Stop();
    });
    while (!done) loop->Run();
  }
  if (first.ok()) return first;
  const auto forgotten = ForgetInFile(db, {history->experiment}, /*answers_too=*/false);
  return forgotten.ok() ? first : forgotten.error();
}

}  // namespace

VerbResult ImportVerb(const GlobalArguments& global, const ImportArguments& arguments) {
  HONE_ASSIGN(const auto workbench, Workbench::Make({}));
  HONE_ASSIGN(const TextTree tree, ReadTextTree(arguments.folder));
  HONE_ASSIGN(const ImportedHistory history,
              AskForHistory(&workbench->loop(), &workbench->spawner(),
                            workbench->installation().home, ".", arguments.layout, tree.files));
  HistorySource source;
  source.layout = arguments.layout;
  source.folder = arguments.folder;
  source.hone_version = HONE_VERSION;
  source.name = arguments.name;
  source.hash = tree.hash;
  source.now_ms = workbench->clock().NowMs();
  auto rows = RowsOfHistory(history, source);
  if (!rows.ok()) return rows.error().With("recipe '" + history.recipe + "': import");
  HONE_TRY(WriteAll(global.db, &workbench->loop(), &*rows));
  for (const Json& note : history.answer["notes"].items()) {
    Report(Tone::kPlain, "note: " + OneLine(note.AsString(), 200));
  }
  if (!tree.left_out.empty()) {
    Report(Tone::kPlain, std::to_string(tree.left_out.size()) +
                             " files are no texts and are left out, such as " +
                             tree.left_out.front());
  }
  if (arguments.json) {
    PrintJson(Json::MakeObject({{"experiment", Json(rows->name)},
                                {"hash", Json(rows->experiment.Hex())},
                                {"units", Json(rows->units)},
                                {"rows", Json(rows->rows)}}));
    return ExitCode::kComplete;
  }
  Report(Tone::kGood, "experiment '" + rows->name + "': " + std::to_string(rows->units) +
                          " units, " + std::to_string(rows->rows) +
                          " rows; hone table and hone ls show it");
  return ExitCode::kComplete;
}

}  // namespace hone
