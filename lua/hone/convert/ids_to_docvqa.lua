-- DocVQA's split by ids -> whole items.
--
-- The raw file is the annotation file of Task 1's validation split (rrc.cvc.uab.es, "Document Visual Question
-- Answering", after registration): val_v1.0_withQT.json, an object whose `data` holds questionId, question, image,
-- answers and question_types; its images are the folder "documents" of the same download. Then:
--   hone convert ids_to_docvqa val_v1.0_withQT.json data/docvqa/splits ids=data/docvqa_id_split
-- and data.image_root names the folder in which "documents" lies. SkillOpt's own splits are CSV; they are read as
-- they are.
local id_splits = require "hone.id_splits"

return id_splits.converter {
  name = "ids_to_docvqa",
  doc = "DocVQA's annotations -> SkillOpt's split of them, by its lists of ids",
  items = function(row)
    local id = id_splits.id_of(row)
    local types = type(row.question_types) == "table" and row.question_types or {}
    return { { id = id, item = {
      questionId = id, question = row.question, answer = row.answers or row.answer,
      image_path = row.image_path or row.image, topic = row.topic or types[1],
    } } }
  end,
}
