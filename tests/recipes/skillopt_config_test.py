#!/usr/bin/env python3
"""SkillOpt's configuration files: inheritance, notations, aliases, options of the command line, models. Rules are those
of its loader at commit bdfdc30, with the section env kept (its pull request 259); values are those of its tables."""

import pathlib
import sys

from recipe_test import RecipeTest, main

READ_CONFIG = 13
CONFIGS = pathlib.Path(__file__).parent / "skillopt_configs"
SIX = ("searchqa", "docvqa", "livemathematicianbench", "officeqa", "spreadsheetbench", "alfworld")


# Sections 1.2 and 1.3 of the facts: every key with its flat name, its default, and values that are refused.
# None: there is no default. The default is that of the shipped base file.
AZURE = {"endpoint": "", "api_version": "2024-12-01-preview", "api_key": "", "auth_mode": "",
         "ad_scope": "https://cognitiveservices.azure.com/.default", "managed_identity_client_id": ""}
TABLE = {
    "model": {
        "backend": ("model_backend", "azure_openai", ["nobody"]), "optimizer": ("optimizer_model", "gpt-5.5", []),
        "target": ("target_model", "gpt-5.5", []),
        "optimizer_backend": ("optimizer_backend", "openai_chat", ["cursor_exec", "claude_code_exec"]),
        "target_backend": ("target_backend", "openai_chat", ["nobody"]),
        "reasoning_effort": ("reasoning_effort", "medium", ["extreme"]),
        "rewrite_reasoning_effort": ("rewrite_reasoning_effort", "", ["extreme"]),
        "rewrite_max_completion_tokens": ("rewrite_max_completion_tokens", 64000, ["many"]),
        "codex_trace_to_optimizer": ("codex_trace_to_optimizer", True, ["maybe"]),
        "codex_exec_sandbox": ("codex_exec_sandbox", "", ["none"]),
        **{key: (key, "", []) for key in (
            "codex_exec_path", "codex_exec_profile", "codex_exec_reasoning_effort", "codex_exec_approval_policy",
            "claude_code_exec_profile", "cursor_exec_path", "cursor_exec_sandbox", "copilot_exec_path",
            "copilot_exec_home", "copilot_chat_optimizer_model", "copilot_chat_target_model", "azure_endpoint",
            "azure_api_version", "azure_api_key", "qwen_chat_base_url", "qwen_chat_api_key", "qwen_chat_thinking_mode",
            "minimax_region", "minimax_base_url", "minimax_api_key")},
        **{key: (key, None, []) for key in (
            "codex_exec_use_sdk", "codex_exec_network_access", "codex_exec_web_search", "copilot_exec_allow_all_tools",
            "copilot_chat_timeout", "qwen_chat_temperature", "qwen_chat_timeout_seconds", "qwen_chat_max_tokens",
            "qwen_chat_enable_thinking")},
        "codex_exec_full_auto": ("codex_exec_full_auto", None, ["maybe"]),
        "claude_code_exec_path": ("claude_code_exec_path", "claude", []),
        "claude_code_exec_use_sdk": ("claude_code_exec_use_sdk", "auto", []),
        "claude_code_exec_effort": ("claude_code_exec_effort", "medium", []),
        "claude_code_exec_max_thinking_tokens": ("claude_code_exec_max_thinking_tokens", 16384, ["many"]),
        "minimax_model": ("minimax_model", "MiniMax-M3", []), "minimax_temperature": ("minimax_temperature", "0.7", []),
        "minimax_max_tokens": ("minimax_max_tokens", "8000", []),
        "minimax_enable_thinking": ("minimax_enable_thinking", "false", []),
        **{f"{role}azure_openai_{key}": (f"{role}azure_openai_{key}", value if role == "" else "", [])
           for role in ("", "optimizer_", "target_") for key, value in AZURE.items()},
        **{f"{role}qwen_chat_{key}": (f"{role}qwen_chat_{key}", None, [])
           for role in ("optimizer_", "target_") for key in ("temperature", "timeout_seconds", "max_tokens")},
    },
    "train": {"num_epochs": ("num_epochs", 4, ["x"]), "train_size": ("train_size", 0, ["x"]),
              "batch_size": ("batch_size", 40, ["x"]), "accumulation": ("accumulation", 1, ["x"]),
              "seed": ("seed", 42, ["x"]), "steps_per_epoch": ("steps_per_epoch", None, ["x"])},
    "gradient": {"minibatch_size": ("minibatch_size", 8, ["x"]), "merge_batch_size": ("merge_batch_size", 8, ["x"]),
                 "analyst_workers": ("analyst_workers", 16, ["x"]), "failure_only": ("failure_only", False, ["x"]),
                 "max_analyst_rounds": ("max_analyst_rounds", 3, ["x"])},
    "optimizer": {
        "learning_rate": ("edit_budget", 4, ["x"]), "min_learning_rate": ("min_edit_budget", 2, ["x"]),
        "lr_scheduler": ("lr_scheduler", "cosine", ["step"]), "lr_control_mode": ("lr_control_mode", "fixed", ["x"]),
        "meta_learning_rate": ("meta_edit_budget", None, ["x"]),
        "skill_update_mode": ("skill_update_mode", "patch", ["x"]), "use_slow_update": ("use_slow_update", True, ["x"]),
        "slow_update_samples": ("slow_update_samples", 20, ["x"]),
        "slow_update_gate_with_selection": ("slow_update_gate_with_selection", False, ["x"]),
        "longitudinal_pair_policy": ("longitudinal_pair_policy", "mixed", ["x"]),
        "use_meta_skill": ("use_meta_skill", True, ["x"]),
        "use_skill_aware_reflection": ("use_skill_aware_reflection", False, ["x"]),
        "skill_aware_appendix_source": ("skill_aware_appendix_source", "both", ["success_only"]),
        "skill_aware_consolidate_threshold": ("skill_aware_consolidate_threshold", 0, ["x"])},
    "evaluation": {
        "use_gate": ("use_gate", True, ["x"]), "gate_metric": ("gate_metric", "hard", ["easy"]),
        "gate_mixed_weight": ("gate_mixed_weight", 0.5, ["x"]),
        "use_semantic_density": ("use_semantic_density", False, ["x"]),
        "semantic_density_weight": ("semantic_density_weight", 0.05, ["x"]),
        "leading_words": ("leading_words", "", []), "sel_env_num": ("sel_env_num", 0, ["x"]),
        "test_env_num": ("test_env_num", 0, ["x"]), "eval_test": ("eval_test", True, ["x"])},
    "env": {"skill_init": ("skill_init", "", []), "split_mode": ("split_mode", "ratio", ["folder"]),
            "split_seed": ("split_seed", 42, ["x"]), "split_ratio": ("split_ratio", "2:1:7", []),
            "split_dir": ("split_dir", "", []), "data_path": ("data_path", "", []),
            "split_output_dir": ("split_output_dir", "", []), "exec_timeout": ("exec_timeout", 120, []),
            "out_root": ("out_root", "", []), "limit": ("limit", None, ["x"])},
}


def scalar(text):
    text = text.strip()
    if text.startswith("["):
        return [scalar(part) for part in text[1:-1].split(",")]
    words = {"true": True, "false": False, "null": None, '""': ""}
    if text in words:
        return words[text]
    return int(text) if text.lstrip("-").isdigit() else text


def read(name):
    """Our own files hold two levels of plain values; the engine reads YAML whole."""
    values, section = {}, None
    for line in (CONFIGS / name).read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        key, value = line.split(":", 1)
        if not line.startswith(" ") and not value.strip():
            section = values.setdefault(key, {})
        else:
            (section if line.startswith(" ") else values)[key.strip()] = scalar(value)
    return values


class ConfigTest(RecipeTest):
    def ask_config(self, *files, overrides=()):
        layers = [{"file": f"{i}.yaml", "values": values} for i, values in enumerate(files)]
        return self.peer.ask(READ_CONFIG, {"program": "recipes.skillopt", "values": files[0] if files else {},
                                           "given": {"layers": layers, "overrides": list(overrides)}})

    def config(self, *files, overrides=(), errors=()):
        out = self.ask_config(*files, overrides=overrides)
        self.assertEqual(len(out["errors"]), len(errors), out["errors"])
        for found, wanted in zip(sorted(out["errors"]), sorted(errors)):
            self.assertIn(wanted, found)
        return out

    def params(self, *files, **more):
        return self.config({"env": {"name": "searchqa"}}, **more)["params"] if not files else (
            self.config(*files, **more)["params"])

    def test_the_six_benchmarks(self):
        base = read("default.yaml")
        workers = {"searchqa": 24, "docvqa": 16, "livemathematicianbench": 64, "officeqa": 4, "spreadsheetbench": 24,
                   "alfworld": 8}
        train_size = {"searchqa": 400, "spreadsheetbench": 80}
        defaults = {p["name"]: p.get("default") for p in self.peer.describe("skillopt")["params"]}
        for name in SIX:
            with self.subTest(name):
                self.assertEqual(self.ask_config(read(name + ".yaml"))["needs"], "default.yaml")
                out = self.ask_config(read(name + ".yaml"), base)
                if any("there is no benchmark" in e for e in out["errors"]):
                    self.skipTest(name + " is no benchmark yet")
                self.assertEqual(out["errors"], [])
                data = out["experiment"]["data"]["params"]
                self.assertEqual((data["name"], data["split_mode"]), (name, "split_dir"))
                self.assertEqual(data["split_dir"], read(name + ".yaml")["env"]["split_dir"])
                self.assertEqual(data["reasoning_effort"], "medium")  # both roles' in the original
                self.assertEqual(out["params"]["workers"], workers[name])
                self.assertEqual(out["params"]["train_size"], train_size.get(name, 0))
                self.assertEqual(set(out["experiment"]["models"].values()), {"azure/gpt-5.5"})
                # The shipped base file says what the recipe's defaults say.
                for key, value in out["params"].items():
                    if key not in ("workers", "train_size", "start"):
                        self.assertEqual(value, defaults[key], key)

    def test_every_key_in_both_notations(self):
        described = {p["name"]: p.get("default") for p in self.peer.describe("skillopt")["params"]}
        for section, keys in TABLE.items():
            for name, (flat, default, refused) in keys.items():
                with self.subTest(f"{section}.{name}"):
                    value = 1 if default is None and "full_auto" not in name else False if default is None else default
                    structured = {"env": {"name": "searchqa"}}
                    structured.setdefault(section, {})[name] = value
                    found = [self.ask_config(values) for values in (structured, {"env": "searchqa", flat: value})]
                    for out in found:
                        self.assertEqual(out["errors"], [])
                        if default is not None:  # a default is no news
                            self.assertFalse([n for n in out["notes"] if n.startswith((f"{section}.{name}:", flat))])
                    self.assertEqual(*[(out["params"], out["experiment"]) for out in found])
                    if flat in described and default is not None:
                        self.assertEqual(described[flat], default)
                        self.assertEqual(found[0]["params"].get(flat, default), default)
                    for bad in refused:
                        out = self.ask_config({"env": {"name": "searchqa"}, **{section: {
                            **({"name": "searchqa"} if section == "env" else {}), name: bad}}})
                        self.assertEqual(len(out["errors"]), 1, out["errors"])

    def test_a_child_wins_in_either_notation(self):
        base = {"train": {"batch_size": 10}, "edit_budget": 7, "env": {"name": "searchqa"}}
        params = self.params({"batch_size": 20, "optimizer": {"learning_rate": 3}}, base)
        # merged: structured by the base; the child's flat key took the base's structured one away
        self.assertEqual((params["batch_size"], params["edit_budget"]), (20, 3))
        # null takes the base's value away, lists replace
        params = self.params({"train": {"batch_size": None}, "evaluation": {"leading_words": ["a"]}},
                             {**base, "evaluation": {"leading_words": ["b", "c"]}})
        self.assertNotIn("batch_size", params)
        self.assertEqual(params["leading_words"], "a")

    def test_a_structured_key_drops_its_flat_twin_but_never_a_section(self):
        params = self.params({"train": {"batch_size": 10}, "batch_size": 99, "env": {"name": "searchqa"}})
        self.assertEqual(params["batch_size"], 10)
        flat = self.config({"env": "searchqa", "edit_budget": 6, "split_dir": "d"})
        self.assertEqual(flat["experiment"]["data"]["params"]["name"], "searchqa")
        self.assertEqual(flat["experiment"]["data"]["params"]["split_dir"], "d")
        self.assertEqual(flat["params"]["edit_budget"], 6)

    def test_inheritance(self):
        self.assertEqual(self.ask_config({"_base_": "a.yaml"})["needs"], "a.yaml")
        self.assertEqual(self.ask_config({"_base_": "a.yaml"}, {"_base_": "b.yaml"})["needs"], "b.yaml")
        params = self.params({"_base_": "a"}, {"_base_": "b", "train": {"batch_size": 5}},
                             {"train": {"batch_size": 6, "num_epochs": 9}, "env": {"name": "searchqa"}})
        self.assertEqual((params["batch_size"], params["num_epochs"]), (5, 9))
        self.config({"_base_": ["a", "b"]}, errors=["_base_ must be one path"])

    def test_values_of_the_command_line(self):
        for text, value in (("true", True), ("Yes", True), ("NO", False), ("007", 7), (" 5 ", 5), ("-3", -3),
                            ("1e-3", 0.001), (".5", 0.5), ("on", "on"), ("null", "null"),
                            ("[1]", "[1]"), ("1_000", 1000), ("a=b", "a=b")):
            with self.subTest(text):
                # gate_mixed_weight takes numbers alone, split_dir texts and numbers, use_gate truth alone
                key = {bool: "use_gate", float: "gate_mixed_weight", int: "batch_size", str: "split_dir"}[type(value)]
                out = self.config({"env": {"name": "searchqa"}}, overrides=[f"{key}={text}"])
                found = {**out["params"], **out["experiment"]["data"]["params"]}[key]
                self.assertEqual(found, value)
        for text in ("inf", "-inf", "Infinity"):  # numbers there, no use to anybody
            self.config({"env": {"name": "searchqa"}}, overrides=["gate_mixed_weight=" + text],
                        errors=["gate_mixed_weight: expected number"])
        self.config({"env": {"name": "searchqa"}}, overrides=["batch_size"], errors=["an option is key=value"])

    def test_where_options_go(self):
        structured, flat = {"env": {"name": "searchqa"}}, {"env": "searchqa"}
        for base in (structured, flat):
            for option, key, value in (("train.batch_size=9", "batch_size", 9), ("batch_size=9", "batch_size", 9),
                                       ("optimizer.learning_rate=5", "edit_budget", 5),
                                       ("edit_budget=5", "edit_budget", 5), ("env.workers=3", "workers", 3)):
                with self.subTest(base=base, option=option):
                    self.assertEqual(self.params(base, overrides=[option])[key], value)
        self.assertEqual(self.config(structured, overrides=["env.max_turns=2"])["experiment"]["data"]["params"]
                         ["max_turns"], 2)
        # no file at all: flat
        out = self.config(overrides=["env=searchqa", "batch_size=8"])
        self.assertEqual(out["params"]["batch_size"], 8)
        self.assertEqual(out["notes"], [])

    def test_unknown_keys_are_errors_that_name_the_nearest(self):
        self.config({"env": {"name": "searchqa"}, "train": {"batchsize": 3}}, errors=["train.batchsize: unknown key; "
                    "did you mean 'train.batch_size'?"])
        self.config({"env": {"name": "searchqa", "max_turn": 3}}, errors=["did you mean"])
        self.config({"env": {"name": "searchqq"}},
                    errors=["there is no benchmark 'searchqq'; did you mean 'searchqa'?"])
        self.config({"env": {"name": "searchqa"}, "optimizer": {"lr_scheduler": "cosin"}},
                    errors=["optimizer.lr_scheduler: 'cosin' is not one of constant, linear, cosine, autonomous; did"])
        self.config({"env": {"name": "searchqa"}, "train": {"batch_size": "many"}}, errors=["expected int"])

    def test_keys_without_effect_are_noted_once(self):
        out = self.config({"env": {"name": "searchqa", "out_root": "x", "max_api_workers": 2},
                           "gradient": {"max_analyst_rounds": 5}, "model": {"azure_openai_api_key": "secret"},
                           "optimizer": {"meta_learning_rate": 2, "use_slow_update": True, "use_meta_skill": True}})
        for key in ("env.out_root", "env.max_api_workers", "gradient.max_analyst_rounds",
                    "optimizer.meta_learning_rate", "model.azure_openai_api_key"):
            self.assertEqual(sum(note.startswith(key + ":") for note in out["notes"]), 1, key)
        self.assertNotIn("secret", str(out))
        self.assertEqual(self.ask_config(read("searchqa.yaml"), read("default.yaml"))["notes"], [])

    def test_aliases(self):
        out = self.config({"env": {"name": "searchqa"}, "model": {"codex_bin": "/usr/bin/codex"}})
        self.assertTrue(any(note.startswith("model.codex_exec_path") for note in out["notes"]))
        for given, mode in (("Edits", "patch"), ("suggestions", "rewrite_from_suggestions"),
                            ("minibatch_full_rewrite", "full_rewrite_minibatch")):
            self.assertEqual(self.params({"env": "searchqa", "skill_update_mode": given})["skill_update_mode"], mode)
        for given, mode in ((" Manual ", "fixed"), ("auto", "autonomous"), ("off", "none"), ("no_lr", "none")):
            self.assertEqual(self.params({"env": "searchqa", "lr_control_mode": given})["lr_control_mode"], mode)
        for given, policy in (("10_01", "changed"), ("stable", "unchanged"), ("all", "mixed")):
            self.assertEqual(self.params({"env": "searchqa", "longitudinal_pair_policy": given})
                             ["longitudinal_pair_policy"], policy)

    def test_the_codes_defaults_hold_for_a_file_on_no_base(self):
        params = self.params({"env": {"name": "searchqa"}})
        self.assertEqual((params["use_slow_update"], params["use_meta_skill"], params["rewrite_reasoning_effort"]),
                         (False, False, "high"))

    def models(self, overrides=(), **model):
        return self.config({"env": {"name": "searchqa"}, "model": model}, overrides=overrides)["experiment"]["models"]

    def test_models_of_roles(self):
        """Section 4 of the facts: backends by name, roles under a high-level backend, default models."""
        for model, optimizer, target in (
            ({}, "azure/gpt-5.5", "azure/gpt-5.5"),
            ({"backend": "openai"}, "exec/codex:gpt-5.5", "exec/codex:gpt-5.5"),  # openai is codex there
            ({"backend": "claude"}, "anthropic/claude-sonnet-4-6", "anthropic/claude-sonnet-4-6"),
            ({"backend": "qwen_chat"}, "azure/gpt-5.5", "qwen/Qwen/Qwen3.5-4B"),
            ({"backend": "minimax", "target": "X"}, "azure/gpt-5.5", "minimax/X"),
            ({"backend": "openai-compatible", "optimizer": "m"}, "compatible/m", "compatible/gpt-4o-mini"),
            ({"backend": "claude_code_exec"}, "azure/gpt-5.5", "exec/claude:claude-sonnet-4-6"),
            ({"target_backend": "codex_exec"}, "azure/gpt-5.5", "exec/codex:gpt-5.5"),
            # openai_chat counts as nothing chosen
            ({"backend": "claude", "target_backend": "openai_chat"}, "anthropic/claude-sonnet-4-6",
             "anthropic/claude-sonnet-4-6"),
            ({"azure_openai_auth_mode": "openai_compatible"}, "openai/gpt-5.5", "openai/gpt-5.5"),
        ):
            with self.subTest(model):
                self.assertEqual(self.models(**model), {"optimizer": optimizer, "target": target, "default": target})
        # a sentinel name that was given explicitly is taken at its word
        self.assertEqual(self.models(overrides=["target_model=gpt-5.5"], backend="qwen")["target"], "qwen/gpt-5.5")


if __name__ == "__main__":
    main(sys.argv)
