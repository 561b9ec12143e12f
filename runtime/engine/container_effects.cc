#include "engine/container_effects.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "primitives/container_command.h"
#include "primitives/container_open.h"
#include "primitives/exec_row.h"

namespace hone {
namespace {

// An effect that the record answered, and what it gave.
struct Recalled {
  Effect effect;
  Json form;
};

struct Container {
  std::string path;
  int64_t opened = 0;
  Recalled opening;
  std::vector<Recalled> commands;     // on record, in their order
  std::shared_ptr<ContainerBox> box;  // null until it is made
  bool has_place = false;
  bool is_over = false;  // closed or verified: nothing follows
  int64_t used_ms = 0;   // by commands on record
  ExecPlace row;
};

std::string NameOf(const Effect& opening) {
  return opening.path + "#" + std::to_string(opening.ordinal);
}

Json OpenedValue(const std::string& name, const ContainerBox& box) {
  const std::string& workdir = box.workdir.empty() ? box.image.workdir : box.workdir;
  return Json::MakeObject({{"container", Json(name)},
                           {"image_digest", Json(box.image.digest)},
                           {"backend", Json(box.image.backend)},
                           {"workdir", Json(workdir.empty() ? "/" : workdir)}});
}

bool IsAtOrAbove(const std::string& path, const std::string& other) {
  return path.empty() || path == other || other.starts_with(path + ".");
}

class UnitContainers : public std::enable_shared_from_this<UnitContainers> {
 public:
  UnitContainers(EffectDesk* desk, const AssetMap* assets, OnEffectDivergence on_divergence)
      : desk_(desk), assets_(assets), on_divergence_(std::move(on_divergence)) {}

  Status Check(const Effect& effect) const;
  void Recall(const Effect& effect, const Json& form);
  void Run(const Effect& effect, EffectDone done);
  void Close(const std::string& name);
  // Of the containers that were opened along it, those that are still there.
  void ClosePath(const std::string& path);
  [[nodiscard]] bool Leaves(const Effect& effect) const;
  [[nodiscard]] std::optional<Json> RowOf(const Effect& effect, const Json& form) const;
  void LetGo();

 private:
  [[nodiscard]] std::shared_ptr<Container> Find(const Effect& effect) const;
  [[nodiscard]] bool HoldsPlace(const std::string& path) const;
  std::shared_ptr<Container> Add(const Effect& opening, const Json& form);
  void Open(const std::shared_ptr<Container>& container, const Effect& effect, EffectDone done);
  void Make(const std::shared_ptr<Container>& container, ContainerWish wish, EffectDone done);
  void Rebuild(const std::shared_ptr<Container>& container, const EffectDone& failed,
               std::function<void()> ready);
  void Repeat(const std::shared_ptr<Container>& container, std::size_t index,
              const EffectDone& failed, std::function<void()> ready);
  void Diverged(const Container& container, const Recalled& recalled, const Json& now);
  void Command(const std::shared_ptr<Container>& container, const Effect& effect,
               const EffectDone& done);
  void End(Container* container);
  void Drop(Container* container);

  EffectDesk* desk_;
  const AssetMap* assets_;
  OnEffectDivergence on_divergence_;
  std::map<std::string, std::shared_ptr<Container>> containers_;
  int64_t generation_ = 0;
};

std::shared_ptr<Container> UnitContainers::Find(const Effect& effect) const {
  const auto found = containers_.find(effect.args["container"].AsString());
  return found == containers_.end() ? nullptr : found->second;
}

Status UnitContainers::Check(const Effect& effect) const {
  if (effect.kind == "container.open") {
    const Result<ContainerWish> wish = ReadContainerOpen(effect.args, *assets_);
    return wish.ok() ? Status() : Status(wish.error());
  }
  if (!IsContainerCommand(effect.kind) && effect.kind != "container.time_left") {
    return Invalid("the effect '" + OneLine(effect.kind, 60) + "' is not there");
  }
  const std::shared_ptr<Container> container = Find(effect);
  const std::string what =
      effect.kind + ": the container " + OneLine(effect.args["container"].AsString(), 80);
  if (container == nullptr) return Fail(ErrorCode::kNotFound, what + " is not there");
  if (container->is_over) return Invalid(what + " has ended");
  if (container->path == effect.path) return Ok{};
  return Fail(ErrorCode::kRefused, what + " belongs to the path '" + container->path +
                                       "' that opened it, and this is '" + effect.path +
                                       "': open one where it is used");
}

std::shared_ptr<Container> UnitContainers::Add(const Effect& opening, const Json& form) {
  auto container = std::make_shared<Container>();
  container->path = opening.path;
  container->opened = opening.ordinal;
  container->opening = {opening, form};
  container->row = {NameOf(opening), form["value"]["image_digest"].AsString(),
                    form["value"]["backend"].AsString()};
  return container;
}

void UnitContainers::Recall(const Effect& effect, const Json& form) {
  if (effect.kind == "container.open") {
    if (form.Has("value")) containers_[NameOf(effect)] = Add(effect, form);
    return;
  }
  const std::shared_ptr<Container> container = Find(effect);
  container->used_ms += form["duration_ms"].AsInt();
  if (effect.kind == "container.verify") return End(container.get());
  // What only looks is not repeated, and what failed had no part in it.
  if (ChangesContainer(effect.kind) && form.Has("value")) {
    container->commands.push_back({effect, form});
  }
}

bool UnitContainers::HoldsPlace(const std::string& path) const {
  for (const auto& [name, container] : containers_) {
    if (container->has_place && IsAtOrAbove(container->path, path)) return true;
  }
  return false;
}

void UnitContainers::Run(const Effect& effect, EffectDone done) {
  if (effect.kind == "container.open") {
    const std::shared_ptr<Container> container = Add(effect, Json());
    return Open(container, effect,
                [self = shared_from_this(), container, effect, done](const Result<EffectEnd>& end) {
                  if (end.ok() && !end->failure) {
                    container->opening.form = JournalForm(*end);
                    container->row.image_digest = end->value["image_digest"].AsString();
                    container->row.backend = end->value["backend"].AsString();
                    self->containers_[NameOf(effect)] = container;
                  }
                  done(end);
                });
  }
  const std::shared_ptr<Container> container = Find(effect);
  if (effect.kind == "container.time_left") {
    Json value = Json::MakeObject();
    const Json& limit = container->opening.effect.args["limits"]["time_s"];
    const int64_t used = container->box ? container->box->used_ms : container->used_ms;
    if (limit.is_number()) {
      const auto limit_ms = static_cast<int64_t>(std::ceil(limit.AsDouble() * 1000));
      value.Set("seconds", static_cast<double>(std::max<int64_t>(0, limit_ms - used)) / 1000);
    }
    return done(EffectEnd::Value(std::move(value)));
  }
  Rebuild(container, done, [self = shared_from_this(), container, effect, done] {
    self->Command(container, effect, done);
  });
}

void UnitContainers::Command(const std::shared_ptr<Container>& container, const Effect& effect,
                             const EffectDone& done) {
  RunContainerCommand(effect.kind, container->box, effect.args, *assets_,
                      [self = shared_from_this(), container, kind = effect.kind,
                       done](const Result<EffectEnd>& end) {
                        if (kind == "container.verify") self->End(container.get());
                        done(end);
                      });
}

// The image, a place, the container.
void UnitContainers::Open(const std::shared_ptr<Container>& container, const Effect& effect,
                          EffectDone done) {
  if (desk_->facilities().containers == nullptr) {
    return done(EffectEnd::Failure(desk_->facilities().no_containers, true));
  }
  Result<ContainerWish> wish = ReadContainerOpen(effect.args, *assets_);
  HONE_CHECK(wish.ok());  // checked before
  const bool waits = !HoldsPlace(effect.path);
  desk_->TakePlace(waits, [self = shared_from_this(), container, wish = std::move(*wish),
                           generation = generation_, done](const Status& taken) {
    if (generation != self->generation_) {
      if (taken.ok()) self->desk_->FreePlace();
      return;
    }
    if (!taken.ok()) return done(taken.error());
    container->has_place = true;
    self->Make(container, wish, done);
  });
}

void UnitContainers::Make(const std::shared_ptr<Container>& container, ContainerWish wish,
                          EffectDone done) {
  const auto failed = [container, done, desk = desk_](const Error& error) {
    container->has_place = false;
    desk->FreePlace();
    done(EffectEnd::Failure(error, true));
  };
  const int64_t generation = generation_;
  const ImageSpec image = wish.image;
  const Asset* folder = wish.folder;
  desk_->Prepare(image, folder,
                 [self = shared_from_this(), container, wish = std::move(wish), generation, failed,
                  done](const Result<ImageInfo>& made) {
                   if (!made.ok()) {
                     if (generation != self->generation_) return self->desk_->FreePlace();
                     return failed(made.error());
                   }
                   if (generation != self->generation_) return self->desk_->FreePlace();
                   OpenContainer(self->desk_->kit(), wish, *made,
                                 [self, container, generation, failed,
                                  done](Result<std::shared_ptr<ContainerBox>> box) {
                                   if (generation != self->generation_) {
                                     if (box.ok()) return self->desk_->Destroy((*box)->id);
                                     return self->desk_->FreePlace();
                                   }
                                   if (!box.ok()) return failed(box.error());
                                   container->box = std::move(*box);
                                   done(EffectEnd::Value(OpenedValue(
                                       NameOf(container->opening.effect), *container->box)));
                                 });
                 });
}

void UnitContainers::Rebuild(const std::shared_ptr<Container>& container, const EffectDone& failed,
                             std::function<void()> ready) {
  if (container->box != nullptr) return ready();
  Open(container, container->opening.effect,
       [self = shared_from_this(), container, failed, ready](const Result<EffectEnd>& end) {
         if (!end.ok() || end->failure) return failed(end);
         const Json now = JournalForm(*end);
         if (!IsSameAnswer(container->opening.form, now)) {
           return self->Diverged(*container, container->opening, now);
         }
         self->Repeat(container, 0, failed, ready);
       });
}

void UnitContainers::Repeat(const std::shared_ptr<Container>& container, std::size_t index,
                            const EffectDone& failed, std::function<void()> ready) {
  if (index == container->commands.size()) {
    container->commands.clear();
    container->box->used_ms = container->used_ms;  // what is on record counts
    return ready();
  }
  const Recalled& recalled = container->commands[index];
  RunContainerCommand(recalled.effect.kind, container->box, recalled.effect.args, *assets_,
                      [self = shared_from_this(), container, index, generation = generation_,
                       failed, ready](const Result<EffectEnd>& end) {
                        if (generation != self->generation_) return;
                        if (!end.ok()) return failed(end);
                        if (end->failure && end->infrastructure) {
                          // Not what the command gave, but no way to know: the container is not as
                          // it was.
                          self->Drop(container.get());
                          return failed(end);
                        }
                        const Recalled& repeated = container->commands[index];
                        const Json now = JournalForm(*end);
                        if (!IsSameAnswer(repeated.form, now))
                          return self->Diverged(*container, repeated, now);
                        self->Repeat(container, index + 1, failed, ready);
                      });
}

void UnitContainers::Diverged(const Container& container, const Recalled& recalled,
                              const Json& now) {
  on_divergence_({container.path, container.opened, recalled.effect.ordinal, recalled.effect.kind,
                  recalled.form, now});
}

void UnitContainers::Drop(Container* container) {
  if (!container->has_place) return;
  container->has_place = false;
  if (container->box == nullptr) return;  // under way: given back when it is made
  container->box->is_given_up = true;
  desk_->Destroy(container->box->id);
  container->box = nullptr;
}

void UnitContainers::End(Container* container) {
  container->is_over = true;
  Drop(container);
}

void UnitContainers::Close(const std::string& name) {
  const auto found = containers_.find(name);
  if (found != containers_.end()) End(found->second.get());
}

void UnitContainers::ClosePath(const std::string& path) {
  for (const auto& [name, container] : containers_) {
    if (container->path == path && !container->is_over) End(container.get());
  }
}

void UnitContainers::LetGo() {
  ++generation_;
  for (const auto& [name, container] : std::exchange(containers_, {})) Drop(container.get());
}

bool UnitContainers::Leaves(const Effect& effect) const {
  const auto has_network = [](const Effect& opening) {
    return opening.args["limits"]["network"].AsBool() || opening.args["build_network"].AsBool();
  };
  if (effect.kind == "container.open") return has_network(effect);
  const std::shared_ptr<Container> container = Find(effect);
  return container != nullptr && has_network(container->opening.effect);
}

std::optional<Json> UnitContainers::RowOf(const Effect& effect, const Json& form) const {
  if (effect.kind == "container.open") {
    return ExecRow(effect.kind, effect.args, form,
                   {NameOf(effect), form["value"]["image_digest"].AsString(),
                    form["value"]["backend"].AsString()});
  }
  const std::shared_ptr<Container> container = Find(effect);
  if (container == nullptr) return std::nullopt;
  return ExecRow(effect.kind, effect.args, form, container->row);
}

// The unit's part; what waits for the engine holds it longer than the journal does.
class Group final : public EffectGroup {
 public:
  explicit Group(std::shared_ptr<UnitContainers> unit) : unit_(std::move(unit)) {}
  ~Group() override { unit_->LetGo(); }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  Status Check(const Effect& effect) override { return unit_->Check(effect); }
  void Recall(const Effect& effect, const Json& form) override { unit_->Recall(effect, form); }
  void Run(const Effect& effect, EffectDone done) override { unit_->Run(effect, std::move(done)); }
  void Tell(const std::string& kind, const Json& args) override {
    if (kind == "container.close") unit_->Close(args["container"].AsString());
    if (kind == "container.path_ended") unit_->ClosePath(args["path"].AsString());
  }
  [[nodiscard]] bool Leaves(const Effect& effect) const override { return unit_->Leaves(effect); }
  [[nodiscard]] std::optional<Json> RowOf(const Effect& effect, const Json& form) const override {
    return unit_->RowOf(effect, form);
  }
  void LetGo() override { unit_->LetGo(); }

 private:
  std::shared_ptr<UnitContainers> unit_;
};

}  // namespace

std::unique_ptr<EffectGroup> MakeContainerEffects(EffectDesk* desk, const AssetMap* assets,
                                                  OnEffectDivergence on_divergence) {
  return std::make_unique<Group>(
      std::make_shared<UnitContainers>(desk, assets, std::move(on_divergence)));
}

}  // namespace hone
