#include "adapters/sandbox/build_plan.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

// An absolute path without "." and ".."; it cannot leave the root.
std::string Resolve(const std::string& workdir, const std::string& path) {
  std::vector<std::string> parts;
  const std::string whole = path.starts_with("/") ? path : workdir + "/" + path;
  for (const std::string_view part : Split(whole, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return "/" + Join(parts, "/");
}

class Planner {
 public:
  Planner(const std::string& file, const ImageConfig& base) : file_(file) {
    plan_.config = base;
    if (plan_.config.workdir.empty()) plan_.config.workdir = "/";
    values_ = base.env;
    values_.emplace("PATH", kDefaultPath);
  }

  Status Add(const DockerInstruction& one) {
    const Status added = AddHere(one);
    if (added.ok()) return Ok{};
    return added.error().With(file_ + ":" + std::to_string(one.line));
  }

  BuildPlan Take() { return std::move(plan_); }

 private:
  Status AddHere(const DockerInstruction& one) {
    if (one.keyword == "RUN") return Run(one);
    if (one.keyword == "COPY" || one.keyword == "ADD") return Copy(one);
    if (one.keyword == "ENV") return Env(one);
    if (one.keyword == "ARG") return Arg(one);
    if (one.keyword == "SHELL") {
      if (!one.list || one.list->empty())
        return Invalid("SHELL needs a list, as in [\"/bin/sh\", \"-c\"]");
      shell_ = *one.list;
      return Ok{};
    }
    if (one.keyword == "USER") {
      HONE_ASSIGN(plan_.config.user, ExpandDockerText(one.text, values_));
      return Ok{};
    }
    if (one.keyword == "WORKDIR") {
      HONE_ASSIGN(const std::string path, ExpandDockerText(one.text, values_));
      plan_.config.workdir = Resolve(plan_.config.workdir, path);
      BuildStep step = Step(one, BuildStep::Kind::kFolder);
      step.destination = plan_.config.workdir;
      plan_.steps.push_back(std::move(step));
    }
    return Ok{};  // the others say how a container is used, which is not a build's business
  }

  [[nodiscard]] BuildStep Step(const DockerInstruction& one, BuildStep::Kind kind) const {
    BuildStep step;
    step.kind = kind;
    step.line = one.line;
    step.workdir = plan_.config.workdir;
    step.user = plan_.config.user;
    return step;
  }

  Status Run(const DockerInstruction& one) {
    BuildStep step = Step(one, BuildStep::Kind::kRun);
    step.env = arguments_;
    for (const auto& [name, value] : plan_.config.env) step.env[name] = value;
    if (one.list) {
      if (one.list->empty()) return Invalid("RUN with an empty list");
      step.argv = *one.list;
    } else {
      step.argv = shell_;
      // Alone, a here-document is the script; else the shell reads it as written.
      const bool is_script = one.heredocs.size() == 1 && one.text.starts_with("<<") &&
                             one.text.find_first_of(" \t|;&>") == std::string::npos;
      std::string script = is_script ? one.heredocs[0].text : one.text;
      for (const DockerHeredoc& doc : one.heredocs) {
        if (!is_script) script += "\n" + doc.text + doc.name + "\n";
      }
      step.argv.push_back(std::move(script));
    }
    plan_.steps.push_back(std::move(step));
    return Ok{};
  }

  Status Copy(const DockerInstruction& one) {
    BuildStep step = Step(one, BuildStep::Kind::kCopy);
    step.unpacks = one.keyword == "ADD";
    std::vector<std::string> words;
    if (one.list) {
      words = *one.list;
    } else {
      HONE_ASSIGN(words, DockerWords(one.text, values_));
    }
    if (words.size() < 2) return Invalid(one.keyword + " needs a source and a destination");
    const std::string last = words.back();
    words.pop_back();
    for (std::string& source : words) {
      if (source.starts_with("<<")) continue;
      if (source.find("://") != std::string::npos || source.starts_with("git@")) {
        return Invalid(one.keyword + " " + OneLine(source, 80) + ": only files of the folder");
      }
      source = Resolve("/", source).substr(1);  // the build folder is the root of sources
      step.sources.push_back(source);
    }
    for (const DockerHeredoc& doc : one.heredocs) {
      step.texts.push_back(doc);
      if (!doc.expands) continue;
      HONE_ASSIGN(step.texts.back().text, ExpandDockerVariables(doc.text, values_));
    }
    const bool is_folder = last.ends_with("/") || last == "." || last.ends_with("/.");
    step.destination = Resolve(plan_.config.workdir, last);
    if (step.sources.size() + step.texts.size() > 1 && !is_folder) {
      return Invalid(one.keyword + " of several sources needs a folder as its end, with a '/'");
    }
    if (is_folder && step.destination != "/") step.destination += "/";
    return Owners(one, std::move(step));
  }

  Status Owners(const DockerInstruction& one, BuildStep step) {
    if (const auto found = one.flags.find("chown"); found != one.flags.end()) {
      HONE_ASSIGN(step.owner, ExpandDockerText(found->second, values_));
    }
    if (const auto found = one.flags.find("chmod"); found != one.flags.end()) {
      const std::string& text = found->second;
      const bool is_octal = !text.empty() && text.size() <= 4 &&
                            text.find_first_not_of("01234567") == std::string::npos;
      if (!is_octal)
        return Invalid("--chmod=" + OneLine(text, 20) + ": write it as in --chmod=755");
      step.mode = static_cast<unsigned>(std::stoul(text, nullptr, 8));
    }
    plan_.steps.push_back(std::move(step));
    return Ok{};
  }

  void SetEnv(const std::string& name, const std::string& value) {
    plan_.config.env[name] = value;
    values_[name] = value;
  }

  Status Env(const DockerInstruction& one) {
    const std::size_t blank = one.text.find_first_of(" \t");
    const std::size_t equals = one.text.find('=');
    if (equals == std::string::npos || blank < equals) {  // the old form: one name, then its value
      if (blank == std::string::npos) return Invalid("ENV needs NAME=value");
      HONE_ASSIGN(const std::string value,
                  ExpandDockerText(Trim(std::string_view(one.text).substr(blank)), values_));
      SetEnv(one.text.substr(0, blank), value);
      return Ok{};
    }
    // All of a line see what was there before it.
    HONE_ASSIGN(const std::vector<std::string> words, DockerWords(one.text, values_));
    for (const std::string& word : words) {
      const std::size_t at = word.find('=');
      if (at == std::string::npos || at == 0) {
        return Invalid("ENV " + OneLine(word, 40) + " is no NAME=value");
      }
      SetEnv(word.substr(0, at), word.substr(at + 1));
    }
    return Ok{};
  }

  Status Arg(const DockerInstruction& one) {
    HONE_ASSIGN(const std::vector<std::string> words, DockerWords(one.text, values_));
    for (const std::string& word : words) {
      const std::size_t at = word.find('=');
      const std::string name = word.substr(0, at);
      // A variable of the environment comes before an argument of its name.
      if (at == std::string::npos || plan_.config.env.count(name) != 0) continue;
      arguments_[name] = word.substr(at + 1);
      values_[name] = word.substr(at + 1);
    }
    return Ok{};
  }

  const std::string& file_;
  BuildPlan plan_;
  DockerVariables values_;                        // what instructions see
  std::map<std::string, std::string> arguments_;  // ARG: for RUN, not for the image
  std::vector<std::string> shell_ = {"/bin/sh", "-c"};
};

}  // namespace

Result<std::string> BaseOfBuild(const std::vector<DockerInstruction>& instructions,
                                const std::string& file) {
  DockerVariables values;
  for (const DockerInstruction& one : instructions) {
    const std::string place = file + ":" + std::to_string(one.line);
    const Result<std::vector<std::string>> words = DockerWords(one.text, values);
    if (!words.ok()) return words.error().With(place);
    if (one.keyword == "ARG") {
      for (const std::string& word : *words) {
        const std::size_t at = word.find('=');
        if (at != std::string::npos) values[word.substr(0, at)] = word.substr(at + 1);
      }
      continue;
    }
    const bool has_name = words->size() == 3 && ToLowerAscii((*words)[1]) == "as";
    if ((words->size() != 1 && !has_name) || (*words)[0].empty()) {
      return Invalid(place + ": FROM needs the name of an image");
    }
    return (*words)[0];
  }
  return Invalid(file + ": there is no FROM");
}

Result<BuildPlan> PlanBuild(const std::vector<DockerInstruction>& instructions,
                            const std::string& file, const ImageConfig& base) {
  Planner planner(file, base);
  bool has_base = false;
  for (const DockerInstruction& one : instructions) {
    if (one.keyword == "FROM") {
      has_base = true;
    } else if (has_base) {  // an ARG before FROM is for FROM
      HONE_TRY(planner.Add(one));
    }
  }
  return planner.Take();
}

}  // namespace hone
