#include "engine/rehearsed_containers.h"

namespace hone {
namespace {

constexpr const char* kBackend = "rehearsal";

ImageInfo ImageOf(const std::string& name) { return {name, name, kBackend, true, "/", {}, ""}; }

}  // namespace

void RehearsedContainers::Prepare(ImageSpec image, Done<ImageInfo> done) {
  Later(ImageOf(image.name.empty() ? image.content : image.name), std::move(done));
}

void RehearsedContainers::Create(ContainerSpec /*spec*/, Done<ContainerId> done) {
  Later("rehearsed-" + std::to_string(++made_), std::move(done));
}

void RehearsedContainers::Exec(const ContainerId& /*container*/, ExecSpec /*spec*/,
                               Done<ExecEnd> done) {
  ExecEnd end;
  end.exit_code = 0;
  Later(end, std::move(done));
}

void RehearsedContainers::Put(const ContainerId& /*container*/, const std::string& /*path*/,
                              std::string /*tar*/, Done<Ok> done) {
  Later(Ok{}, std::move(done));
}

void RehearsedContainers::Get(const ContainerId& /*container*/, GetSpec /*spec*/,
                              Done<FileTree> done) {
  Later(FileTree{}, std::move(done));
}

void RehearsedContainers::Snapshot(const ContainerId& container, Done<ImageInfo> done) {
  Later(ImageOf(container), std::move(done));
}

void RehearsedContainers::Destroy(const ContainerId& /*container*/, Done<Ok> done) {
  Later(Ok{}, std::move(done));
}

}  // namespace hone
