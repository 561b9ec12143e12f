#include "engine/convert.h"

#include <algorithm>

#include "base/text.h"
#include "data/row_reader.h"
#include "engine/override.h"
#include "engine/parameters.h"
#include "engine/script_host.h"
#include "engine/source_tree.h"

namespace hone {
namespace {

constexpr std::string_view kPrefix = "hone.convert.";

Status Send(const Json& reply, const Converter::Sink& sink, BadRows* bad) {
  for (const Json& row : reply["bad"].items()) {
    bad->Add(row["where"].AsString(), row["why"].AsString());
  }
  for (const Json& text : reply["units"].items()) {
    HONE_TRY(sink(text["path"].AsString(), text["text"].AsString()));
  }
  return {};
}

}  // namespace

struct Converter::State {
  State(EventLoop* loop, ScriptProcessSpawner* spawner, SourceTree tree,
        ScriptHost::Options options)
      : sources(std::move(tree)), host(loop, spawner, std::move(options), {}) {}

  SourceTree sources;
  ScriptHost host;
};

Converter::Converter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Converter::~Converter() = default;

Result<std::unique_ptr<Converter>> Converter::Open(EventLoop* loop, ScriptProcessSpawner* spawner,
                                                   const std::string& home,
                                                   const std::string& project) {
  HONE_ASSIGN(SourceTree sources, SourceTree::Read(home, project));
  ScriptHost::Options options;
  options.modules = sources.ModulesForStart();
  auto state = std::make_unique<State>(loop, spawner, std::move(sources), std::move(options));
  HONE_TRY(state->host.Start());
  return std::unique_ptr<Converter>(new Converter(std::move(state)));
}

Result<std::vector<ConverterInfo>> Converter::List() {
  std::vector<ConverterInfo> out;
  for (const auto& [module, source] : state_->sources.modules()) {
    if (!module.starts_with(kPrefix)) continue;
    HONE_ASSIGN(
        const Json described,
        state_->host.Ask(FrameType::kDescribe, Json::MakeObject({{"program", Json(module)}})));
    out.push_back({module.substr(kPrefix.size()), described["doc"].AsString(),
                   described["writes"].AsString() == "folder", described["params"]});
  }
  return out;
}

Result<ConverterInfo> Converter::Find(const std::string& name) {
  HONE_ASSIGN(const std::vector<ConverterInfo> all, List());
  const std::string wanted = ReplaceAll(name, "-", "_");
  std::vector<std::string> names;
  for (const ConverterInfo& one : all) {
    if (one.name == wanted) return one;
    names.push_back(one.name);
  }
  return Fail(ErrorCode::kNotFound, "hone convert: there is no kind '" + OneLine(name, 60) + "'" +
                                        NameHint(wanted, names));
}

Result<BadRows> Converter::Run(const ConverterInfo& converter, const std::string& input,
                               const std::vector<std::string>& settings, const Sink& sink,
                               bool* skips) {
  Json given = Json::MakeObject();
  for (const std::string& setting : settings) {
    HONE_ASSIGN(const Override change, ParseOverride(setting));
    given.Set(Join(change.path, "."), change.value);
  }
  HONE_ASSIGN(Json params, ResolveParameters(converter.params, given, converter.name));
  *skips = params["skip_bad_rows"].AsBool();
  params.Set("path", Json(input));
  const std::string module = std::string(kPrefix) + converter.name;
  HONE_ASSIGN(const Json reader,
              state_->host.Ask(FrameType::kMapData,
                               Json::MakeObject({{"program", Json(module)}, {"params", params}})));
  Json spec = reader["options"].is_object() ? reader["options"] : Json::MakeObject();
  spec.Set("kind", reader["reader"]);
  HONE_ASSIGN(const auto rows, OpenReader(spec, "."));
  BadRows bad;
  while (true) {
    HONE_ASSIGN(std::optional<Json> row, rows->Next());
    if (!row) break;
    HONE_ASSIGN(const Json reply, state_->host.Ask(FrameType::kDataRow,
                                                   Json::MakeObject({{"row", std::move(*row)}})));
    HONE_TRY(Send(reply, sink, &bad));
  }
  HONE_ASSIGN(const Json last, state_->host.Ask(FrameType::kDataEnd, Json::MakeObject()));
  HONE_TRY(Send(last, sink, &bad));
  BadRows all = rows->bad_rows();
  all.Take(bad);
  return all;
}

}  // namespace hone
