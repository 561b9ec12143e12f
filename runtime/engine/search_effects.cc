#include "engine/search_effects.h"

namespace hone {
namespace {

class SearchEffects final : public EffectGroup {
 public:
  explicit SearchEffects(SearchQueries* queries) : queries_(queries) {}

  // A service that is not configured any more does not matter to what is on record.
  Status Check(const Effect& effect) override {
    if (effect.kind == "search.query") return Ok{};
    return Invalid("the effect '" + effect.kind + "' is not there");
  }
  void Recall(const Effect& /*effect*/, const Json& /*journal_form*/) override {}
  void Run(const Effect& effect, EffectDone done) override {
    if (queries_ == nullptr) {
      return done(EffectEnd::Failure(
          Fail(ErrorCode::kUnavailable, "search.query: nothing is asked here"), true));
    }
    if (const Status checked = queries_->Check(effect.args); !checked.ok()) {
      return done(checked.error());
    }
    queries_->Run(effect.args, std::move(done));
  }
  void Tell(const std::string& /*kind*/, const Json& /*args*/) override {}
  [[nodiscard]] bool Leaves(const Effect& /*effect*/) const override { return true; }
  [[nodiscard]] std::optional<Json> RowOf(const Effect& /*effect*/,
                                          const Json& /*journal_form*/) const override {
    return std::nullopt;
  }
  void LetGo() override {}

 private:
  SearchQueries* queries_;
};

}  // namespace

std::unique_ptr<EffectGroup> MakeSearchEffects(const Facilities& facilities) {
  return std::make_unique<SearchEffects>(facilities.searches);
}

}  // namespace hone
