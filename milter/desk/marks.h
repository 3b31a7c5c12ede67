/* The marks of a draft, as a person has to deal with them. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>

/* TRIAGE_ERROR_INPUT: some can't be confirmed, they must be edited away; or, without `confirmed`,
 * some must be. */
bool marks_allow(const cJSON *marks, bool confirmed, GError **error);
