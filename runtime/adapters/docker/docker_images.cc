#include "adapters/docker/docker_images.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "adapters/docker/build_context.h"
#include "base/hash.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr const char* kBackend = "docker";
constexpr std::size_t kLastOutput = 600;
constexpr int64_t kBuildMemory = int64_t{4} << 30U;

// Part of a URL's path: nothing in it may lead elsewhere.
bool IsImageName(const std::string& name) {
  return !name.empty() && name.find("..") == std::string::npos && name.front() != '/' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  std::string_view("._-/:@").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

ImageInfo InfoOf(const Json& image, bool is_cached) {
  ImageInfo info;
  std::string id = image["Id"].AsString();
  if (!id.starts_with("sha256:")) id = "sha256:" + id;  // Podman's is bare
  info.id = id;
  info.digest = std::move(id);
  info.backend = kBackend;
  info.is_cached = is_cached;
  const Json& config = image["Config"];
  info.workdir = config["WorkingDir"].AsString();
  if (info.workdir.empty()) info.workdir = "/";
  info.user = config["User"].AsString();
  for (const Json& variable : config["Env"].items()) {
    const std::string& text = variable.AsString();
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) info.env[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return info;
}

}  // namespace

std::string BuildFailure(const std::string& answer) {
  std::string output;
  std::string failure;
  for (std::size_t at = 0; at < answer.size();) {
    const std::size_t end = std::min(answer.find('\n', at), answer.size());
    const auto line = Json::Parse(std::string_view(answer).substr(at, end - at));
    at = end + 1;
    if (!line.ok()) continue;
    output += (*line)["stream"].AsString();
    if (const std::string& error = (*line)["error"].AsString(); !error.empty()) failure = error;
  }
  if (failure.empty()) return "";
  if (output.size() > kLastOutput) output.erase(0, output.size() - kLastOutput);
  return OneLine(failure, 300) + "; the end of its output: " + OneLine(output, kLastOutput + 64);
}

void DockerImages::Inspect(const std::string& name, bool is_cached, Done done) {
  if (!IsImageName(name)) {
    loop_.Post([done = std::move(done), name] {
      done(Invalid("'" + OneLine(name, 120) + "' is no name of an image"));
    });
    return;
  }
  api_.Call({.path = "/images/" + name + "/json"}, [name, is_cached,
                                                    done = std::move(done)](Result<Json> image) {
    if (image.ok()) return done(InfoOf(*image, is_cached));
    if (image.error().code != ErrorCode::kNotFound) return done(image.error());
    done(Fail(ErrorCode::kNotFound, "the container daemon has no image '" + OneLine(name, 120) +
                                        "': import or pull it there first"));
  });
}

void DockerImages::Prepare(ImageSpec image, Done done) {
  if (image.folder.empty()) return Inspect(image.name, true, std::move(done));
  const std::string tag =
      "hone-build:" +
      HashFields({image.content, image.network ? "network" : ""}).Hex().substr(0, 32);
  Inspect(tag, true, [this, image, tag, done = std::move(done)](Result<ImageInfo> found) {
    if (found.ok() || found.error().code != ErrorCode::kNotFound) return done(std::move(found));
    Build(image, tag, done);
  });
}

void DockerImages::Build(const ImageSpec& image, const std::string& tag, Done done) {
  auto context = std::make_shared<Result<std::string>>(std::string());
  loop_.InPool([context, folder = image.folder] { *context = TarOfBuildContext(folder); },
               [this, alive = std::weak_ptr<DockerImages*>(self_), context, image, tag,
                done = std::move(done)] {
                 if (alive.expired()) return;
                 if (!context->ok()) return done(context->error());
                 Send(image, tag, std::move(**context), done);
               });
}

// Podman's service ignores the words, and takes the number of a policy.
std::string DockerImages::NetworkMode(bool network) const {
  if (api_.is_podman()) return network ? "0" : "1";
  return network ? "bridge" : "none";
}

void DockerImages::Send(const ImageSpec& image, const std::string& tag, std::string context,
                        Done done) {
  DockerRequest request;
  request.method = "POST";
  request.path = "/build";
  request.query = {{"t", tag},
                   {"networkmode", NetworkMode(image.network)},
                   {"rm", "1"},
                   {"forcerm", "1"},
                   {"memory", std::to_string(kBuildMemory)},
                   {"memswap", std::to_string(kBuildMemory)}};
  request.body = std::move(context);
  request.content_type = "application/x-tar";
  request.timeout_ms = image.timeout_ms;
  api_.Send(std::move(request), [this, folder = image.folder, tag,
                                 done = std::move(done)](Result<HttpResponse> response) {
    const std::string what = "the image of '" + OneLine(folder, 200) + "' could not be built";
    if (!response.ok()) return done(response.error().With(what));
    if (response->status != 200) return done(DockerError(*response).With(what));
    if (const std::string failure = BuildFailure(response->body); !failure.empty()) {
      return done(Invalid(what + ": " + failure));
    }
    Inspect(tag, false, done);
  });
}

}  // namespace hone
