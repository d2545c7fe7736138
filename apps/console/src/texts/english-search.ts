/** The search over all files, and what rows can be dragged to. */
export const searchTexts = {
  "search.title": "Search",
  "search.label": "Search all files and folders",
  "search.hint": "All words have to be in the name. Case and accents do not count.",
  "search.results": "Results for “{text}”",
  "search.count": "{count, plural, =0 {Nothing found} one {# result} other {# results}}",
  "search.countMore": "More than {count} results",
  "search.place": "Folder",
  "search.none": "No name contains “{text}”",
  "search.more": "Show more",
  "keys.searchAll": "Search all files",
  "keys.menu": "Menu of the row",
  "menu.label": "{count, plural, one {Actions for “{name}”} other {Actions for # items}}",
  "keys.shiftF10": "Shift+F10",
  "drag.count": "{count, plural, one {“{name}”} other {# items}}",
};
