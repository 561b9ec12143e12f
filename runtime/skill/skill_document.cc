#include "skill/skill_document.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "skill/frontmatter.h"
#include "skill/text_measure.h"

namespace hone {
namespace {

constexpr std::array<std::string_view, 6> kKnownKeys = {
    "name", "description", "license", "compatibility", "metadata", "allowed-tools"};
constexpr std::size_t kAdvisedLines = 500;
constexpr std::size_t kAdvisedTokens = 5000;
constexpr std::size_t kBytesPerToken = 4;  // the usual rule of thumb for English

bool IsKnownKey(std::string_view key) {
  return std::find(kKnownKeys.begin(), kKnownKeys.end(), key) != kKnownKeys.end();
}

std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string_view FirstCharacters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (end < text.size()) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U && count-- == 0) break;
    ++end;
  }
  return text.substr(0, end);
}

std::string_view WithoutBlankEnds(std::string_view text) {
  text = text.substr(std::min(text.find_first_not_of(" \t\n"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t\n") + 1);
}

// Blank lines at both ends off, the first line's indentation kept.
std::string_view BodyOf(std::string_view text) {
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || !Trim(text.substr(0, end)).empty()) break;
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find_last_not_of(" \t\n") + 1);
}

// The text inside a code fence that surrounds all of it, when that is a document and not a sample.
std::optional<std::string_view> InsideFence(std::string_view text) {
  text = WithoutBlankEnds(text);
  const std::size_t ticks = std::min(text.find_first_not_of('`'), text.size());
  const std::size_t end = text.find('\n');
  if (ticks < 3 || end == std::string_view::npos) return std::nullopt;
  const std::string_view closing = text.substr(text.rfind('\n') + 1);
  if (text.rfind('\n') == end || Trim(closing) != text.substr(0, ticks)) return std::nullopt;
  const std::string info = ToLowerAscii(Trim(text.substr(ticks, end - ticks)));
  const std::string_view inside = text.substr(end + 1, text.rfind('\n') - end - 1);
  const bool is_markdown = info == "markdown" || info == "md";
  const bool is_document = Trim(inside).starts_with("---\n") && (info.empty() || info == "yaml");
  return is_markdown || is_document ? std::optional(inside) : std::nullopt;
}

struct Reading {
  SkillReading skill;
  Frontmatter front;
  std::vector<SkillProblem> problems;
  std::string raw_front;
  int body_line = 1;
};

Result<Reading> Read(std::string_view text) {
  Reading out;
  if (!IsValidUtf8(text)) return Invalid("SKILL.md: not valid UTF-8");
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
    out.problems.push_back({1, false, "begins with a byte-order mark"});
  }
  const std::string clean = ReplaceAll(std::string(text), "\r\n", "\n");
  if (clean.size() != text.size()) out.problems.push_back({1, false, "has CRLF line ends"});
  std::string_view rest = clean;
  int line = 1;
  const auto skip_to = [&](std::string_view later) {
    const auto bytes = static_cast<std::size_t>(later.data() - rest.data());
    line += static_cast<int>(
        std::count(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(bytes), '\n'));
    rest = later;
  };
  if (const auto inside = InsideFence(rest)) {
    out.problems.push_back({1, true, "the whole document is inside a code fence"});
    skip_to(*inside);
  }
  skip_to(rest.substr(std::min(rest.find_first_not_of(" \t\n"), rest.size())));

  std::vector<std::string_view> lines = Split(rest, '\n');
  const auto is_rule = [](std::string_view candidate) {
    return candidate.starts_with("---") && Trim(candidate) == "---";
  };
  std::size_t close = 1;
  if (is_rule(lines[0])) {
    while (close < lines.size() && !is_rule(lines[close])) ++close;
  }
  const bool is_open = is_rule(lines[0]) && close == lines.size();
  if (is_open && lines.size() > 1 && lines[1].find(':') != std::string_view::npos) {
    return Invalid("SKILL.md:" + std::to_string(line) +
                   ": the frontmatter never ends; close it with a line '---'");
  }
  if (!is_rule(lines[0]) || is_open) {
    out.problems.push_back({1, true, "has no frontmatter; begin with a line '---'"});
    out.skill.document.body = std::string(BodyOf(rest));
    out.body_line = line;
    return out;
  }
  if (line != 1) out.problems.push_back({1, true, "the first line must be '---'"});
  out.skill.has_frontmatter = true;
  const std::size_t front_end = static_cast<std::size_t>(lines[close].data() - rest.data());
  out.raw_front = std::string(rest.substr(lines[0].size(), front_end - lines[0].size()));
  out.body_line = line + static_cast<int>(close) + 1;
  out.skill.document.body = std::string(BodyOf(rest.substr(front_end + lines[close].size())));
  const std::vector<std::string_view> inner(lines.begin() + 1,
                                            lines.begin() + static_cast<std::ptrdiff_t>(close));
  out.front = ReadFrontmatter(inner, line + 1);
  for (const FrontmatterNote& note : out.front.notes)
    out.problems.push_back({note.line, true, note.text});
  return out;
}

void FillDocument(Reading* reading) {
  SkillDocument& document = reading->skill.document;
  for (const FrontmatterField& field : reading->front.fields) {
    if (!IsKnownKey(field.key)) {
      reading->problems.push_back(
          {field.line, true,
           "unknown key '" + OneLine(field.key, 40) + "'" +
               NameHint(field.key, {kKnownKeys.begin(), kKnownKeys.end()})});
    }
    if (field.key == "name") {
      document.name = field.value;
    } else if (field.key == "description") {
      document.description = field.value;
    } else if (!field.members.empty()) {
      if (field.key != "metadata") {
        reading->problems.push_back(
            {field.line, true, "'" + field.key + "' must be one text, not a map"});
      }
      for (const FrontmatterField& member : field.members) {
        document.metadata.push_back({member.key, member.value});
      }
    } else if (field.key != "metadata") {
      document.other.push_back({field.key, field.value});
    } else if (!field.value.empty()) {
      reading->problems.push_back({field.line, true, "'metadata' must be a map of texts"});
    }
  }
}

Result<Reading> ReadAll(std::string_view text) {
  HONE_ASSIGN(Reading reading, Read(text));
  FillDocument(&reading);
  std::stable_sort(reading.problems.begin(), reading.problems.end(),
                   [](const SkillProblem& a, const SkillProblem& b) { return a.line < b.line; });
  return reading;
}

bool IsValidName(std::string_view name) {
  const bool has_good_characters = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return has_good_characters && !name.empty() && name.size() <= kMaxSkillName && name[0] != '-' &&
         name.back() != '-' && name.find("--") == std::string_view::npos;
}

int LineOf(const Reading& reading, std::string_view key) {
  for (const FrontmatterField& field : reading.front.fields) {
    if (field.key == key) return field.line;
  }
  return 1;
}

void CheckFields(const Reading& reading, std::string_view folder, std::vector<SkillProblem>* out) {
  const SkillDocument& document = reading.skill.document;
  const int name_line = LineOf(reading, "name");
  if (document.name.empty()) {
    out->push_back({name_line, true, "'name' is missing"});
  } else if (!IsValidName(document.name)) {
    out->push_back({name_line, true,
                    "name '" + OneLine(document.name, 80) +
                        "' must be 1-64 of a-z, 0-9 and single hyphens; '" +
                        Slugify(document.name) + "' would do"});
  } else if (!folder.empty() && folder != document.name) {
    out->push_back(
        {name_line, true,
         "name '" + document.name + "' differs from the folder '" + OneLine(folder, 80) + "'"});
  }
  const int description_line = LineOf(reading, "description");
  const std::size_t length = CharacterCount(document.description);
  if (length == 0) {
    out->push_back({description_line, true,
                    "'description' is missing; say what the skill does and when to use it"});
  } else if (length > kMaxSkillDescription) {
    out->push_back({description_line, true,
                    "description has " + std::to_string(length) + " characters, more than " +
                        std::to_string(kMaxSkillDescription)});
  }
  for (const SkillField& field : document.other) {
    const std::size_t characters = CharacterCount(field.value);
    if (field.key == "compatibility" && (characters == 0 || characters > kMaxSkillCompatibility)) {
      out->push_back(
          {LineOf(reading, field.key), true, "'compatibility' must have 1-500 characters"});
    }
  }
}

void CheckBody(const Reading& reading, std::vector<SkillProblem>* out) {
  const std::string& body = reading.skill.document.body;
  if (body.empty()) out->push_back({reading.body_line, false, "the body is empty"});
  const auto lines = static_cast<std::size_t>(std::count(body.begin(), body.end(), '\n')) + 1;
  if (lines > kAdvisedLines) {
    out->push_back(
        {reading.body_line, false,
         "the body has " + std::to_string(lines) + " lines; fewer than 500 are advised"});
  }
  if (body.size() / kBytesPerToken > kAdvisedTokens) {
    out->push_back({reading.body_line, false,
                    "the body has about " + std::to_string(body.size() / kBytesPerToken) +
                        " tokens; fewer than 5000 are advised"});
  }
}

// White space to single spaces, other control characters dropped.
std::string OnOneLine(std::string_view text) {
  std::string out;
  for (const char c : Trim(text)) {
    const bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
    if (is_space) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      out += c;
    }
  }
  return std::string(Trim(out));
}

std::string ClippedLine(std::string_view text, std::size_t max_characters) {
  const std::string line = OnOneLine(text);
  if (CharacterCount(line) <= max_characters) return line;
  const std::string_view cut = FirstCharacters(line, max_characters);
  const std::size_t space = cut.rfind(' ');
  return std::string(space == std::string_view::npos || space == 0 ? cut : cut.substr(0, space));
}

std::string_view FirstHeading(std::string_view body) {
  for (const std::string_view line : Split(body, '\n')) {
    if (!line.starts_with('#')) continue;
    const std::string_view title =
        Trim(line.substr(std::min(line.find_first_not_of('#'), line.size())));
    if (!title.empty()) return title;
  }
  return "";
}

std::string FirstProse(std::string_view body) {
  for (const std::string_view line : Split(body, '\n')) {
    const std::string_view text = Trim(line);
    if (text.empty() || text[0] == '#' || text.starts_with("```") || text.starts_with("---"))
      continue;
    return std::string(FirstWords(text, 40));
  }
  return "";
}

}  // namespace

std::string SkillProblem::Text() const { return "SKILL.md:" + std::to_string(line) + ": " + text; }

Result<SkillReading> ParseSkill(std::string_view text) {
  HONE_ASSIGN(Reading reading, ReadAll(text));
  for (const SkillProblem& problem : reading.problems) {
    reading.skill.warnings.push_back("line " + std::to_string(problem.line) + ": " + problem.text);
  }
  return std::move(reading.skill);
}

std::string RenderSkill(const SkillDocument& document) {
  std::string out = "---\n";
  const auto add = [&out](std::string_view indent, std::string_view key, std::string_view value) {
    out += indent;
    out += key;
    out += ": " + YamlScalar(value) + "\n";
  };
  add("", "name", document.name);
  add("", "description", document.description);
  for (const SkillField& field : document.other) add("", field.key, field.value);
  if (!document.metadata.empty()) out += "metadata:\n";
  for (const SkillField& field : document.metadata) add("  ", field.key, field.value);
  out += "---\n";
  const std::string_view body = BodyOf(document.body);
  if (!body.empty()) out += "\n" + std::string(body) + "\n";
  return out;
}

std::vector<SkillProblem> CheckSkill(std::string_view text, std::string_view folder) {
  const Result<Reading> reading = ReadAll(text);
  if (!reading.ok()) return {{1, true, reading.error().message}};
  std::vector<SkillProblem> out = reading->problems;
  if (!reading->skill.has_frontmatter) return out;
  CheckFields(*reading, folder, &out);
  if (reading->raw_front.find("---") != std::string::npos) {
    out.push_back({2, true, "the frontmatter holds '---', where some readers end it"});
  }
  CheckBody(*reading, &out);
  std::stable_sort(out.begin(), out.end(),
                   [](const SkillProblem& a, const SkillProblem& b) { return a.line < b.line; });
  return out;
}

bool IsValidSkill(std::string_view text) {
  const std::vector<SkillProblem> problems = CheckSkill(text);
  return std::none_of(problems.begin(), problems.end(),
                      [](const SkillProblem& problem) { return problem.is_error; });
}

std::string Slugify(std::string_view text) {
  // Base letters of U+00C0 to U+00FF; '-' where there is none.
  static constexpr std::array<std::string_view, 64> kPlain = {
      "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
      "d", "n", "o", "o", "o", "o", "o",  "-", "o", "u", "u", "u", "u", "y", "th", "ss",
      "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
      "d", "n", "o", "o", "o", "o", "o",  "-", "o", "u", "u", "u", "u", "y", "th", "y"};
  std::string out;
  const auto separate = [&out] {
    if (!out.empty() && out.back() != '-') out += '-';
  };
  const std::string lower = ToLowerAscii(text);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = lower[i];
    const bool has_next = i + 1 < lower.size();
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    } else if (c == '\xC3' && has_next &&
               (static_cast<unsigned char>(lower[i + 1]) & 0xC0U) == 0x80U) {
      const std::string_view plain = kPlain[static_cast<unsigned char>(lower[++i]) & 0x3FU];
      if (plain == "-") {
        separate();
      } else {
        out += plain;
      }
    } else if (c != '\'') {
      separate();
    }
  }
  if (out.size() > kMaxSkillName) {
    const std::size_t hyphen = out.rfind('-', kMaxSkillName);
    out.resize(hyphen == std::string::npos || hyphen == 0 ? kMaxSkillName : hyphen);
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "skill" : out;
}

SkillDocument NormaliseSkill(std::string_view name, std::string_view description,
                             std::string_view body) {
  const std::string clean = ToValidUtf8(body);
  SkillDocument out;
  if (Result<SkillReading> inner = ParseSkill(clean); inner.ok()) {
    out = std::move(inner->document);
  } else {
    out.body = std::string(BodyOf(ReplaceAll(clean, "\r\n", "\n")));
  }
  std::erase_if(out.other, [](const SkillField& field) {
    return !IsKnownKey(field.key) || field.value.empty();
  });
  for (SkillField& field : out.other)
    field.value = ClippedLine(field.value, kMaxSkillCompatibility);
  for (SkillField& field : out.metadata) field.value = OnOneLine(field.value);

  const auto is_blank = [](std::string_view text) { return Trim(text).empty(); };
  std::string_view title = name;
  if (is_blank(title)) title = out.name;
  if (is_blank(title)) title = FirstHeading(out.body);
  if (is_blank(title)) title = FirstWords(description, 5);
  out.name = Slugify(title);
  if (!is_blank(description)) out.description = ToValidUtf8(description);
  out.description = ClippedLine(out.description, kMaxSkillDescription);
  if (out.description.empty())
    out.description = ClippedLine(FirstProse(out.body), kMaxSkillDescription);
  if (out.description.empty()) out.description = ReplaceAll(out.name, "-", " ");
  return out;
}

}  // namespace hone
