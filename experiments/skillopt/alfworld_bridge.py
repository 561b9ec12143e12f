#!/usr/bin/env python3
"""The real ALFWorld behind the line protocol of the benchmark "alfworld" (lua/hone/benchmarks/alfworld.lua says it).

Runs in an image that has Python's packages alfworld and textworld, and the games unless data.data_root puts them in.
A game is a file game.tw-pddl; the text engine plays it with the admissible actions that textworld gives. The engine
is deterministic for a game; the seed is accepted and passed on.
"""

import json
import sys


def environment_of(gamefile, seed):
    import textworld
    import textworld.gym
    from alfworld.agents.environment.alfred_tw_env import AlfredDemangler

    infos = textworld.EnvInfos(won=True, admissible_commands=True)
    name = textworld.gym.register_games([gamefile], infos, batch_size=1, asynchronous=False, max_episode_steps=10_000,
                                        wrappers=[AlfredDemangler()])
    environment = textworld.gym.make(name)
    environment.seed(seed)
    return environment


def state_of(observations, infos):
    # The text begins with the game's name in the first observation: what follows the first blank line is the room.
    return {"observation": observations[0], "admissible": sorted(infos["admissible_commands"][0])}


def main():
    environment = None
    for line in sys.stdin:
        asked = json.loads(line)
        if asked.get("close"):
            break
        try:
            if "reset" in asked:
                environment = environment_of(asked["reset"], int(asked.get("seed", 0)))
                observations, infos = environment.reset()
                said = state_of(observations, infos)
                said["observation"] = "\n\n".join(said["observation"].split("\n\n")[1:]) or said["observation"]
            else:
                observations, _, dones, infos = environment.step([asked["step"]])
                said = dict(state_of(observations, infos), won=bool(infos["won"][0]), done=bool(dones[0]))
        except Exception as problem:  # whatever the engine raises, the benchmark is told in one line
            said = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(said), flush=True)
    if environment is not None:
        environment.close()


if __name__ == "__main__":
    main()
