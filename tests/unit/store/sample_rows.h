// One typed row of every kind, at path 3.2, n = 1.
#pragma once

namespace hone {

// In an order in which references exist. %CALL% stands for the call's key.
struct RowCase {
  const char* table;
  const char* fields;
};
inline const RowCase kRows[] = {
    {"tasks", R"({"step":1,"name":"t1","origin":"self_play","text":"Why?","span_text":"",
                  "cluster":"page-1","rubrics":["says why","names it"]})"},
    {"skills", R"({"step":1,"side":"reasoner","name":"s","description":"d","text":"# Skill\nx",
                   "words":3})"},
    {"attempts", R"({"step":1,"task":"tasks:3.2#1","skill":"skills:3.2#1","purpose":"loop",
                     "answer":"because","call":"%CALL%","judge_call":"%CALL%","graded":1,
                     "ungraded_reason":"","solved":0,"n_pass":1,"n_rubrics":2,"score":0.5,
                     "failure_class":"assertion","infrastructure":0,"unsafe":1,
                     "verdicts":[{"status":"yes","reason":"r1"},{"status":"no","reason":""}]})"},
    {"edits", R"({"step":1,"before_skill":"skills:3.2#1","after_skill":"skills:3.2#1",
                  "action":"merge","proposal":{"a":[1,2.5,null]},"call":"%CALL%",
                  "status":"applied_append"})"},
    {"gates", R"({"step":1,"skill":"skills:3.2#1","accepted":1,"rule":"better","scores":[1,2]})"},
    {"probes", R"({"step":1,"probe_set":"hard","task":"tasks:3.2#1"})"},
    {"replays", R"({"candidate":1,"skill":"skills:3.2#1","probe":"probes:3.2#1",
                    "attempt":"attempts:3.2#1","valid":1,"solved":0})"},
    {"selections", R"({"rule":"replay","candidate":2,"skill":"skills:3.2#1",
                       "scores":[{"score":"3/4"}]})"},
    {"execs", R"({"command":["ls"],"exit_code":0,"timed_out":0,"truncated":0,"stdout":"a",
                  "stderr":"","container":"3.2#1","kind":"exec","image_digest":"sha256:ab",
                  "backend":"bubblewrap","killed_by":"time","duration_ms":12})"},
    {"metrics", R"({"step":2,"name":"loss","value":0.25})"},
    {"steps", R"({"step":1,"epoch":1,"name":"train","action":"accept","skill":"skills:3.2#1",
                  "record":{"lr":0.5,"edits":[1,2]}})"},
    {"commits", R"({"workspace":"3.2#1","hash":"0123456789012345678901234567890123456789",
                    "message":"evolve","tag":"evo-1","files_added":1,"files_changed":2,
                    "files_removed":0,"diff":"--- a\n+++ b\n"})"},
    {"skill_uses", R"({"step":1,"attempt":"attempts:3.2#1","event":"load","name":"csv","found":1,
                       "injected":1})"},
    {"artifacts", R"({"name":"x.md","text":"content"})"},
};

}  // namespace hone
