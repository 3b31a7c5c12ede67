/* The marks of a draft, as a person has to deal with them. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>

/* TRIAGE_ERROR_INPUT: some can't be confirmed, they must be edited away; or some must be and are
 * not among `confirm`, see Consent; or that names what is no mark. */
bool marks_allow(const cJSON *marks, const char *confirm, GError **error);
