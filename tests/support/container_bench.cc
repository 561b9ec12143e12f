#include "support/container_bench.h"

#include <fstream>
#include <sstream>

#include "support/tar_entries.h"

namespace hone::testing {

ContainerBench::~ContainerBench() {
  for (const std::string& container : opened_) {
    const Status gone = Destroy(container);
    BOOST_TEST(gone.ok(), "destroy: " << Why(gone));
  }
}

Result<ImageInfo> ContainerBench::Prepare(ImageSpec spec) {
  return Wait<ImageInfo>([&](auto done) { engine_.Prepare(std::move(spec), std::move(done)); });
}

Result<ImageInfo> ContainerBench::Named(const std::string& name) {
  ImageSpec spec;
  spec.name = name;
  return Prepare(std::move(spec));
}

Result<std::string> ContainerBench::TryOpen(ContainerSpec spec) {
  if (spec.image.empty()) {
    auto base = Named(image_);
    if (!base.ok()) return base.error();
    spec.image = base->id;
  }
  if (spec.owner.empty()) spec.owner = "contract";
  auto made =
      Wait<std::string>([&](auto done) { engine_.Create(std::move(spec), std::move(done)); });
  if (made.ok()) opened_.push_back(*made);
  return made;
}

std::string ContainerBench::Open(ContainerSpec spec) {
  const auto made = TryOpen(std::move(spec));
  BOOST_REQUIRE_MESSAGE(made.ok(), Why(made));
  return *made;
}

Result<ExecEnd> ContainerBench::TryExec(const std::string& container, ExecSpec spec) {
  return Wait<ExecEnd>(
      [&](auto done) { engine_.Exec(container, std::move(spec), std::move(done)); });
}

ExecEnd ContainerBench::Exec(const std::string& container, ExecSpec spec) {
  auto end = TryExec(container, std::move(spec));
  BOOST_REQUIRE_MESSAGE(end.ok(), Why(end));
  return std::move(end).value();
}

ExecEnd ContainerBench::Sh(const std::string& container, const std::string& script,
                           int64_t timeout_ms) {
  ExecSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.timeout_ms = timeout_ms;
  return Exec(container, std::move(spec));
}

std::string ContainerBench::Say(const std::string& container, const std::string& script) {
  ExecEnd end = Sh(container, script);
  BOOST_TEST(end.exit_code == 0, script << ": code " << end.exit_code << ", " << end.err);
  while (end.out.ends_with('\n')) end.out.pop_back();
  return end.out;
}

void ContainerBench::PutProbe(const std::string& container) {
  std::ifstream file(probe_, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  BOOST_REQUIRE_MESSAGE(!bytes.str().empty(), "no probe at " << probe_);
  const Status put = Put(container, "/", WriteTar({TarFile("probe", bytes.str(), 0755)}));
  BOOST_REQUIRE_MESSAGE(put.ok(), Why(put));
}

Status ContainerBench::Put(const std::string& container, const std::string& path, std::string tar) {
  const auto put =
      Wait<Ok>([&](auto done) { engine_.Put(container, path, std::move(tar), std::move(done)); });
  if (!put.ok()) return put.error();
  return {};
}

Result<FileTree> ContainerBench::Get(const std::string& container, GetSpec spec) {
  return Wait<FileTree>(
      [&](auto done) { engine_.Get(container, std::move(spec), std::move(done)); });
}

Status ContainerBench::Destroy(const std::string& container) {
  const auto gone = Wait<Ok>([&](auto done) { engine_.Destroy(container, std::move(done)); });
  if (!gone.ok()) return gone.error();
  return {};
}

}  // namespace hone::testing
