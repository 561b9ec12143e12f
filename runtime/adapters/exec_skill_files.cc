#include "adapters/exec_skill_files.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::string_view kOpening = "<skill name=\"";
constexpr std::string_view kClosing = "</skill>";

// Small letters, digits and hyphens, so that no name leads elsewhere; "skill" when nothing is left.
std::string FolderName(std::string_view name) {
  std::string out;
  for (const char c : ToLowerAscii(name)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_plain) out += c;
    if (!is_plain && !out.empty() && out.back() != '-') out += '-';
  }
  out.resize(std::min(out.size(), kMaxNameBytes));
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "skill" : out;
}

std::string WithFrontmatter(const std::string& name, std::string_view body) {
  if (body.starts_with("---\n")) return std::string(body) + "\n";
  return "---\nname: " + name +
         "\ndescription: What is known about tasks of this kind; read it first.\n---\n\n" +
         std::string(body) + "\n";
}

// The blocks of one message's text, appended.
void AddSkills(std::string_view text, std::vector<ExecFile>* files) {
  std::size_t at = 0;
  while (true) {
    at = text.find(kOpening, at);
    if (at == std::string_view::npos) return;
    const bool opens_line = at == 0 || text[at - 1] == '\n';
    const std::size_t name_at = at + kOpening.size();
    const std::size_t quote = text.find("\">", name_at);
    const std::size_t end = quote == std::string_view::npos ? quote : text.find(kClosing, quote);
    if (end == std::string_view::npos) return;
    if (opens_line) {
      const std::string name = FolderName(text.substr(name_at, quote - name_at));
      const std::string_view body = Trim(text.substr(quote + 2, end - quote - 2));
      const std::string path = ".agents/skills/" + name + "/SKILL.md";
      const bool is_known = std::any_of(files->begin(), files->end(),
                                        [&](const ExecFile& file) { return file.path == path; });
      if (!is_known && !body.empty()) files->push_back({path, WithFrontmatter(name, body)});
    }
    at = end;
  }
}

}  // namespace

std::vector<ExecFile> SkillFilesOf(const ChatRequest& request, const std::string& prompt) {
  std::vector<ExecFile> out;
  for (const ChatMessage& message : request.messages) {
    if (message.role != "system" && message.role != "user") continue;
    std::string text;
    for (const Part& part : message.content) text += *part.text;
    AddSkills(text, &out);
  }
  if (!out.empty()) out.push_back({"task.md", prompt});
  return out;
}

}  // namespace hone
