-- expect: refused is a recipe: extend it
pcall(require, "recipes.other")
require "recipes.other"
