// Where control groups are found, and what is written into them; version 2 on a made-up tree.
#include "adapters/sandbox/cgroups.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/ids.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr char kHybrid[] =
    "25 1 8:1 / / rw - ext4 /dev/vda1 rw\n"
    "30 25 0:26 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n"
    "31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "32 25 0:28 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n"
    "33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
constexpr char kHybridOwn[] = "4:memory:/a/b\n3:cpu,cpuacct:/\n2:freezer:/\n0::/\n";
constexpr char kUnified[] =
    "26 25 0:23 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr char kUnifiedOwn[] =
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n";

BOOST_AUTO_TEST_CASE(version_1_has_a_base_for_each_hierarchy_that_limits) {
  const auto bases = CgroupBases(kHybrid, kHybridOwn, /*is_root=*/true);
  BOOST_REQUIRE(bases.size() == 3);
  BOOST_TEST(bases[0].version == 1);
  BOOST_TEST(bases[0].folder == "/sys/fs/cgroup/memory/hone");
  BOOST_TEST(bases[0].controllers == std::vector<std::string>{"memory"});
  BOOST_TEST(bases[1].folder == "/sys/fs/cgroup/cpu,cpuacct/hone");
  BOOST_TEST(bases[1].controllers == std::vector<std::string>{"cpu"});
  BOOST_TEST(bases[2].version == 2);
}

BOOST_AUTO_TEST_CASE(a_user_makes_groups_where_it_stands) {
  const auto old = CgroupBases(kHybrid, kHybridOwn, /*is_root=*/false);
  BOOST_REQUIRE(old.size() == 3);
  BOOST_TEST(old[0].folder == "/sys/fs/cgroup/memory/a/b/hone");
  // Version 2: beside its own group, which has processes in it.
  const auto bases = CgroupBases(kUnified, kUnifiedOwn, /*is_root=*/false);
  BOOST_REQUIRE(bases.size() == 1);
  BOOST_TEST(bases[0].folder ==
             "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/hone");
  BOOST_TEST(CgroupBases(kUnified, kUnifiedOwn, true)[0].folder == "/sys/fs/cgroup/hone");
}

BOOST_AUTO_TEST_CASE(nonsense_gives_no_base) {
  BOOST_TEST(CgroupBases("", "", true).empty());
  BOOST_TEST(CgroupBases("cgroup2\n - - -\n1 2 3 / /x rw - cgroup", "::::\n:", true).empty());
}

// A folder with a group's files, as the kernel shows them.
class FakeGroup {
 public:
  explicit FakeGroup(const std::vector<std::string>& files)
      : folder_(fs::temp_directory_path() / ("cgroup-" + NewUid())) {
    fs::create_directories(folder_);
    for (const std::string& name : files) std::ofstream(folder_ / name);
  }
  ~FakeGroup() { fs::remove_all(folder_); }
  FakeGroup(const FakeGroup&) = delete;
  FakeGroup& operator=(const FakeGroup&) = delete;

  [[nodiscard]] std::string path() const { return folder_.string(); }
  [[nodiscard]] std::string Text(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  fs::path folder_;
};

const CgroupLimits kLimits{int64_t{64} << 20U, 100, 1.5};

BOOST_AUTO_TEST_CASE(version_2_limits_are_written_as_the_kernel_reads_them) {
  const FakeGroup group({"memory.max", "memory.swap.max", "pids.max", "cpu.max"});
  const CgroupBase base{2, {"memory", "pids", "cpu"}, "", ""};
  const auto taken = WriteCgroupLimits(base, group.path(), kLimits);
  BOOST_TEST(taken == base.controllers, boost::test_tools::per_element());
  BOOST_TEST(group.Text("memory.max") == "67108864");
  BOOST_TEST(group.Text("memory.swap.max") == "0");
  BOOST_TEST(group.Text("pids.max") == "100");
  BOOST_TEST(group.Text("cpu.max") == "150000 100000");
}

BOOST_AUTO_TEST_CASE(a_controller_that_is_not_there_is_not_in_force) {
  const FakeGroup group({"pids.max"});
  const auto taken =
      WriteCgroupLimits({2, {"memory", "pids", "cpu"}, "", ""}, group.path(), kLimits);
  BOOST_TEST(taken == std::vector<std::string>{"pids"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(version_1_limits) {
  const FakeGroup group({"memory.limit_in_bytes", "cpu.cfs_period_us", "cpu.cfs_quota_us"});
  const auto taken = WriteCgroupLimits({1, {"memory", "cpu"}, "", ""}, group.path(), kLimits);
  BOOST_TEST(taken.size() == 2);
  BOOST_TEST(group.Text("memory.limit_in_bytes") == "67108864");
  BOOST_TEST(group.Text("cpu.cfs_quota_us") == "150000");
}

}  // namespace
}  // namespace hone
