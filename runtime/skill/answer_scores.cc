#include "skill/answer_scores.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "skill/unicode_text.h"

namespace hone {
namespace {

bool IsPunctuation(unsigned char byte) {
  return (byte >= 33 && byte <= 47) || (byte >= 58 && byte <= 64) || (byte >= 91 && byte <= 96) ||
         (byte >= 123 && byte <= 126);
}

bool Dropped(std::string_view word, AnswerForm form) {
  if (form == AnswerForm::kWords) return word == "a" || word == "an" || word == "the";
  for (const std::string_view stem : {"million", "billion", "dollar"}) {
    if (word.substr(0, stem.size()) == stem &&
        (word.size() == stem.size() || word.substr(stem.size()) == "s")) {
      return true;
    }
  }
  return word == "nominal";
}

// Whole words (as \b tells them) of the form's list become a blank.
std::string WithoutDropped(std::string_view text, AnswerForm form) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const auto word_at = [&](std::size_t i, std::size_t* length) {
      const CodeAt here = CodePointAt(text, i);
      *length = here.length;
      return IsWordCharacter(here.code) && !(here.length == 1 && here.code >= 0x80);
    };
    std::size_t length = 0;
    const bool in_word = word_at(at, &length);
    while (at < text.size() && word_at(at, &length) == in_word) at += length;
    const std::string_view piece = text.substr(begin, at - begin);
    out += in_word && Dropped(piece, form) ? std::string_view(" ") : piece;
  }
  return out;
}

// The words form of a text of printable ASCII and blanks, which nearly every answer is, in one
// pass: there every whole word stands between blanks. Nothing for other texts.
std::optional<std::string> NormalAsciiWords(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 1);
  std::size_t word = 0;  // where the present one begins in `out`
  const auto end_word = [&out, &word] {
    const std::string_view last = std::string_view(out).substr(word);
    if (Dropped(last, AnswerForm::kWords)) out.resize(word);
    if (out.size() > word) out += ' ';
    word = out.size();
  };
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (IsPythonSpace(byte) && byte < 0x80) {
      end_word();
    } else if (byte < 0x20 || byte >= 0x7F) {
      return std::nullopt;
    } else if (!IsPunctuation(byte)) {
      out += static_cast<char>(SmallLetter(byte));
    }
  }
  end_word();
  if (!out.empty()) out.pop_back();
  return out;
}

double F1(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  if (a.empty() || b.empty()) return a.empty() && b.empty() ? 1 : 0;
  std::unordered_map<std::string_view, int64_t> left;
  for (const std::string_view word : b) ++left[word];
  int64_t common = 0;
  for (const std::string_view word : a) {
    const auto found = left.find(word);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++common;
  }
  if (common == 0) return 0;
  const double precision = static_cast<double>(common) / static_cast<double>(a.size());
  const double recall = static_cast<double>(common) / static_cast<double>(b.size());
  return 2 * precision * recall / (precision + recall);
}

std::vector<uint32_t> Codes(std::string_view text) {
  std::vector<uint32_t> out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodeAt here = CodePointAt(text, at);
    // A byte that is no UTF-8 is a character unlike any other.
    out.push_back(here.length == 1 && here.code >= 0x80 ? here.code + 0x110000 : here.code);
    at += here.length;
  }
  return out;
}

struct Rows {
  uint64_t up = ~uint64_t{0};  // vertical differences of +1
  uint64_t down = 0;           // of -1
};

std::size_t Distance(const std::vector<uint32_t>& pattern, const std::vector<uint32_t>& text) {
  if (pattern.empty()) return text.size();
  const std::size_t words = (pattern.size() + 63) / 64;
  std::unordered_map<uint32_t, std::vector<uint64_t>> other;
  std::vector<uint64_t> ascii(128 * words, 0);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const uint64_t bit = uint64_t{1} << (i % 64);
    if (pattern[i] < 128) {
      ascii[pattern[i] * words + i / 64] |= bit;
    } else {
      std::vector<uint64_t>& row = other[pattern[i]];
      row.resize(words, 0);
      row[i / 64] |= bit;
    }
  }
  const std::vector<uint64_t> none(words, 0);
  std::vector<Rows> rows(words);
  std::size_t distance = pattern.size();
  const uint64_t last = uint64_t{1} << ((pattern.size() - 1) % 64);
  for (const uint32_t code : text) {
    const uint64_t* matches = none.data();
    if (code < 128) {
      matches = ascii.data() + code * words;
    } else if (const auto found = other.find(code); found != other.end()) {
      matches = found->second.data();
    }
    uint64_t plus_in = 1;
    uint64_t minus_in = 0;
    for (std::size_t word = 0; word < words; ++word) {
      Rows& row = rows[word];
      const uint64_t x = matches[word] | minus_in;
      const uint64_t diagonal = (((x & row.up) + row.up) ^ row.up) | x | row.down;
      uint64_t plus = row.down | ~(diagonal | row.up);
      uint64_t minus = diagonal & row.up;
      if (word + 1 == words) {
        if ((plus & last) != 0) ++distance;
        if ((minus & last) != 0) --distance;
      }
      const uint64_t plus_out = plus >> 63U;
      const uint64_t minus_out = minus >> 63U;
      plus = (plus << 1U) | plus_in;
      minus = (minus << 1U) | minus_in;
      row.up = minus | ~(diagonal | plus);
      row.down = plus & diagonal;
      plus_in = plus_out;
      minus_in = minus_out;
    }
  }
  return distance;
}

// What float() of Python reads: blanks around, one sign, digits with single underscores between
// them, a point, an exponent; inf, infinity and nan.
std::optional<double> PythonFloat(std::string_view text) {
  text = Strip(text);
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain.push_back(text[i]);
      continue;
    }
    const auto digit = [&](std::size_t k) {
      return k < text.size() && text[k] >= '0' && text[k] <= '9';
    };
    if (i == 0 || !digit(i - 1) || !digit(i + 1)) return std::nullopt;
  }
  std::string_view rest = plain;
  bool negative = false;
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
    negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  if (rest.empty() || rest[0] == '+' || rest[0] == '-') return std::nullopt;
  const std::string low = ToLowerAscii(rest);
  double value = 0;
  if (low == "nan") return std::nan("");
  if (low == "inf" || low == "infinity") {
    value = HUGE_VAL;
  } else {
    if (low.find_first_not_of("0123456789.e+-") != std::string::npos) return std::nullopt;
    const auto read = std::from_chars(low.data(), low.data() + low.size(), value);
    if (read.ptr != low.data() + low.size()) return std::nullopt;
    if (read.ec == std::errc::result_out_of_range) {
      value = std::strtod(low.c_str(), nullptr);
    } else if (read.ec != std::errc()) {
      return std::nullopt;
    }
  }
  return negative ? -value : value;
}

// A cell as it is compared: nothing, a number or a text, with its type's letter.
struct Cell {
  char type = 'e';
  double number = 0;
  std::string text;
};

Cell Compared(const Json& value) {
  if (value.is_bool()) return {'n', value.AsBool() ? 1.0 : 0.0, ""};
  if (value.is_number()) return {'n', RoundToCents(value.AsDouble()), ""};
  if (const Json* time = value.Find("time")) {
    const std::string& text = time->AsString();
    return {'s', 0, text.substr(0, text.size() - std::min<std::size_t>(text.size(), 3))};
  }
  if (const Json* days = value.Find("datetime")) return {'n', std::nearbyint(days->AsDouble()), ""};
  if (!value.is_string() || value.AsString().empty()) return {};
  if (const std::optional<double> number = PythonFloat(value.AsString())) {
    return {'n', RoundToCents(*number), ""};
  }
  return {'s', 0, value.AsString()};
}

}  // namespace

Result<AnswerForm> AnswerFormOf(std::string_view name) {
  if (name == "words") return AnswerForm::kWords;
  if (name == "figures") return AnswerForm::kFigures;
  if (name == "folded") return AnswerForm::kFolded;
  return Invalid("no form is called '" + OneLine(name, 60) + "'" +
                 NameHint(name, {"words", "figures", "folded"}));
}

std::string NormalAnswer(std::string_view text, AnswerForm form) {
  if (form == AnswerForm::kWords) {
    if (std::optional<std::string> plain = NormalAsciiWords(text)) return std::move(*plain);
  }
  std::string out = Lowered(text);
  if (form != AnswerForm::kFolded) {
    const bool figures = form == AnswerForm::kFigures;
    out.erase(std::remove_if(out.begin(), out.end(),
                             [figures](char byte) {
                               if (figures && (byte == '.' || byte == '-' || byte == '%')) {
                                 return false;
                               }
                               return IsPunctuation(static_cast<unsigned char>(byte));
                             }),
              out.end());
    out = WithoutDropped(out, form);
  }
  std::string folded;
  folded.reserve(out.size());
  for (const std::string_view word : SpaceSplit(out)) {
    if (!folded.empty()) folded += ' ';
    folded += word;
  }
  return folded;
}

bool ExactMatch(std::string_view prediction, const std::vector<std::string>& answers,
                AnswerForm form) {
  const std::string given = NormalAnswer(prediction, form);
  return std::any_of(answers.begin(), answers.end(), [&](const std::string& answer) {
    return NormalAnswer(answer, form) == given;
  });
}

double TokenF1(std::string_view prediction, const std::vector<std::string>& answers,
               AnswerForm form) {
  const std::string given = NormalAnswer(prediction, form);
  const std::vector<std::string_view> words = SpaceSplit(given);
  double best = 0;
  for (const std::string& answer : answers) {
    const std::string right = NormalAnswer(answer, form);
    best = std::max(best, F1(words, SpaceSplit(right)));
  }
  return best;
}

bool ContainsMatch(std::string_view prediction, const std::vector<std::string>& answers,
                   AnswerForm form) {
  const std::string given = NormalAnswer(prediction, form);
  return std::any_of(answers.begin(), answers.end(), [&](const std::string& answer) {
    const std::string right = NormalAnswer(answer, form);
    return right.find(given) != std::string::npos || given.find(right) != std::string::npos;
  });
}

std::size_t LevenshteinDistance(std::string_view a, std::string_view b) {
  std::vector<uint32_t> left = Codes(a);
  std::vector<uint32_t> right = Codes(b);
  if (left.size() > right.size()) std::swap(left, right);
  return Distance(left, right);
}

double Anls(std::string_view prediction, const std::vector<std::string>& answers,
            double threshold) {
  const std::vector<uint32_t> given = Codes(NormalAnswer(prediction, AnswerForm::kFolded));
  double best = 0;
  for (const std::string& answer : answers) {
    const std::vector<uint32_t> right = Codes(NormalAnswer(answer, AnswerForm::kFolded));
    if (given.empty() || right.empty()) {
      best = std::max(best, given.empty() && right.empty() ? 1.0 : 0.0);
      continue;
    }
    const std::size_t longer = std::max(given.size(), right.size());
    const std::size_t edits =
        given.size() < right.size() ? Distance(given, right) : Distance(right, given);
    const double distance = static_cast<double>(edits) / static_cast<double>(longer);
    if (distance < threshold) best = std::max(best, 1 - distance);
  }
  return best;
}

double RoundToCents(double value) {
  if (!std::isfinite(value) || std::fabs(value) >= 0x1p52) return value;
  // Away from a tie the scaled value's own rounding cannot change the nearest whole number, and one
  // division of whole numbers is as exact as reading the decimal.
  const double scaled = value * 100;
  if (std::fabs(scaled) < 0x1p32 && std::fabs(scaled - std::floor(scaled) - 0.5) > 1e-4) {
    return std::nearbyint(scaled) / 100;
  }
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);  // exact, half to even
  return std::strtod(text.data(), nullptr);
}

bool SameCell(const Json& prediction, const Json& answer) {
  const Cell a = Compared(prediction);
  const Cell b = Compared(answer);
  if (a.type != b.type) return false;
  return a.type == 'n' ? a.number == b.number : a.text == b.text;
}

}  // namespace hone
