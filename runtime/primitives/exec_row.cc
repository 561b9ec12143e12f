#include "primitives/exec_row.h"

#include <map>

namespace hone {
namespace {

// The effect's kind -> the row's.
const std::map<std::string, const char*>& RowKinds() {
  static const std::map<std::string, const char*> kinds = {
      {"container.open", "open"},         {"container.exec", "exec"},
      {"container.put", "put"},           {"container.get", "get"},
      {"container.snapshot", "snapshot"}, {"container.verify", "verify"},
      {"container.terminal", "terminal"}, {"container.send", "terminal"},
      {"container.process", "process"},   {"container.ask", "process"}};
  return kinds;
}

// What was asked, without the contents of files and standard input.
Json CommandOf(const Json& args) {
  Json command = Json::MakeObject();
  for (const auto& [name, value] : args.members()) {
    if (name == "container") continue;
    if (name == "files") {
      Json paths = Json::MakeArray();
      for (const Json& file : value.items()) paths.Append(file["path"]);
      command.Set("files", std::move(paths));
    } else if (name == "stdin") {
      command.Set("stdin_bytes", static_cast<int64_t>(value.AsString().size()));
    } else {
      command.Set(name, value);
    }
  }
  return command;
}

}  // namespace

std::optional<Json> ExecRow(const std::string& kind, const Json& args, const Json& journal_form,
                            const ExecPlace& place) {
  const auto row_kind = RowKinds().find(kind);
  if (row_kind == RowKinds().end()) return std::nullopt;
  const Json& value = journal_form["value"];
  Json row = Json::MakeObject({{"command", CommandOf(args)},
                               {"container", Json(place.container)},
                               {"kind", Json(row_kind->second)},
                               {"image_digest", Json(place.image_digest)},
                               {"backend", Json(place.backend)},
                               {"timed_out", Json(int64_t{value["timed_out"].AsBool()})},
                               {"truncated", Json(int64_t{value["truncated"].AsBool()})}});
  if (value.Has("code")) row.Set("exit_code", value["code"]);
  if (value["killed_by"].is_string()) row.Set("killed_by", value["killed_by"]);
  for (const char* out : {"stdout", "output", "line"}) {
    if (value[out].is_string()) row.Set("stdout", value[out]);
  }
  if (value["stderr"].is_string()) row.Set("stderr", value["stderr"]);
  if (journal_form.Has("error")) row.Set("stderr", journal_form["error"]["message"]);
  if (journal_form.Has("duration_ms")) row.Set("duration_ms", journal_form["duration_ms"]);
  return row;
}

}  // namespace hone
