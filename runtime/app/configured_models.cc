#include "app/configured_models.h"

#include <algorithm>
#include <utility>

#include "adapters/offline/hash_embedding.h"
#include "adapters/offline/options.h"
#include "app/known_models.h"

namespace hone {
namespace {

constexpr int64_t kUnknownOutputLimit = 32'768;
constexpr int kMaxFallbacks = 4;
constexpr int kDefaultInFlight = 64;
constexpr int kCautiousStart = 4;
constexpr int kProgramsAtOnce = 4;  // a command-line agent takes a processor and some memory

// Nobody else's rate limit is in the way on this machine: no slow start there.
EndpointLimits LimitsOf(const EndpointChoice& endpoint) {
  const EndpointConfig& settings = endpoint.settings;
  EndpointLimits limits;
  const bool is_program = endpoint.provider->form == WireForm::kExec;
  limits.max_in_flight =
      settings.max_in_flight.value_or(is_program ? kProgramsAtOnce : kDefaultInFlight);
  const int start = endpoint.is_this_machine ? limits.max_in_flight : kCautiousStart;
  limits.start_in_flight = std::min(settings.start_in_flight.value_or(start), limits.max_in_flight);
  limits.requests_per_minute = settings.rpm;
  limits.tokens_per_minute = settings.tpm;
  return limits;
}

}  // namespace

Result<ModelChoice> ConfiguredModels::DescribeOne(const ModelName& name) {
  ModelChoice choice;
  choice.name = name.Full();
  if (name.provider == "offline") {
    choice.prices = TokenPrices{0, 0, 0, 0, 0, "offline"};
    choice.max_output_tokens = kUnknownOutputLimit;
  }
  if (name.provider == "offline" && name.model != offline::kEmbeddingName) {
    const auto options = offline::ParseReaderOptions(name.model);
    if (!options.ok()) return options.error().With("model 'offline/" + name.model + "'");
  }
  HONE_ASSIGN(const EndpointChoice endpoint, ChooseEndpoint(name, config_, environment_));
  choice.endpoint = endpoint.name;
  choice.takes_seed = endpoint.provider->takes_seed;
  choice.limits = LimitsOf(endpoint);
  if (name.provider == "offline") return choice;

  // A model of one's own machine is what its user put there.
  const bool is_own = endpoint.is_this_machine && endpoint.provider->form != WireForm::kExec;
  choice.is_alias = !IsPinnedModelName(name.model) && !is_own;
  choice.max_output_tokens = kUnknownOutputLimit;
  const std::optional<KnownModel> known = FindKnownModel(name.Bare());
  if (known) choice.max_output_tokens = known->max_output_tokens;
  // A list price is the provider's own; somebody else's endpoint has the price its user gives it.
  if (known && name.endpoint.empty()) choice.prices = known->prices;
  for (const std::string& key : {name.Bare(), name.Full()}) {
    const auto price = config_.prices.find(key);
    if (price == config_.prices.end()) continue;
    choice.prices = price->second.prices;
    choice.max_output_tokens = price->second.max_output_tokens.value_or(choice.max_output_tokens);
  }
  return choice;
}

Result<ModelChoice> ConfiguredModels::OpenOne(const ModelName& name) {
  HONE_ASSIGN(ModelChoice choice, DescribeOne(name));
  auto open = open_.find(choice.name);
  if (open == open_.end()) {
    HONE_ASSIGN(const EndpointChoice endpoint, ChooseEndpoint(name, config_, environment_));
    HONE_ASSIGN(ProviderModels models,
                OpenProvider({loop_, http_, clock_, environment_}, name, endpoint));
    open = open_.emplace(choice.name, std::move(models)).first;
  }
  choice.model = open->second.chat.get();
  choice.embedder = open->second.embedder.get();
  return choice;
}

Status ConfiguredModels::AddFallbacks(bool open, ModelChoice* choice, int depth) {
  const auto found = config_.fallbacks.find(choice->name);
  if (found == config_.fallbacks.end()) return Ok{};
  const std::string where = config_.file + ": fallbacks.\"" + choice->name + "\"";
  if (depth >= kMaxFallbacks) {
    return Invalid(where + ": more than " + std::to_string(kMaxFallbacks) +
                   " fallbacks one after the other, or a circle of them");
  }
  const Result<ModelName> name = ResolveModelName(found->second, config_, environment_);
  if (!name.ok()) return name.error().With(where);
  Result<ModelChoice> other = open ? OpenOne(*name) : DescribeOne(*name);
  if (!other.ok()) return other.error().With(where);
  HONE_TRY(AddFallbacks(open, &*other, depth + 1));
  choice->fallback = std::make_shared<const ModelChoice>(std::move(*other));
  return Ok{};
}

Result<ModelChoice> ConfiguredModels::Describe(const std::string& name) {
  HONE_ASSIGN(const ModelName parsed, ResolveModelName(name, config_, environment_));
  HONE_ASSIGN(ModelChoice choice, DescribeOne(parsed));
  HONE_TRY(AddFallbacks(false, &choice, 0));
  return choice;
}

Result<ModelChoice> ConfiguredModels::Open(const std::string& name) {
  HONE_ASSIGN(const ModelName parsed, ResolveModelName(name, config_, environment_));
  HONE_ASSIGN(ModelChoice choice, OpenOne(parsed));
  HONE_TRY(AddFallbacks(true, &choice, 0));
  return choice;
}

}  // namespace hone
