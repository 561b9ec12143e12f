// re.*: RE2, linear in the text. Patterns are compiled at each call; UTF-8, at most 8 MiB of
// program.
#include <re2/re2.h>

#include "base/text.h"
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"

namespace hone {
namespace {

constexpr int kMaxGroups = 32;
constexpr std::size_t kMaxPattern = 10'000;

// The arguments every function starts with, and the compiled pattern.
class Search {
 public:
  Search(Call* call, const char* function) : args_(call, function) {
    text_ = args_.Text(1, "text");
    const std::string_view pattern = args_.Text(2, "pattern");
    if (!args_.failed() && pattern.size() > kMaxPattern) args_.Problem("the pattern is too long");
    if (!args_.failed() && !IsValidUtf8(text_)) args_.Problem("text is not valid UTF-8");
    if (args_.failed()) return;
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    call->vm.Charge(text_.size() + pattern.size() * 100);
    expression_ = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!expression_->ok()) {
      args_.Problem("pattern: " + expression_->error());
    } else if (expression_->NumberOfCapturingGroups() >= kMaxGroups) {
      args_.Problem("pattern: too many groups");
    }
  }

  ArgReader& args() { return args_; }
  const RE2& expression() const { return *expression_; }
  std::string_view text() const { return text_; }
  re2::StringPiece piece() const { return {text_.data(), text_.size()}; }
  int groups() const { return expression_->NumberOfCapturingGroups(); }
  // Matches from `start`; group 0 is the whole.
  bool Match(std::size_t start, re2::StringPiece* groups_out) const {
    return expression_->Match(piece(), start, text_.size(), RE2::UNANCHORED, groups_out,
                              groups() + 1);
  }
  std::size_t OffsetOf(const re2::StringPiece& group) const {
    return static_cast<std::size_t>(group.data() - text_.data());
  }

 private:
  ArgReader args_;
  std::string_view text_;
  std::unique_ptr<RE2> expression_;
};

void PushGroup(lua_State* L, const re2::StringPiece& group) {
  if (group.data() == nullptr) {
    lua_pushboolean(L, 0);
  } else {
    lua_pushlstring(L, group.data(), group.size());
  }
}

// The groups of a match, or the whole when there are none, as a list.
void PushGroups(lua_State* L, const re2::StringPiece* groups, int count) {
  lua_createtable(L, count + 1, 0);
  for (int i = 0; i <= count; ++i) {
    PushGroup(L, groups[i]);
    lua_rawseti(L, -2, i);
  }
}

// re.find(text, pattern) -> first, last (bytes from 1) | nil
Outcome Find(Call& call) {
  Search search(&call, "re.find");
  if (search.args().failed()) return search.args().Raise();
  re2::StringPiece groups[kMaxGroups];
  if (!search.Match(0, groups)) {
    lua_pushnil(call.L);
    return Outcome::Values(1);
  }
  const std::size_t start = search.OffsetOf(groups[0]);
  lua_pushinteger(call.L, static_cast<lua_Integer>(start) + 1);
  lua_pushinteger(call.L, static_cast<lua_Integer>(start + groups[0].size()));
  return Outcome::Values(2);
}

// re.match(text, pattern) -> groups, or the whole match when there are none | nil
Outcome Match(Call& call) {
  Search search(&call, "re.match");
  if (search.args().failed()) return search.args().Raise();
  re2::StringPiece groups[kMaxGroups];
  if (!search.Match(0, groups)) {
    lua_pushnil(call.L);
    return Outcome::Values(1);
  }
  luaL_checkstack(call.L, kMaxGroups, nullptr);
  if (search.groups() == 0) {
    PushGroup(call.L, groups[0]);
    return Outcome::Values(1);
  }
  for (int i = 1; i <= search.groups(); ++i) PushGroup(call.L, groups[i]);
  return Outcome::Values(search.groups());
}

// re.all(text, pattern) -> list of matches; each a string, or a list of groups with [0] the whole
Outcome All(Call& call) {
  Search search(&call, "re.all");
  if (search.args().failed()) return search.args().Raise();
  re2::StringPiece groups[kMaxGroups];
  lua_newtable(call.L);
  lua_Integer n = 0;
  std::size_t at = 0;
  while (at <= search.text().size() && search.Match(at, groups)) {
    if (search.groups() == 0) {
      PushGroup(call.L, groups[0]);
    } else {
      PushGroups(call.L, groups, search.groups());
    }
    lua_rawseti(call.L, -2, ++n);
    const std::size_t end = search.OffsetOf(groups[0]) + groups[0].size();
    at = groups[0].empty() ? end + 1 : end;
    // A pattern that must look to the end for every match would be quadratic.
    if (!call.vm.Charge(16 + groups[0].size())) return Outcome::Raise("aborted");
  }
  if (n == 0) MarkArray(call.L);
  return Outcome::Values(1);
}

// re.gsub(text, pattern, replacement) -> text, count; \1 in the replacement is a group
Outcome Gsub(Call& call) {
  Search search(&call, "re.gsub");
  const std::string_view replacement = search.args().Text(3, "replacement");
  if (search.args().failed()) return search.args().Raise();
  const re2::StringPiece rewrite(replacement.data(), replacement.size());
  std::string problem;
  if (!search.expression().CheckRewriteString(rewrite, &problem)) {
    return Outcome::Raise("re.gsub: replacement: " + problem);
  }
  if (replacement.size() > 100'000) return Outcome::Raise("re.gsub: the replacement is too long");
  std::string out(search.text());
  const int count = RE2::GlobalReplace(&out, search.expression(), rewrite);
  call.vm.Charge(out.size() / 16);
  PushText(call.L, out);
  lua_pushinteger(call.L, count);
  return Outcome::Values(2);
}

// re.split(text, pattern) -> list
Outcome SplitBy(Call& call) {
  Search search(&call, "re.split");
  if (search.args().failed()) return search.args().Raise();
  re2::StringPiece groups[kMaxGroups];
  lua_newtable(call.L);
  lua_Integer n = 0;
  std::size_t start = 0;
  std::size_t at = 0;
  while (at <= search.text().size() && search.Match(at, groups)) {
    const std::size_t from = search.OffsetOf(groups[0]);
    if (groups[0].empty()) {
      at = from + 1;
      continue;
    }
    PushText(call.L, search.text().substr(start, from - start));
    lua_rawseti(call.L, -2, ++n);
    at = start = from + groups[0].size();
    if (!call.vm.Charge(16)) return Outcome::Raise("aborted");
  }
  PushText(call.L, search.text().substr(start));
  lua_rawseti(call.L, -2, ++n);
  return Outcome::Values(1);
}

Outcome Escape(Call& call) {
  ArgReader args(&call, "re.escape");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  PushText(call.L, RE2::QuoteMeta(re2::StringPiece(text.data(), text.size())));
  return Outcome::Values(1);
}

}  // namespace

std::vector<Entry> ReEntries() {
  return {{"find", &Trampoline<Find>},     {"match", &Trampoline<Match>},
          {"all", &Trampoline<All>},       {"gsub", &Trampoline<Gsub>},
          {"split", &Trampoline<SplitBy>}, {"escape", &Trampoline<Escape>}};
}

}  // namespace hone
