// GateTest: whether a candidate may take the place of what is current, judged over the same items
// by noisy evaluations.
//
// A strict gate asks whether the candidate's mean is higher: when nothing has changed it says yes
// nearly every second time, and it keeps what was lucky. This one asks whether it is higher by more
// than luck: per cluster (an item, unless the data say more) the difference of the means over items
// and repeats, and the one-sided sign-flip test of these (stats/sign_flip.h). Under a candidate
// that is no better anywhere each difference is as likely as its opposite, so that at most `level`
// of such candidates pass, whatever the noise. Repeated evaluations make the differences, and with
// them what can be found, sharper; they never change the level. With fewer than five differences
// that are not 0 nothing passes at 0.05: 1/2^5 is the smallest p-value.
//
// What it does not know: that many candidates are tried in a training (the level is that of one
// decision), and that what is current was chosen for its luck (which makes passing harder, not
// easier). tests/simulation/gating.cc measures both beside the strict gate.
//
// Pure and deterministic; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stats/observation.h"
#include "stats/sign_flip.h"

namespace hone {

struct GateTest {
  bool accepts = false;
  std::optional<double> difference;  // of the rates over common items; nothing without one
  double p_value = 1;
  bool is_exact = true;
  int n_clusters = 0;
  int n_changed = 0;  // clusters whose difference is not 0
};

// Accepts when the difference is above 0, as a mean over items and over clusters, and the p-value
// at most `level`. Over the items that both sides have.
GateTest TestGate(std::vector<Observation> candidate, std::vector<Observation> current,
                  double level, const std::string& seed = "hone gate", int flips = kSignFlips);

}  // namespace hone
