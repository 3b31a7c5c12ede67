/* The words of a selector: "p", ".price", "#top". */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Longer ones aren't understood. */
#define HTML_WORD_MAX 100

/* The word at `at` < end replaces *word; what is behind it, NULL if it isn't understood. */
const char *html_selector_word(const char *at, const char *end, GString *word);

/* What is behind the blanks that mean "within". */
const char *html_selector_skip(const char *at, const char *end);
