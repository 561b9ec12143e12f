// Installation: where the program's own files are.
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

struct Installation {
  std::string home;             // holds lua/hone, recipes and experiments that come with Hone
  std::string script_program;   // absolute path of hone-script
  std::string keeper_program;   // absolute path of hone-keeper, asked for when a container is made
  std::string session_program;  // absolute path of hone-session, asked for likewise

  // $HONE_HOME, else the source tree that the program was built from; hone-script stands beside
  // hone. Fails when one of them is not there.
  static Result<Installation> Find();
};

}  // namespace hone
