// What root may do in a container: what package managers, chown and su need. None of it reaches
// beyond the container's own users and files.
#pragma once

#include <linux/capability.h>

namespace hone {

struct NamedCapability {
  int number;
  const char* name;
};

constexpr NamedCapability kContainerCapabilities[] = {
    {CAP_CHOWN, "CAP_CHOWN"},   {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"},
    {CAP_FOWNER, "CAP_FOWNER"}, {CAP_FSETID, "CAP_FSETID"},
    {CAP_KILL, "CAP_KILL"},     {CAP_SETGID, "CAP_SETGID"},
    {CAP_SETUID, "CAP_SETUID"}, {CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE"}};

// Gives up all others for good, for this process and whatever it starts: bwrap leaves them in the
// bounding set, and these here inheritable. Needs CAP_SETPCAP, which goes with the rest. False when
// something of it failed.
bool KeepContainerCapabilities();

}  // namespace hone
