// Images, containers and snapshots: cases of the container contract.
#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "support/tar_entries.h"
#include "unit/adapters/container_engine_contract.h"

namespace hone::testing {
namespace {

namespace fs = std::filesystem;

// A build context under the system's temporary folder, removed with its owner.
class BuildFolder {
 public:
  BuildFolder() : path_(fs::temp_directory_path() / FreshMarker()) {
    fs::create_directories(path_);
  }
  ~BuildFolder() { fs::remove_all(path_); }
  BuildFolder(const BuildFolder&) = delete;
  BuildFolder& operator=(const BuildFolder&) = delete;

  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  // The folder's name is different every time, and so is the content's hash that stands for it.
  [[nodiscard]] ImageSpec Spec() const {
    ImageSpec spec;
    spec.folder = path_.string();
    spec.content = HashOf(path_.string()).Hex();
    return spec;
  }

 private:
  fs::path path_;
};

void AnImageByName(ContainerBench& bench) {
  const auto image = bench.Named(bench.image());
  BOOST_REQUIRE_MESSAGE(image.ok(), Why(image));
  BOOST_TEST(!image->id.empty());
  BOOST_TEST(!image->digest.empty());
  BOOST_TEST(!image->backend.empty());
  BOOST_TEST(image->is_cached);
  BOOST_TEST(image->workdir.starts_with("/"));
  const auto by_id = bench.Named(image->id);
  BOOST_REQUIRE_MESSAGE(by_id.ok(), Why(by_id));
  BOOST_TEST(by_id->digest == image->digest);
}

void AnUnknownImage(ContainerBench& bench) {
  const auto image = bench.Named("hone/nobody-has-this:1");
  BOOST_REQUIRE(!image.ok());
  BOOST_TEST((image.error().code == ErrorCode::kNotFound));
  BOOST_TEST(image.error().message.find("hone/nobody-has-this:1") != std::string::npos);
}

void AContainerOfNoImage(ContainerBench& bench) {
  ContainerSpec spec;
  spec.image = "hone/nobody-has-this:1";
  const auto made = bench.TryOpen(std::move(spec));
  BOOST_REQUIRE(!made.ok());
  BOOST_TEST((made.error().code == ErrorCode::kNotFound));
}

void AFolderWithADockerfile(ContainerBench& bench) {
  const BuildFolder folder;
  folder.Write("Dockerfile", "FROM " + bench.image() +
                                 "\n"
                                 "ENV COLOUR=\"deep blue\"\n"
                                 "WORKDIR /srv/app\n"
                                 "COPY data/ ./data/\n"
                                 "RUN cat data/words.txt | tr a-z A-Z > loud.txt \\\n"
                                 "    && mkdir -p /made\n");
  folder.Write("data/words.txt", "some words");
  const auto built = bench.Prepare(folder.Spec());
  BOOST_REQUIRE_MESSAGE(built.ok(), Why(built));
  BOOST_TEST(!built->is_cached);
  BOOST_TEST(!built->digest.empty());
  BOOST_TEST(built->workdir == "/srv/app");
  const auto env = built->env.find("COLOUR");
  BOOST_REQUIRE((env != built->env.end()));
  BOOST_TEST(env->second == "deep blue");
  const auto again = bench.Prepare(folder.Spec());
  BOOST_REQUIRE_MESSAGE(again.ok(), Why(again));
  BOOST_TEST(again->is_cached);
  BOOST_TEST(again->digest == built->digest);

  ContainerSpec spec;
  spec.image = built->id;
  const std::string container = bench.Open(std::move(spec));
  BOOST_TEST(bench.Say(container, "pwd; cat loud.txt data/words.txt; echo; echo $COLOUR") ==
             "/srv/app\nSOME WORDSsome words\ndeep blue");
  BOOST_TEST(bench.Say(container, "test -d /made && echo there") == "there");
}

void ABuildThatFails(ContainerBench& bench) {
  const BuildFolder folder;
  folder.Write("Dockerfile", "FROM " + bench.image() + "\nRUN echo what-went-wrong >&2; exit 7\n");
  const auto built = bench.Prepare(folder.Spec());
  BOOST_REQUIRE(!built.ok());
  BOOST_TEST(built.error().message.find("exit 7") != std::string::npos, built.error().message);
  BOOST_TEST(built.error().message.find("what-went-wrong") != std::string::npos,
             built.error().message);
}

void ABuildWithoutDockerfile(ContainerBench& bench) {
  const BuildFolder folder;
  folder.Write("README", "no Dockerfile here");
  const auto built = bench.Prepare(folder.Spec());
  BOOST_REQUIRE(!built.ok());
  BOOST_TEST(built.error().message.find("Dockerfile") != std::string::npos);
}

void ABuildHasNoNetwork(ContainerBench& bench) {
  const BuildFolder folder;
  folder.Write("Dockerfile", "FROM " + bench.image() +
                                 "\nRUN ls /sys/class/net > /net.txt; cat /proc/net/route > "
                                 "/route.txt; true\n");
  const auto built = bench.Prepare(folder.Spec());
  BOOST_REQUIRE_MESSAGE(built.ok(), Why(built));
  ContainerSpec spec;
  spec.image = built->id;
  const std::string container = bench.Open(std::move(spec));
  BOOST_TEST(bench.Say(container, "tail -n +2 /route.txt") == "");
}

void ContainersAreApart(ContainerBench& bench) {
  const std::string one = bench.Open();
  const std::string two = bench.Open();
  BOOST_TEST(one != two);
  bench.Say(one, "echo mine > /only-here; echo gone > /etc/passwd");
  BOOST_TEST(bench.Say(two, "test -e /only-here || echo no") == "no");
  BOOST_TEST(bench.Say(two, "head -n 1 /etc/passwd | cut -d: -f1") == "root");
}

void DestroyIsFinal(ContainerBench& bench) {
  const std::string container = bench.Open();
  const std::string marker = FreshMarker();
  bench.Say(container, "sh -c 'while :; do sleep 1; done' " + marker + " >/dev/null 2>&1 &");
  BOOST_TEST(!ProcessesWith(marker).empty());
  BOOST_TEST(bench.Destroy(container).ok());
  BOOST_TEST(AllEnd(marker));
  ExecSpec spec;
  spec.argv = {"/bin/true"};
  BOOST_TEST(!bench.TryExec(container, spec).ok());
  BOOST_TEST(!bench.Put(container, "/", WriteTar({TarFile("a", "b")})).ok());
  BOOST_TEST(!bench.Get(container, {}).ok());
  BOOST_TEST(bench.Destroy(container).ok());
  BOOST_TEST(bench.Destroy("no-such-container").ok());
}

void ASnapshotIsAnImage(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.Say(container, "mkdir /kept; echo text > /kept/file; ln -s file /kept/link; rm /etc/group");
  const auto image = bench.Wait<ImageInfo>(
      [&](auto done) { bench.engine().Snapshot(container, std::move(done)); });
  BOOST_REQUIRE_MESSAGE(image.ok(), Why(image));
  BOOST_TEST(!image->digest.empty());
  bench.Say(container, "echo later > /kept/file");
  ContainerSpec spec;
  spec.image = image->id;
  const std::string copy = bench.Open(std::move(spec));
  BOOST_TEST(bench.Say(copy, "cat /kept/link; test -e /etc/group || echo none") == "text\nnone");
  const auto again = bench.Named(image->id);
  BOOST_REQUIRE_MESSAGE(again.ok(), Why(again));
  BOOST_TEST(again->digest == image->digest);
}

}  // namespace

std::vector<ContractCase> ContainerLifeCases() {
  return {{"an image by name", AnImageByName},
          {"an unknown image", AnUnknownImage},
          {"a container of no image", AContainerOfNoImage},
          {"a folder with a Dockerfile is built once", AFolderWithADockerfile},
          {"a build that fails tells the step and what it said", ABuildThatFails},
          {"a folder without a Dockerfile", ABuildWithoutDockerfile},
          {"a build has no network", ABuildHasNoNetwork},
          {"containers are apart", ContainersAreApart},
          {"destroy is final", DestroyIsFinal},
          {"a snapshot is an image", ASnapshotIsAnImage}};
}

}  // namespace hone::testing
