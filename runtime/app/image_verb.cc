// hone image: the root file systems that bubblewrap's containers are made of.
#include "adapters/sandbox/image_store.h"
#include "app/container_choice.h"
#include "app/terminal.h"
#include "app/verbs.h"

namespace hone {
namespace {

Result<ImageStore> OpenStore() {
  HONE_ASSIGN(const UserConfig config, LoadUserConfig());
  HONE_ASSIGN(const Environment environment, Environment::Load());
  HONE_ASSIGN(const ContainerEngineOptions options,
              ChooseContainers(config.containers, environment, Installation{}));
  return ImageStore::Open(options.images);
}

Status Expect(const ImageArguments& arguments, bool name, bool file) {
  if (arguments.name.empty() == name) {
    return Invalid(name ? "hone image " + arguments.what + " needs the NAME of an image"
                        : "hone image " + arguments.what + " takes no name");
  }
  if (arguments.file.empty() == file) {
    return Invalid(
        file ? "hone image add NAME FILE: the FILE is missing, a tar of a root file system"
             : "hone image " + arguments.what + " takes no file");
  }
  return Ok{};
}

void Tell(const std::string& word, const std::string& name, const std::string& digest, bool json) {
  if (json) {
    PrintJson(Json::MakeObject({{"name", name}, {"digest", digest}}));
  } else {
    Report(Tone::kPlain, word + " " + name + (digest.empty() ? "" : ", " + digest));
  }
}

}  // namespace

VerbResult ImageVerb(const GlobalArguments& /*global*/, const ImageArguments& arguments) {
  const bool adds = arguments.what == "add";
  const bool removes = arguments.what == "rm";
  HONE_TRY(Expect(arguments, adds || removes, adds));
  HONE_ASSIGN(const ImageStore store, OpenStore());
  if (adds) {
    HONE_ASSIGN(const Image image, AddImage(store, arguments.name, arguments.file));
    Tell("added", arguments.name, image.digest, arguments.json);
    return ExitCode::kComplete;
  }
  if (removes) {
    HONE_TRY(store.Remove(arguments.name));
    Tell("removed", arguments.name, "", arguments.json);
    return ExitCode::kComplete;
  }
  Json list = Json::MakeArray();
  std::string text;
  for (const auto& [name, digest] : store.Names()) {
    list.Append(Json::MakeObject({{"name", name}, {"digest", digest}}));
    text += name + "  " + digest + "\n";
  }
  if (text.empty()) text = "no images in " + store.folder() + "; hone image add NAME ROOT.tar\n";
  if (arguments.json) {
    PrintJson(list);
  } else {
    PrintText(text);
  }
  return ExitCode::kComplete;
}

}  // namespace hone
