// What of a solver's changes meets the tests: by table.
#include "primitives/verified_changes.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

BOOST_AUTO_TEST_SUITE(verified_changes)

BOOST_AUTO_TEST_CASE(hooks_wherever_they_are) {
  for (const char* path : {"app/sitecustomize.py",
                           "sitecustomize.py",
                           "home/a/usercustomize.py",
                           "app/evil.pth",
                           "root/.bashrc",
                           "root/.bash_profile",
                           "root/.bash_anything",
                           "root/.profile",
                           "home/a/.zshenv",
                           "app/conftest.py",
                           "app/deep/er/conftest.py",
                           "app/pytest.ini",
                           "app/tox.ini",
                           "app/setup.cfg",
                           "app/__pycache__/a.cpython-311.pyc",
                           "app/__pycache__",
                           "app/a.pyc",
                           "app/pytest.py",
                           "app/pytest/__init__.py",
                           "app/_pytest/x.py",
                           "app/pytest_evil.py",
                           "app/pluggy/__init__.py",
                           "root/.local/lib/python3.11/x.py",
                           "root/.local/bin/python3",
                           "app/.git/hooks/pre-commit",
                           "root/.gitconfig",
                           "opt/ld.so.preload",
                           "root/.npmrc",
                           "/app/conftest.py"}) {
    BOOST_TEST(IsHook(path), path);
  }
  for (const char* path :
       {"app/answer.txt", "app/main.py", "app/test_main.py", "app/.git/config", "app/.git/HEAD",
        "app/config", "app/hooks/x", "root/.local/share/x", "app/bashrc", "app/profile",
        "app/setup.py", "app/pyproject.toml", "data/a.pth.txt", "app/my_conftest.py"}) {
    BOOST_TEST(!IsHook(path), path);
  }
}

BOOST_AUTO_TEST_CASE(what_comes_along_and_what_is_named) {
  const Changes changes{{{"app/answer.txt", TarEntry::Kind::kFile, "42", 0644},
                         {"app/conftest.py", TarEntry::Kind::kFile, "x", 0644},
                         {"app/link", TarEntry::Kind::kLink, "/etc/passwd", 0777}},
                        {"/app/old.txt", "/app/tox.ini"}};
  const VerifiedChanges got = FilterChanges(changes);
  BOOST_TEST(got.kept.entries.size() == 2U);
  BOOST_TEST(got.kept.entries[1].path == "app/link");
  BOOST_TEST(got.kept.deleted == std::vector<std::string>{"/app/old.txt"},
             boost::test_tools::per_element());
  BOOST_TEST(got.left_out == (std::vector<std::string>{"/app/conftest.py", "/app/tox.ini"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(programs_that_tests_call_are_the_images) {
  const std::vector<std::string> folders =
      SystemFolders({{"PATH", "/opt/venv/bin/:/usr/bin:relative:/"}, {"PYTHONPATH", "/srv/lib"}},
                    {"/tests", "/logs"});
  const auto has = [&](const char* folder) {
    return std::find(folders.begin(), folders.end(), folder) != folders.end();
  };
  for (const char* folder :
       {"/usr", "/etc", "/lib", "/opt/venv/bin", "/srv/lib", "/tests", "/logs", "/proc", "/sbin"}) {
    BOOST_TEST(has(folder), folder);
  }
  for (const char* folder : {"/", "", "relative", "/app", "/root", "/home", "/tmp"}) {
    BOOST_TEST(!has(folder), folder);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
