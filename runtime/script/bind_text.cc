// text.*: words, lines, splitting and clipping. Pure.
#include "base/hash.h"
#include "base/text.h"
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"
#include "skill/text_measure.h"

namespace hone {
namespace {

void PushTexts(lua_State* L, const std::vector<std::string_view>& texts) {
  lua_createtable(L, static_cast<int>(texts.size()), 0);
  lua_Integer n = 0;
  for (const std::string_view text : texts) {
    PushText(L, text);
    lua_rawseti(L, -2, ++n);
  }
  if (n == 0) MarkArray(L);
}

Outcome TrimText(Call& call) {
  ArgReader args(&call, "text.trim");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  PushText(call.L, Trim(text));
  return Outcome::Values(1);
}

Outcome SplitText(Call& call) {
  ArgReader args(&call, "text.split");
  const std::string_view text = args.Text(1, "text");
  const std::string_view separator = args.Text(2, "separator");
  if (!args.failed() && separator.empty()) args.Problem("separator must not be empty");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size() / 4);
  std::vector<std::string_view> pieces;
  std::size_t start = 0;
  for (std::size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, start)) {
    pieces.push_back(text.substr(start, at - start));
    start = at + separator.size();
  }
  pieces.push_back(text.substr(start));
  PushTexts(call.L, pieces);
  return Outcome::Values(1);
}

Outcome Lines(Call& call) {
  ArgReader args(&call, "text.lines");
  std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size() / 4);
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::vector<std::string_view> lines;
  if (!text.empty()) lines = Split(text, '\n');
  for (std::string_view& line : lines) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  }
  PushTexts(call.L, lines);
  return Outcome::Values(1);
}

Outcome Words(Call& call) {
  ArgReader args(&call, "text.words");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size() / 4);
  lua_pushinteger(call.L, static_cast<lua_Integer>(WordCount(text)));
  return Outcome::Values(1);
}

Outcome NormalWordList(Call& call) {
  ArgReader args(&call, "text.normal_words");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size());
  const std::vector<std::string> words = NormalWords(text);
  PushTexts(call.L, {words.begin(), words.end()});
  return Outcome::Values(1);
}

Outcome SentenceList(Call& call) {
  ArgReader args(&call, "text.sentences");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size());
  PushTexts(call.L, Sentences(text));
  return Outcome::Values(1);
}

// text.clip(text, {words = n} | {bytes = n})
Outcome Clip(Call& call) {
  lua_State* L = call.L;
  ArgReader args(&call, "text.clip");
  std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  lua_newtable(L);
  for (const char* name : {"words", "bytes"}) {
    PushText(L, "integer?");
    lua_setfield(L, -2, name);
  }
  const std::string problem = FieldProblem(L, 2, -1, "text.clip");
  if (!problem.empty()) return Outcome::Raise(problem);
  call.vm.Charge(text.size() / 4);
  if (lua_getfield(L, 2, "words") == LUA_TNUMBER) {
    text =
        FirstWords(text, static_cast<std::size_t>(std::max<lua_Integer>(lua_tointeger(L, -1), 0)));
  }
  if (lua_getfield(L, 2, "bytes") == LUA_TNUMBER) {
    text =
        Utf8Prefix(text, static_cast<std::size_t>(std::max<lua_Integer>(lua_tointeger(L, -1), 0)));
  }
  PushText(L, text);
  return Outcome::Values(1);
}

// text.replace(text, from, to): every occurrence, as plain text
Outcome Replace(Call& call) {
  ArgReader args(&call, "text.replace");
  const std::string_view text = args.Text(1, "text");
  const std::string_view from = args.Text(2, "from");
  const std::string_view to = args.Text(3, "to");
  if (!args.failed() && from.empty()) args.Problem("from must not be empty");
  if (args.failed()) return args.Raise();
  if (text.size() / from.size() * to.size() > (256U << 20U))
    return Outcome::Raise("text.replace: the result is too long");
  call.vm.Charge(text.size());
  PushText(call.L, ReplaceAll(std::string(text), from, to));
  return Outcome::Values(1);
}

Outcome StartsWith(Call& call) {
  ArgReader args(&call, "text.starts_with");
  const std::string_view text = args.Text(1, "text");
  const std::string_view prefix = args.Text(2, "prefix");
  if (args.failed()) return args.Raise();
  lua_pushboolean(call.L, text.substr(0, prefix.size()) == prefix ? 1 : 0);
  return Outcome::Values(1);
}

Outcome EndsWith(Call& call) {
  ArgReader args(&call, "text.ends_with");
  const std::string_view text = args.Text(1, "text");
  const std::string_view suffix = args.Text(2, "suffix");
  if (args.failed()) return args.Raise();
  const bool ends =
      text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
  lua_pushboolean(call.L, ends ? 1 : 0);
  return Outcome::Values(1);
}

Outcome HashText(Call& call) {
  ArgReader args(&call, "text.hash");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size() / 4);
  PushText(call.L, HashOf(text).Hex());
  return Outcome::Values(1);
}

Outcome Near(Call& call) {
  ArgReader args(&call, "text.nearest");
  const std::string_view name = args.Text(1, "name");
  const std::vector<std::string> names = args.Texts(2, "names");
  if (!args.failed() && name.size() > 200) args.Problem("name is too long");
  if (args.failed()) return args.Raise();
  call.vm.Charge(names.size() * name.size() * 16);
  const std::string nearest = NearestName(name, names);
  if (nearest.empty()) {
    lua_pushnil(call.L);
  } else {
    PushText(call.L, nearest);
  }
  return Outcome::Values(1);
}

}  // namespace

std::vector<Entry> TextEntries() {
  return {{"trim", &Trampoline<TrimText>},
          {"split", &Trampoline<SplitText>},
          {"lines", &Trampoline<Lines>},
          {"words", &Trampoline<Words>},
          {"normal_words", &Trampoline<NormalWordList>},
          {"sentences", &Trampoline<SentenceList>},
          {"clip", &Trampoline<Clip>},
          {"replace", &Trampoline<Replace>},
          {"starts_with", &Trampoline<StartsWith>},
          {"ends_with", &Trampoline<EndsWith>},
          {"hash", &Trampoline<HashText>},
          {"nearest", &Trampoline<Near>}};
}

}  // namespace hone
