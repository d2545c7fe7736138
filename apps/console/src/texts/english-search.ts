/** The search over all files. */
export const texts = {
  "search.label": "Search all files and folders",
  "search.hint": "The name must contain all the words. Case and accents are ignored.",
  "search.results": "Results for “{text}”",
  "search.count": "{count, plural, =0 {Nothing found} one {# result} other {# results}}",
  "search.countMore": "More than {count} results",
  "search.place": "Folder",
  "search.none": "No name contains “{text}”",
  "search.more": "Show more",
};
