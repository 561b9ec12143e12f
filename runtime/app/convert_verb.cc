// hone convert: files of published systems into each other's forms; and labels of people into the
// database.
#include <unistd.h>

#include <filesystem>

#include "app/import_labels.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "base/log.h"
#include "engine/convert.h"
#include "report/output_folder.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

std::string KindList(const std::vector<ConverterInfo>& kinds) {
  std::string text;
  for (const ConverterInfo& kind : kinds) {
    text += kind.name + "\n    " + kind.doc + (kind.writes_folder ? " (a folder)" : "") + "\n";
    for (const Json& param : kind.params.items()) {
      text += "    " + param["name"].AsString() + " = " + param["default"].Dump() + "  " +
              param["doc"].AsString() + "\n";
    }
  }
  return text + "labels\n    a filled label sheet (hone export --labels) -> the results database\n";
}

// One file: whole under its name in the end, or not there.
class OutputFile {
 public:
  static Result<OutputFile> Open(const std::string& path, bool overwrite) {
    std::error_code trouble;
    const fs::path target(path);
    if (!overwrite && fs::exists(fs::symlink_status(target, trouble))) {
      return Invalid(path + " is there already; --force writes over it");
    }
    if (fs::is_directory(target, trouble)) return Invalid(path + " is a folder");
    const fs::path folder = target.parent_path().empty() ? "." : target.parent_path();
    HONE_ASSIGN(OutputFolder out, OutputFolder::Open(folder.string(), true));
    return OutputFile(std::move(out), target);
  }
  OutputFile(OutputFile&&) = default;
  ~OutputFile() {
    std::error_code ignored;
    if (!part_.empty()) fs::remove(part_, ignored);
  }
  Status Write(const std::string& text) { return folder_.Write(name_, text); }
  Status Finish() {
    HONE_TRY(folder_.Write(name_, ""));
    std::error_code trouble;
    fs::rename(part_, target_, trouble);
    if (trouble) return Fail(ErrorCode::kIo, target_.string() + ": " + trouble.message());
    part_.clear();
    return {};
  }

 private:
  OutputFile(OutputFolder folder, const fs::path& target)
      : folder_(std::move(folder)),
        target_(target),
        name_(target.filename().string() + ".part-" + std::to_string(getpid())),
        part_(target.parent_path() / name_) {}

  OutputFolder folder_;
  fs::path target_;
  std::string name_;
  fs::path part_;
};

Status HandleBadRows(const BadRows& bad, bool skips) {
  if (bad.size() == 0) return {};
  if (!skips) return bad.ToError("skip_bad_rows=true leaves them out");
  Log(LogLevel::kWarn, bad.ToNote());
  return {};
}

Status ToFile(Converter* converter, const ConverterInfo& kind, const ConvertArguments& arguments,
              int64_t* written) {
  HONE_ASSIGN(OutputFile out, OutputFile::Open(arguments.output, arguments.force));
  bool skips = false;
  const auto sink = [&](const std::string& /*path*/, const std::string& text) -> Status {
    ++*written;
    return out.Write(text);
  };
  HONE_ASSIGN(const BadRows bad,
              converter->Run(kind, arguments.input, arguments.settings, sink, &skips));
  HONE_TRY(HandleBadRows(bad, skips));
  return out.Finish();
}

Status ToFolder(Converter* converter, const ConverterInfo& kind, const ConvertArguments& arguments,
                int64_t* written) {
  HONE_ASSIGN(OutputFolder out, OutputFolder::Open(arguments.output, arguments.force));
  bool skips = false;
  const auto sink = [&](const std::string& path, const std::string& text) -> Status {
    return out.Write(path, text);
  };
  HONE_ASSIGN(const BadRows bad,
              converter->Run(kind, arguments.input, arguments.settings, sink, &skips));
  *written = static_cast<int64_t>(out.written().size());
  return HandleBadRows(bad, skips);
}

VerbResult ConvertLabels(const GlobalArguments& global, const ConvertArguments& arguments) {
  if (arguments.input.empty()) return Invalid("hone convert labels: name the filled sheet");
  HONE_ASSIGN(const LabelCounts counts,
              ImportLabels(global.db, arguments.input, arguments.labeller));
  Report(Tone::kPlain, std::to_string(counts.read) + " labels read, " +
                           std::to_string(counts.left_blank) + " left blank");
  return ExitCode::kComplete;
}

}  // namespace

VerbResult ConvertVerb(const GlobalArguments& global, const ConvertArguments& arguments) {
  if (arguments.kind == "labels") return ConvertLabels(global, arguments);
  HONE_ASSIGN(const auto workbench, Workbench::Make({}));
  HONE_ASSIGN(const auto converter, Converter::Open(&workbench->loop(), &workbench->spawner(),
                                                    workbench->installation().home, "."));
  if (arguments.kind.empty()) {
    HONE_ASSIGN(const std::vector<ConverterInfo> kinds, converter->List());
    PrintText(KindList(kinds));
    return ExitCode::kComplete;
  }
  HONE_ASSIGN(const ConverterInfo kind, converter->Find(arguments.kind));
  if (arguments.input.empty() || arguments.output.empty()) {
    return Invalid("hone convert " + kind.name + ": name the input, then the output " +
                   (kind.writes_folder ? "folder" : "file"));
  }
  int64_t written = 0;
  const Status converted = kind.writes_folder ? ToFolder(converter.get(), kind, arguments, &written)
                                              : ToFile(converter.get(), kind, arguments, &written);
  if (!converted.ok()) return converted.error();
  Report(Tone::kPlain, arguments.output + ": " + std::to_string(written) +
                           (kind.writes_folder ? " files" : " rows"));
  return ExitCode::kComplete;
}

}  // namespace hone
