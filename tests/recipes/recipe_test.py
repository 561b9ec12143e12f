"""A test case that has `self.peer`. The build folder is the first argument of the program."""

import unittest

from script_peer import Peer
from scripted_roles import CONTEXT, Roles


class RecipeTest(unittest.TestCase):
    build = None
    extra = None  # more recipes by name

    @classmethod
    def setUpClass(cls):
        cls.peer = Peer(cls.build, cls.extra).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.peer.__exit__(None, None, None)

    def play(self, recipe, roles=None, context=None, prompts_of=None, **settings):
        unit = self.peer.run(recipe, roles or Roles(), context or CONTEXT, settings, prompts_of)
        self.assertIsNone(unit.error, unit.error)
        return unit


def main(argv):
    RecipeTest.build = argv.pop(1)
    unittest.main(argv=argv, verbosity=0)
