// The effect "container.verify": the tests' verdict on what a container holds. It ends the
// container.
//
// order = "after" (decisions/0015): every process of the container is killed and what changed in it
// is taken; it is destroyed; in a fresh container of the same image with the same limits, what was
// deleted is deleted, the changes that may come along (verified_changes.h) are put, /logs/verifier
// is emptied, the tests are put, and their command runs as root from the image's folder with the
// image's environment, the recipe's own and PATH as the image has it. Then every process is killed,
// and the reward is read (test_verdict.h). Changes that are too many or cannot be put are the
// solver's: reward 0, with the reason as output.
//
// order = "published": the command runs where the solver ran, with what is there; the verdict is
// marked unsafe.
//
// A container that was opened with an image from container:snapshot is verified against that image:
// snapshots are the recipe's own, made before a solver had the container.
#pragma once

#include <memory>

#include "base/json.h"
#include "data/asset.h"
#include "primitives/container_box.h"
#include "primitives/effect_end.h"

namespace hone {

inline constexpr int64_t kMaxChangedBytes = int64_t{256} << 20U;
inline constexpr int64_t kMaxRewardBytes = int64_t{8} << 20U;
inline constexpr int64_t kDefaultVerifyMs = 600'000;

void RunContainerVerify(const std::shared_ptr<ContainerBox>& box, const Json& args,
                        const AssetMap& assets, EffectDone done);

}  // namespace hone
