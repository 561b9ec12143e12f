// Convert: files of one system as files of another, by a converter of lua/hone/convert: which rows
// the input has and what becomes of them is the converter's to say, in the sandbox; reading is the
// readers', writing the caller's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "data/bad_rows.h"
#include "ports/event_loop.h"
#include "ports/script_process.h"

namespace hone {

struct ConverterInfo {
  std::string name, doc;
  bool writes_folder = false;
  Json params;  // as declared (kDescription.params)
};

class Converter {
 public:
  // A text for the output: `path` is "" when it is one file, else a name in the output folder that
  // nobody has checked.
  using Sink = std::function<Status(const std::string& path, const std::string& text)>;

  // Roots as in SourceTree. Must not outlive loop and spawner.
  static Result<std::unique_ptr<Converter>> Open(EventLoop* loop, ScriptProcessSpawner* spawner,
                                                 const std::string& home,
                                                 const std::string& project);
  ~Converter();

  // All there are, by name.
  Result<std::vector<ConverterInfo>> List();
  // The one of that name; '-' may stand for '_'. The error names the nearest.
  Result<ConverterInfo> Find(const std::string& name);
  // Converts the file or folder `input`. `settings` are "key=value". Rows that cannot be used are
  // returned; whether that is an error is the parameter skip_bad_rows' to say, in *skips.
  Result<BadRows> Run(const ConverterInfo& converter, const std::string& input,
                      const std::vector<std::string>& settings, const Sink& sink, bool* skips);

 private:
  struct State;
  explicit Converter(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace hone
