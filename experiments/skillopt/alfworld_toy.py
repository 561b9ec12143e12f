#!/usr/bin/env python3
"""A small house behind the line protocol of the benchmark "alfworld" (lua/hone/benchmarks/alfworld.lua says it).

For tests and offline experiments; it is none of ALFWorld's games. A game is named by a path whose folder says the
task, the object and the target, in ALFWorld's manner: "toy/pick_clean_then_place-apple-fridge-7/game". The number
draws where things are. Kinds of task: pick_and_place, pick_clean_then_place, pick_heat_then_place,
pick_cool_then_place, look_at_obj_in_light, pick_two_obj.
"""

import json
import random
import sys

PLACES = ["cabinet 1", "cabinet 2", "countertop 1", "desk 1", "diningtable 1", "drawer 1", "fridge 1", "microwave 1",
          "shelf 1", "sinkbasin 1"]
CLOSED = {"cabinet 1", "cabinet 2", "drawer 1", "fridge 1", "microwave 1"}
OTHERS = ["book 1", "bowl 1", "candle 1", "fork 1", "pan 1", "plate 1", "spoon 1", "vase 1"]
LAMP = "desklamp 1"
WORK = {"clean": ("sinkbasin 1", "clean"), "heat": ("microwave 1", "heat"), "cool": ("fridge 1", "cool")}
GOALS = {
    "pick_and_place": "put a {thing} in {target}.",
    "pick_clean_then_place": "clean some {thing} and put it in {target}.",
    "pick_heat_then_place": "heat some {thing} and put it in {target}.",
    "pick_cool_then_place": "cool some {thing} and put it in {target}.",
    "look_at_obj_in_light": "look at {thing} under the desklamp.",
    "pick_two_obj": "find two {thing} and put them in {target}.",
}


class House:
    def __init__(self, game):
        kind, thing, target, number = game.split("/")[-2].rsplit("-", 3)
        if kind not in GOALS:
            raise ValueError(f"no kind of task '{kind}'")
        rng = random.Random(f"{kind}/{thing}/{target}/{number}")
        self.kind, self.thing, self.target = kind, thing, target
        self.open, self.at, self.hand, self.won = set(), None, None, False
        self.states = {}
        start = [p for p in PLACES if not p.startswith(target + " ")]
        count = 2 if kind == "pick_two_obj" else 1
        things = [f"{thing} {i + 1}" for i in range(count)]
        self.where = {one: rng.choice(start) for one in things}
        self.where.update({one: rng.choice(PLACES) for one in rng.sample(OTHERS, 5)})

    def seen(self, place):
        if place in CLOSED and place not in self.open:
            return f"The {place} is closed."
        held = sorted(one for one, spot in self.where.items() if spot == place)
        if place == "desk 1":
            held.append(LAMP)
        return f"On the {place}, you see {', '.join('a ' + one for one in held) if held else 'nothing'}."

    def first(self):
        places = ", ".join("a " + place for place in PLACES)
        goal = GOALS[self.kind].format(thing=self.thing, target=self.target)
        return f"You are in the middle of a room. Looking around you, you see {places}.\nYour task is to: {goal}"

    def admissible(self):
        out = [f"go to {place}" for place in PLACES if place != self.at] + ["help", "inventory", "look"]
        if self.at is None:
            return sorted(out)
        reachable = self.at not in CLOSED or self.at in self.open
        if self.at in CLOSED:
            out.append(("close " if reachable else "open ") + self.at)
        if reachable and self.hand is None:
            out += [f"take {one} from {self.at}" for one, spot in self.where.items() if spot == self.at]
        if reachable and self.hand:
            out.append(f"put {self.hand} in/on {self.at}")
        if self.hand:
            out += [f"{verb} {self.hand} with {place}" for place, verb in WORK.values() if place == self.at]
        if self.at == "desk 1":
            out.append(f"use {LAMP}")
        return sorted(out)

    def step(self, action):
        if action not in self.admissible():
            return "Nothing happens."
        verb, rest = (action.split(" ", 1) + [""])[:2]
        if verb == "go":
            self.at = rest.removeprefix("to ")
            return f"You arrive at {self.at}. {self.seen(self.at)}"
        if verb == "open":
            self.open.add(rest)
            return f"You open the {rest}. {self.seen(rest)}"
        if verb == "close":
            self.open.discard(rest)
            return f"You close the {rest}."
        if verb == "take":
            self.hand = rest.split(" from ")[0]
            self.where[self.hand] = None
            return f"You pick up the {self.hand} from the {self.at}."
        if verb == "put":
            put, self.hand = self.hand, None
            self.where[put] = self.at
            self.judge()
            return f"You put the {put} in/on the {self.at}."
        if verb in ("clean", "heat", "cool"):
            self.states[self.hand] = verb
            return f"You {verb} the {self.hand} using the {self.at}."
        if verb == "use":
            self.won = self.kind == "look_at_obj_in_light" and bool(self.hand) and self.is_thing(self.hand)
            return f"You turn on the {LAMP}."
        if verb == "inventory":
            return f"You are carrying: a {self.hand}." if self.hand else "You are not carrying anything."
        if verb == "help":
            return "Go, open, take, put, clean, heat, cool, use, look."
        return self.seen(self.at) if self.at else self.first()

    def is_thing(self, one):
        return one.rsplit(" ", 1)[0] == self.thing

    def judge(self):
        needed = {"pick_clean_then_place": "clean", "pick_heat_then_place": "heat", "pick_cool_then_place": "cool"}
        placed = [one for one, spot in self.where.items()
                  if self.is_thing(one) and spot and spot.startswith(self.target + " ")]
        placed = [one for one in placed if self.states.get(one) == needed.get(self.kind)]
        self.won = self.kind != "look_at_obj_in_light" and len(placed) >= (2 if self.kind == "pick_two_obj" else 1)


def main():
    house = None
    for line in sys.stdin:
        asked = json.loads(line)
        if asked.get("close"):
            return
        try:
            if "reset" in asked:
                house = House(asked["reset"])
                said = {"observation": house.first(), "admissible": house.admissible()}
            else:
                observation = house.step(asked["step"])
                said = {"observation": observation, "admissible": house.admissible(), "won": house.won,
                        "done": house.won}
        except (ValueError, AttributeError, IndexError) as problem:
            said = {"error": str(problem)}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
