/* What is taken out of texts before they leave the house: values that are found by their form are
 * replaced by placeholders such as <card-1>.  Pure.
 *
 * The kinds: cards (payment cards), iban, secrets (passwords, keys, tokens), ids (national identity
 * numbers), phones, addresses (of e-mail; postal ones have no form to be known by). */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>

/* The names of the kinds, and none; NULL-terminated.  An array, not a function, so that settings
 * can be held against it. */
#define REDACT_NONE "none"
extern const char *const redact_kind_names[];

/* The values found in several texts that go together: the same value, written the same way, has the
 * same placeholder in all of them.  Not thread-safe. */
typedef struct Redaction Redaction;

/* `names` of kinds, NULL-terminated; NULL, like none, is no kind. */
Redaction *redaction_new(const char *const *names);
void redaction_free(Redaction *redaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Redaction, redaction_free)

/* Does it look for anything? */
bool redaction_is_wanted(const Redaction *redaction);

/* The text (valid UTF-8) with every value of the kinds replaced.  What looks like a placeholder is
 * replaced too, so that all placeholders of the result are ours.  Time and result are linear in the
 * text.  Caller frees. */
char *redaction_apply(Redaction *redaction, const char *text);

/* Puts the values back, where a text (a model's answer) has placeholders that redaction_apply()
 * made.  Secrets stay replaced.  Caller frees. */
char *redaction_restore(const Redaction *redaction, const char *text);

/* How many different values of a kind were replaced; 0 for what is no kind. */
guint redaction_count(const Redaction *redaction, const char *kind);
/* {"cards": 2, …}: the same for each kind of which there were any.  Caller frees. */
cJSON *redaction_counts(const Redaction *redaction);
