#include "engine/effect_desk.h"

#include <utility>

namespace hone {

EffectDesk::EffectDesk(Options options) : options_(std::move(options)) {
  ContainerEngine* engine = options_.facilities.containers;
  if (engine == nullptr) return;
  sessions_ = std::make_unique<ContainerSession>(*engine, options_.facilities.session_program);
}

EffectDesk::~EffectDesk() { *alive_ = false; }

void EffectDesk::Pass(std::function<void(Status)> go) {
  if (stopped_) return go(*stopped_);
  if (held_) {
    held_effects_.push_back(std::move(go));
    return;
  }
  go(Ok{});
}

void EffectDesk::Hold(bool hold) {
  held_ = hold;
  if (hold) return;
  for (const auto& go : std::exchange(held_effects_, {})) go(Ok{});
}

void EffectDesk::Stop(Error why) {
  if (stopped_) return;
  stopped_ = std::move(why);
  for (const auto& go : std::exchange(held_effects_, {})) go(*stopped_);
  for (const auto& go : std::exchange(waiting_, {})) go(*stopped_);
}

void EffectDesk::TakePlace(bool waits, std::function<void(Status)> go) {
  if (stopped_) return go(*stopped_);
  if (waits && (taken_ >= options_.facilities.containers_at_once || !waiting_.empty())) {
    waiting_.push_back(std::move(go));
    return;
  }
  ++taken_;
  go(Ok{});
}

void EffectDesk::FreePlace() {
  --taken_;
  Admit();
  if (taken_ == 0 && on_quiet_) on_quiet_();
}

void EffectDesk::Admit() {
  while (taken_ < options_.facilities.containers_at_once && !waiting_.empty()) {
    const auto go = std::move(waiting_.front());
    waiting_.pop_front();
    ++taken_;
    go(Ok{});
  }
}

void EffectDesk::Destroy(const ContainerEngine::ContainerId& container) {
  sessions_->Forget(container);
  options_.facilities.containers->Destroy(container,
                                          [this, alive = alive_](const Result<Ok>& /*gone*/) {
                                            if (*alive) FreePlace();
                                          });
}

void EffectDesk::Prepare(const ImageSpec& image, const Asset* folder,
                         ContainerEngine::Done<ImageInfo> done) {
  const std::string key =
      image.content.empty() ? "n" + image.name : (image.network ? "N" : "f") + image.content;
  Image& entry = images_[key];
  if (entry.made) return done(*entry.made);
  entry.waiting.push_back(std::move(done));
  if (entry.waiting.size() > 1) return;
  const auto end = [this, key, alive = alive_](const Result<ImageInfo>& made) {
    if (!*alive) return;
    auto node = images_.extract(key);
    // What failed may work the next time it is asked for.
    if (made.ok()) images_[key].made = *made;
    for (const auto& waiter : node.mapped().waiting) waiter(made);
  };
  if (folder != nullptr) {
    const Result<std::vector<AssetEntry>> content = ReadAsset(*folder);
    if (!content.ok()) return end(content.error());
  }
  options_.facilities.containers->Prepare(image, end);
}

}  // namespace hone
