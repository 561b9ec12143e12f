#include "report/skill_comparison.h"

#include <locale.h>
#include <re2/re2.h>
#include <wctype.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <vector>

#include "report/text_grid.h"
#include "skill/sequence_ratio.h"

namespace hone {
namespace {

constexpr std::size_t kMaxCharacters = 50'000;

void AppendUtf8(char32_t code, std::string* out) {
  const auto put = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

// White space, and line ends, as Python's str.strip and str.splitlines see them.
bool IsSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool IsLineEnd(char32_t c) {
  return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

std::u32string_view Strip(std::u32string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::u32string_view> Lines(std::u32string_view text) {
  std::vector<std::u32string_view> out;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsLineEnd(text[i])) continue;
    out.push_back(text.substr(start, i - start));
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
    start = i + 1;
  }
  if (start < text.size()) out.push_back(text.substr(start));
  return out;
}

// The C library's mapping of all of Unicode, whatever locale the user has.
class Lowering {
 public:
  Lowering() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  ~Lowering() {
    if (locale_ != nullptr) freelocale(locale_);
  }
  Lowering(const Lowering&) = delete;
  Lowering& operator=(const Lowering&) = delete;

  [[nodiscard]] char32_t Of(char32_t c) const {
    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (locale_ == nullptr) return c;
    return static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), locale_));
  }
  [[nodiscard]] bool IsLetter(char32_t c) const {
    if (c < 0x80) return (c | 32U) >= 'a' && (c | 32U) <= 'z';
    return locale_ != nullptr && iswalpha_l(static_cast<wint_t>(c), locale_) != 0;
  }

 private:
  locale_t locale_;
};

std::string LowerUtf8(std::u32string_view text) {
  static const Lowering lowering;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == 0x130) {  // the one letter that becomes two
      AppendUtf8('i', &out);
      AppendUtf8(0x307, &out);
    } else if (c == 0x3A3) {  // a sigma that ends a word has its own form
      const bool after = i > 0 && lowering.IsLetter(text[i - 1]);
      const bool before = i + 1 < text.size() && lowering.IsLetter(text[i + 1]);
      AppendUtf8(after && !before ? 0x3C2 : 0x3C3, &out);
    } else {
      AppendUtf8(lowering.Of(c), &out);
    }
  }
  return out;
}

double Jaccard(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const std::set<std::string> left(a.begin(), a.end());
  const std::set<std::string> right(b.begin(), b.end());
  std::size_t common = 0;
  for (const std::string& word : left) common += right.count(word);
  const std::size_t all = left.size() + right.size() - common;
  return all == 0 ? 1 : static_cast<double>(common) / static_cast<double>(all);
}

Json Average(double sum, int64_t count) {
  return Json(count == 0 ? 0.0 : sum / static_cast<double>(count));
}

std::string Decimal(const Json& value) {
  if (value.is_null()) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value.AsDouble());
  return text;
}

}  // namespace

std::u32string WithoutFrontmatter(std::u32string_view text) {
  const std::vector<std::u32string_view> lines = Lines(text);
  std::size_t first = 0;
  if (!lines.empty() && Strip(lines[0]) == U"---") {
    for (std::size_t i = 1; i < lines.size() && first == 0; ++i) {
      if (Strip(lines[i]) == U"---") first = i + 1;
    }
  }
  if (first == 0) return std::u32string(Strip(text));
  std::u32string rest;
  for (std::size_t i = first; i < lines.size(); ++i) {
    if (i > first) rest += U'\n';
    rest += lines[i];
  }
  return std::u32string(Strip(rest));
}

std::vector<std::string> LowerWords(std::u32string_view text) {
  static const RE2 word("([\\p{L}\\p{N}_]+)");
  const std::string lower = LowerUtf8(text);
  re2::StringPiece rest(lower);
  std::vector<std::string> out;
  std::string found;
  while (RE2::FindAndConsume(&rest, word, &found)) out.push_back(found);
  return out;
}

Json CompareSkillTexts(const std::string& label_a, const SkillsByContext& a,
                       const std::string& label_b, const SkillsByContext& b) {
  std::set<std::string> contexts;
  for (const auto& [context, text] : a) contexts.insert(context);
  for (const auto& [context, text] : b) contexts.insert(context);
  int64_t paired = 0, only_a = 0, only_b = 0, with_ratio = 0;
  double jaccard_sum = 0, ratio_sum = 0, plain_sum = 0;
  Json rows = Json::MakeArray();
  for (const std::string& context : contexts) {
    const auto in_a = a.find(context);
    const auto in_b = b.find(context);
    const auto body = [](auto found, const SkillsByContext& side) {
      return found == side.end() ? std::u32string() : WithoutFrontmatter(CodePoints(found->second));
    };
    const std::u32string left = body(in_a, a);
    const std::u32string right = body(in_b, b);
    const std::vector<std::string> words_a = LowerWords(left);
    const std::vector<std::string> words_b = LowerWords(right);
    const bool is_pair = in_a != a.end() && in_b != b.end();
    const bool is_long = std::max(left.size(), right.size()) > kMaxCharacters;
    const double jaccard = Jaccard(words_a, words_b);
    const Json ratio = is_long ? Json() : Json(SequenceRatio(left, right, true));
    const Json plain = is_long ? Json() : Json(SequenceRatio(left, right, false));
    rows.Append(Json::MakeObject({{"context_id", Json(context)},
                                  {"status", Json(is_pair           ? std::string("paired")
                                                  : in_a != a.end() ? label_a + "-only"
                                                                    : label_b + "-only")},
                                  {label_a + "_words", Json(static_cast<int64_t>(words_a.size()))},
                                  {label_b + "_words", Json(static_cast<int64_t>(words_b.size()))},
                                  {"token_jaccard", Json(jaccard)},
                                  {"sequence_ratio", ratio},
                                  {"sequence_ratio_no_junk", plain}}));
    if (!is_pair) {
      ++(in_a != a.end() ? only_a : only_b);
      continue;
    }
    ++paired;
    jaccard_sum += jaccard;
    if (is_long) continue;
    ++with_ratio;
    ratio_sum += ratio.AsDouble();
    plain_sum += plain.AsDouble();
  }
  Json summary = Json::MakeObject({{"total_contexts", Json(static_cast<int64_t>(contexts.size()))},
                                   {"paired_contexts", Json(paired)},
                                   {label_a + "_only", Json(only_a)},
                                   {label_b + "_only", Json(only_b)},
                                   {"avg_token_jaccard", Average(jaccard_sum, paired)},
                                   {"avg_sequence_ratio", Average(ratio_sum, with_ratio)},
                                   {"avg_sequence_ratio_no_junk", Average(plain_sum, with_ratio)}});
  return Json::MakeObject({{"summary", std::move(summary)},
                           {"labels", Json::MakeArray({Json(label_a), Json(label_b)})},
                           {"rows", std::move(rows)}});
}

std::string RenderSkillComparison(const Json& comparison) {
  const std::string& a = comparison["labels"].items()[0].AsString();
  const std::string& b = comparison["labels"].items()[1].AsString();
  const auto right = TextGrid::Align::kRight;
  TextGrid grid;
  grid.AddColumn("context", TextGrid::Align::kLeft, 36);
  grid.AddColumn(a + " words", right);
  grid.AddColumn(b + " words", right);
  grid.AddColumn("token_jaccard", right);
  grid.AddColumn("sequence_ratio", right);
  grid.AddColumn("without autojunk", right);
  grid.AddColumn("status");
  for (const Json& row : comparison["rows"].items()) {
    grid.AddRow({row["context_id"].AsString(), row[a + "_words"].Dump(), row[b + "_words"].Dump(),
                 Decimal(row["token_jaccard"]), Decimal(row["sequence_ratio"]),
                 Decimal(row["sequence_ratio_no_junk"]), row["status"].AsString()});
  }
  std::string text = grid.Render() + "\n";
  for (const auto& [name, value] : comparison["summary"].members()) {
    text += name + ": " + (value.is_int() ? value.Dump() : Decimal(value)) + "\n";
  }
  return text +
         "sequence_ratio drops common letters of texts of 200 characters or more (difflib's "
         "autojunk rule) and says little about prose\n";
}

}  // namespace hone
