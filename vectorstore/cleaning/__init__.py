"""From a raw page to the article's own words, with a receipt of what was dropped."""
