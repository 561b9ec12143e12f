#include "engine/sweep.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "engine/experiment_field.h"
#include "stats/random_stream.h"

namespace hone {
namespace {

constexpr std::size_t kMostCandidates = 10'000;
constexpr int64_t kDefaultTrials = 16;

const std::vector<std::string> kMethods = {"grid", "random", "halving", "racing"};
const std::vector<std::string> kOperators = {"<", "<=", ">", ">=", "==", "~="};
const std::vector<std::string> kSearchFields = {"method", "arm", "trials", "select",
                                                "seed",   "eta", "rung",   "level"};

Result<int64_t> ReadCount(const std::string& file, const std::string& path, const Json& value,
                          int64_t least) {
  if (!value.is_int() || value.AsInt() < least) {
    return FieldError(file, path, "expected a whole number, at least " + std::to_string(least));
  }
  return value.AsInt();
}

// A number strictly between 0 and 1.
Result<double> ReadShare(const std::string& file, const std::string& path, const Json& value) {
  const double share = value.AsDouble(-1);
  if (!value.is_number() || share <= 0 || share >= 1) {
    return FieldError(file, path, "expected a number between 0 and 1");
  }
  return share;
}

Status ReadSearchFields(const std::string& file, const Json& fields, SearchSpec* out) {
  HONE_TRY(CheckFields(file, "search", fields, kSearchFields));
  if (fields.Has("method")) {
    out->method = fields["method"].AsString();
    if (std::find(kMethods.begin(), kMethods.end(), out->method) == kMethods.end()) {
      return FieldError(file, "search.method",
                        "unknown '" + out->method + "'" + NameHint(out->method, kMethods));
    }
  }
  out->arm = fields["arm"].AsString();
  if (fields.Has("trials")) {
    HONE_ASSIGN(out->trials, ReadCount(file, "search.trials", fields["trials"], 1));
  }
  if (fields.Has("select")) {
    HONE_ASSIGN(out->select, ReadShare(file, "search.select", fields["select"]));
  }
  if (fields.Has("level")) {
    HONE_ASSIGN(out->level, ReadShare(file, "search.level", fields["level"]));
  }
  if (fields.Has("eta")) {
    HONE_ASSIGN(out->eta, ReadCount(file, "search.eta", fields["eta"], 2));
  }
  if (fields.Has("rung")) {
    HONE_ASSIGN(out->rung, ReadCount(file, "search.rung", fields["rung"], 1));
  }
  if (fields.Has("seed")) {
    const Json& seed = fields["seed"];
    if (!seed.is_int() && !seed.is_string()) {
      return FieldError(file, "search.seed", "expected a whole number or a text");
    }
    out->seed = seed.is_string() ? seed.AsString() : seed.Dump();
  }
  return Ok{};
}

Result<std::vector<SweepConstraint>> ReadWhere(const std::string& file, const Json& where) {
  std::vector<SweepConstraint> out;
  if (where.is_null()) return out;
  if (!where.is_array()) {
    return FieldError(file, "where", "expected a list such as { { \"a\", \"<=\", \"b\" } }");
  }
  for (std::size_t i = 0; i < where.size(); ++i) {
    const std::string path = "where[" + std::to_string(i + 1) + "]";
    const Json& triple = where.items()[i];
    if (!triple.is_array() || triple.size() != 3 || !triple.items()[0].is_string() ||
        !triple.items()[1].is_string()) {
      return FieldError(file, path, "expected { \"parameter\", \"<=\", \"parameter\" or value }");
    }
    const std::string& op = triple.items()[1].AsString();
    if (std::find(kOperators.begin(), kOperators.end(), op) == kOperators.end()) {
      return FieldError(file, path,
                        "unknown operator '" + op + "'; known: " + Join(kOperators, " "));
    }
    out.push_back({triple.items()[0].AsString(), op, triple.items()[2]});
  }
  return out;
}

const Json* Declared(const Json& declared, const std::string& name) {
  for (const Json& param : declared.items()) {
    if (param["name"].AsString() == name) return &param;
  }
  return nullptr;
}

std::vector<std::string> NamesOf(const Json& declared) {
  std::vector<std::string> out;
  for (const Json& param : declared.items()) out.push_back(param["name"].AsString());
  return out;
}

// Coordinate `dimension` of point `index`: the additive recurrence with the powers of the
// generalised golden ratio (Roberts, "The unreasonable effectiveness of quasirandom sequences",
// 2018), shifted by the seed (Cranley and Patterson, 1976).
double Coordinate(const std::string& seed, std::size_t index, std::size_t dimension,
                  std::size_t dimensions) {
  double ratio = 2;
  for (int i = 0; i < 64; ++i) {
    ratio = std::pow(1 + ratio, 1.0 / static_cast<double>(dimensions + 1));
  }
  const double step = std::pow(ratio, -static_cast<double>(dimension + 1));
  const double shift = RandomStream(seed, "sweep " + std::to_string(dimension)).Double();
  const double at = shift + step * static_cast<double>(index);
  return at - std::floor(at);
}

// Four significant digits: readable, and the same on every machine.
double Rounded(double value) {
  if (value == 0) return 0;
  const int digits = 3 - static_cast<int>(std::floor(std::log10(std::fabs(value))));
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

Json DrawFrom(const SweepDimension& dimension, const Json& param, double u) {
  if (!dimension.values.empty()) {
    const auto n = static_cast<double>(dimension.values.size());
    return dimension.values[static_cast<std::size_t>(std::min(std::floor(u * n), n - 1))];
  }
  const bool is_int = param["type"].AsString() == "int";
  // Whole numbers: each of them gets a share of its own at both ends.
  const double low = is_int ? dimension.min - 0.5 : dimension.min;
  const double high = is_int ? dimension.max + 0.5 : dimension.max;
  double value = low + u * (high - low);
  if (dimension.is_log) {
    const double log_low = std::log(std::max(low, dimension.min / 2));
    value = std::exp(log_low + u * (std::log(high) - log_low));
  }
  value = std::clamp(is_int ? std::round(value) : Rounded(value), dimension.min, dimension.max);
  return is_int ? Json(static_cast<int64_t>(value)) : Json(value);
}

Result<bool> Holds(const std::string& file, const std::string& path, const SweepConstraint& rule,
                   const Json& params) {
  const Json* left = params.Find(rule.left);
  const Json* other = rule.right.is_string() ? params.Find(rule.right.AsString()) : nullptr;
  const Json& right = other != nullptr ? *other : rule.right;
  if (left->is_number() && right.is_number()) {
    const double a = left->AsDouble();
    const double b = right.AsDouble();
    if (rule.op == "<") return a < b;
    if (rule.op == "<=") return a <= b;
    if (rule.op == ">") return a > b;
    if (rule.op == ">=") return a >= b;
    return (a == b) == (rule.op == "==");
  }
  if (rule.op != "==" && rule.op != "~=") {
    return FieldError(file, path,
                      "'" + rule.op + "' compares numbers; " + rule.left + " is a " +
                          std::string(left->type_name()) + " and the other side a " +
                          std::string(right.type_name()));
  }
  return (*left == right) == (rule.op == "==");
}

Result<bool> HoldAll(const std::string& file, const SearchSpec& search, const Json& params) {
  for (std::size_t i = 0; i < search.where.size(); ++i) {
    const std::string path = "where[" + std::to_string(i + 1) + "]";
    std::vector<std::string> known;
    for (const auto& [name, value] : params.members()) known.push_back(name);
    if (!params.Has(search.where[i].left)) {
      return FieldError(
          file, path,
          "no parameter '" + search.where[i].left + "'" + NameHint(search.where[i].left, known));
    }
    HONE_ASSIGN(const bool holds, Holds(file, path, search.where[i], params));
    if (!holds) return false;
  }
  return true;
}

std::string NameOf(const Json& settings) {
  std::string out;
  for (const auto& [name, value] : settings.members()) {
    if (!out.empty()) out += " ";
    out += name + "=" + (value.is_string() ? value.AsString() : value.Dump());
  }
  return out;
}

Status CheckNames(const std::string& file, const SearchSpec& search, const Json& declared) {
  for (const SweepDimension& dimension : search.dimensions) {
    const Json* param = Declared(declared, dimension.name);
    if (param == nullptr) {
      return FieldError(
          file, "sweep." + dimension.name,
          "the recipe has no such parameter" + NameHint(dimension.name, NamesOf(declared)));
    }
    const std::string& type = (*param)["type"].AsString();
    if (dimension.values.empty() && type != "int" && type != "number") {
      return FieldError(file, "sweep." + dimension.name,
                        "a range goes with numbers, and this is a " + type);
    }
  }
  return Ok{};
}

// The settings of the `index`-th combination, or nothing when there is none.
std::optional<Json> GridPoint(const std::vector<SweepDimension>& dimensions, std::size_t index) {
  std::vector<Json> chosen(dimensions.size());
  for (std::size_t i = dimensions.size(); i > 0; --i) {
    const std::vector<Json>& values = dimensions[i - 1].values;
    chosen[i - 1] = values[index % values.size()];
    index /= values.size();
  }
  if (index > 0) return std::nullopt;
  Json out = Json::MakeObject();
  for (std::size_t i = 0; i < chosen.size(); ++i) out.Set(dimensions[i].name, chosen[i]);
  return out;
}

Json RandomPoint(const SearchSpec& search, const Json& declared, std::size_t index) {
  Json out = Json::MakeObject();
  for (std::size_t i = 0; i < search.dimensions.size(); ++i) {
    const SweepDimension& dimension = search.dimensions[i];
    const double u = Coordinate(search.seed, index, i, search.dimensions.size());
    out.Set(dimension.name, DrawFrom(dimension, *Declared(declared, dimension.name), u));
  }
  return out;
}

}  // namespace

Result<std::vector<SweepDimension>> ReadSweep(const std::string& file, const std::string& path,
                                              const Json& sweep) {
  std::vector<SweepDimension> out;
  if (!sweep.is_object() || sweep.size() == 0) {
    return FieldError(file, path,
                      "expected a table such as { iterations = { 1, 3, 5 }, weight = "
                      "log_uniform(0.1, 10) }");
  }
  for (const auto& [name, value] : sweep.members()) {
    SweepDimension dimension;
    dimension.name = name;
    const std::string& distribution = value["distribution"].AsString();
    if (value.is_array() && value.size() > 0) {
      for (const Json& one : value.items()) {
        if (std::find(dimension.values.begin(), dimension.values.end(), one) ==
            dimension.values.end()) {
          dimension.values.push_back(one);
        }
      }
    } else if (distribution == "uniform" || distribution == "log_uniform") {
      dimension.is_log = distribution == "log_uniform";
      dimension.min = value["min"].AsDouble();
      dimension.max = value["max"].AsDouble();
      if (dimension.min >= dimension.max || (dimension.is_log && dimension.min <= 0)) {
        return FieldError(file, path + "." + name, "the range is empty, or not above 0");
      }
    } else {
      return FieldError(file, path + "." + name,
                        "expected a list of values, uniform(low, high) or log_uniform(low, high)");
    }
    out.push_back(std::move(dimension));
  }
  std::sort(out.begin(), out.end(),
            [](const SweepDimension& a, const SweepDimension& b) { return a.name < b.name; });
  return out;
}

Result<std::optional<SearchSpec>> ReadSearch(const std::string& file, const Json& value) {
  const Json& sweep = value["sweep"];
  const Json& search = value["search"];
  if (sweep.is_null() && search.is_null()) {
    if (value["where"].is_null()) return std::optional<SearchSpec>();
    return FieldError(file, "where", "constrains a sweep, and there is none");
  }
  SearchSpec out;
  if (!search.is_null() && !search.is_object() && !search.is_string()) {
    return FieldError(file, "search",
                      "expected \"grid\", \"random\", \"halving\", \"racing\" or "
                      "a table such as { method = \"random\", trials = 20 }");
  }
  HONE_TRY(ReadSearchFields(
      file, search.is_string() ? Json::MakeObject({{"method", search}}) : search, &out));
  HONE_ASSIGN(out.where, ReadWhere(file, value["where"]));
  if (!sweep.is_null()) {
    out.has_sweep = true;
    HONE_ASSIGN(out.dimensions, ReadSweep(file, "sweep", sweep));
    ChooseMethod(&out);
  }
  return std::optional<SearchSpec>(std::move(out));
}

void ChooseMethod(SearchSpec* search) {
  if (!search->method.empty()) return;
  const bool has_range =
      std::any_of(search->dimensions.begin(), search->dimensions.end(),
                  [](const auto& dimension) { return dimension.values.empty(); });
  search->method = has_range ? "random" : "grid";
}

Result<std::vector<SweepCandidate>> MakeCandidates(
    const std::string& file, const SearchSpec& search, const Json& declared,
    const std::function<Result<Json>(const Json& settings)>& resolve) {
  HONE_TRY(CheckNames(file, search, declared));
  bool is_grid = search.method != "random" && !search.trials;
  std::size_t combinations = 1;
  for (const SweepDimension& dimension : search.dimensions) {
    if (dimension.values.empty()) {
      if (search.method == "grid") {
        return FieldError(file, "sweep." + dimension.name,
                          "a grid needs lists; say search.method = \"random\" for ranges");
      }
      is_grid = false;
    }
    combinations *= std::max<std::size_t>(1, dimension.values.size());
    if (combinations > kMostCandidates) {
      if (is_grid) {
        return FieldError(file, "sweep",
                          "more than 10000 combinations; say search.method = \"random\" and "
                          "search.trials");
      }
      combinations = kMostCandidates;
    }
  }
  if (search.method == "grid" && search.trials) {
    return FieldError(file, "search.trials",
                      "a grid has all combinations; say method = \"random\"");
  }
  const auto wanted = static_cast<std::size_t>(search.trials.value_or(kDefaultTrials));
  const std::size_t most = is_grid ? combinations : 100 * wanted;
  std::vector<SweepCandidate> out;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < most && (is_grid || out.size() < wanted); ++i) {
    const Json settings =
        is_grid ? *GridPoint(search.dimensions, i) : RandomPoint(search, declared, i);
    HONE_ASSIGN(const Json params, resolve(settings));
    HONE_ASSIGN(const bool holds, HoldAll(file, search, params));
    std::string name = NameOf(settings);
    if (holds && seen.insert(name).second) out.push_back({settings, std::move(name)});
  }
  if (out.empty()) return FieldError(file, "where", "no combination of the sweep keeps to it");
  return out;
}

}  // namespace hone
