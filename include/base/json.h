/* The strict door to cJSON: nothing that came from outside is parsed without it.
 *
 * Refused, on top of what cJSON refuses: invalid UTF-8, bytes < 0x20 in strings, \u0000, \u without
 * four hex digits, lone surrogates, numbers outside RFC 8259's grammar or not finite, text behind
 * the value, a key twice in one object, a byte order mark, nesting over JSON_DEPTH_MAX.  Look keys
 * up with cJSON_GetObjectItemCaseSensitive only. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>

#define JSON_DEPTH_MAX 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC(cJSON, cJSON_Delete)

/* Parses text[0..length).  NULL and TRIAGE_ERROR_INPUT ("byte 17: …") if it is not exactly one JSON
 * value. */
cJSON *json_parse(const char *text, gsize length, GError **error);

/* One line; caller frees with g_free.  Strings added must be valid UTF-8 (text_clean). */
char *json_print(const cJSON *value);
char *json_print_pretty(const cJSON *value);

/* An array of the texts. */
cJSON *json_list(const GPtrArray *texts);

/* The string, number or object at a path of keys ("usage.input_tokens", array indexes as numbers:
 * "choices.0.message"), or NULL. */
const cJSON *json_at(const cJSON *value, const char *path);
const char *json_text_at(const cJSON *value, const char *path);
/* A non-negative whole number at path, or `fallback`. */
gint64 json_count_at(const cJSON *value, const char *path, gint64 fallback);
