/* Replaces values by placeholders, and puts them back.
 *
 * A text is gone through once for each kind, the most certain first, so that a guess never takes
 * half of what a checksum proves.  Before them goes a pass for what only looks like a placeholder:
 * a stranger who writes <card-1> would otherwise be given a card number back.  A placeholder never
 * holds another one, but for those of secrets, which aren't put back: a copy of a password in an
 * answer is worse than a gap in it.
 *
 * A placeholder ends a word where none ended before: "…5432密码：b" has a password only once the
 * number in front of it is gone.  So the passes are gone through again while they find something,
 * but not without end: what is left then was glued together by somebody to be left. */
#include "prompt/redact.h"

#include "prompt/redact_find.h"

#include <string.h>

/* Digits of a placeholder's number; longer ones are no placeholders, and never reached. */
#define NUMBER_DIGITS 8

#define ROUNDS_MAX 8

enum { LITERAL, SECRETS, ADDRESSES, IBAN, CARDS, IDS, PHONES, KINDS };

const char *const redact_kind_names[] = { "cards",  "iban",      "secrets",   "ids",
                                          "phones", "addresses", REDACT_NONE, NULL };

static bool find_literal(const char *text, RedactSpan *span);

/* In the order of their passes. */
static const struct {
    const char *name; /* NULL: always looked for */
    const char *noun; /* as placeholders have it */
    RedactFind find;
    bool restored;
} kinds[KINDS] = {
    [LITERAL] = { NULL, "literal", find_literal, true },
    [SECRETS] = { "secrets", "secret", redact_find_secret, false },
    [ADDRESSES] = { "addresses", "email", redact_find_email, true },
    [IBAN] = { "iban", "iban", redact_find_iban, true },
    [CARDS] = { "cards", "card", redact_find_card, true },
    [IDS] = { "ids", "id", redact_find_id, true },
    [PHONES] = { "phones", "phone", redact_find_phone, true },
};

struct Redaction {
    bool wanted[KINDS];
    GHashTable *placeholders[KINDS]; /* value ─▶ placeholder */
    GHashTable *values;              /* placeholder ─▶ value, borrowed; of those put back */
};

Redaction *redaction_new(const char *const *names)
{
    Redaction *redaction = g_new0(Redaction, 1);

    redaction->values = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < KINDS; i++) {
        redaction->placeholders[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        redaction->wanted[i] = names && kinds[i].name && g_strv_contains(names, kinds[i].name);
        redaction->wanted[LITERAL] |= redaction->wanted[i];
    }
    return redaction;
}

void redaction_free(Redaction *redaction)
{
    if (!redaction)
        return;
    g_hash_table_unref(redaction->values);
    for (guint i = 0; i < KINDS; i++)
        g_hash_table_unref(redaction->placeholders[i]);
    g_free(redaction);
}

bool redaction_is_wanted(const Redaction *redaction)
{
    return redaction->wanted[LITERAL];
}

const char *redact_placeholder_end(const char *at)
{
    for (guint i = 0; *at == '<' && i < KINDS; i++) {
        gsize length = strlen(kinds[i].noun), digits;
        const char *number = at + 1 + length + 1;

        if (strncmp(at + 1, kinds[i].noun, length) != 0 || at[1 + length] != '-')
            continue;
        digits = strspn(number, "0123456789");
        return digits > 0 && digits <= NUMBER_DIGITS && number[digits] == '>' ? number + digits + 1
                                                                              : NULL;
    }
    return NULL;
}

static bool find_literal(const char *text, RedactSpan *span)
{
    for (text = strchr(text, '<'); text; text = strchr(text + 1, '<')) {
        *span = (RedactSpan){ text, redact_placeholder_end(text) };
        if (span->end)
            return true;
    }
    return false;
}

/* That of a value seen before, or the next one. */
static const char *placeholder_for(Redaction *redaction, guint kind, const RedactSpan *span)
{
    GHashTable *known = redaction->placeholders[kind];
    g_autofree char *value = g_strndup(span->begin, (gsize)(span->end - span->begin));
    char *placeholder = g_hash_table_lookup(known, value);

    if (placeholder)
        return placeholder;
    placeholder = g_strdup_printf("<%s-%u>", kinds[kind].noun, g_hash_table_size(known) + 1);
    if (kinds[kind].restored)
        g_hash_table_insert(redaction->values, placeholder, value);
    g_hash_table_insert(known, g_steal_pointer(&value), placeholder);
    return placeholder;
}

static char *replace(Redaction *redaction, guint kind, const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    RedactSpan span;

    while (kinds[kind].find(text, &span)) {
        g_string_append_len(out, text, span.begin - text);
        g_string_append(out, placeholder_for(redaction, kind, &span));
        text = span.end;
    }
    g_string_append(out, text);
    return g_string_free(out, FALSE);
}

/* All passes but that for literals, which are ours by now; true if they found something. */
static bool replace_all(Redaction *redaction, char **text)
{
    bool found = false;

    for (guint i = LITERAL + 1; i < KINDS; i++) {
        RedactSpan span;

        if (redaction->wanted[i] && kinds[i].find(*text, &span)) {
            g_autofree char *before = *text;

            *text = replace(redaction, i, before);
            found = true;
        }
    }
    return found;
}

char *redaction_apply(Redaction *redaction, const char *text)
{
    char *done = redaction->wanted[LITERAL] ? replace(redaction, LITERAL, text) : g_strdup(text);

    for (guint i = 0; i < ROUNDS_MAX && replace_all(redaction, &done); i++)
        ;
    return done;
}

char *redaction_restore(const Redaction *redaction, const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    RedactSpan span;

    while (find_literal(text, &span)) {
        g_autofree char *placeholder = g_strndup(span.begin, (gsize)(span.end - span.begin));
        const char *value = g_hash_table_lookup(redaction->values, placeholder);

        g_string_append_len(out, text, span.begin - text);
        g_string_append(out, value ? value : placeholder);
        text = span.end;
    }
    g_string_append(out, text);
    return g_string_free(out, FALSE);
}

guint redaction_count(const Redaction *redaction, const char *kind)
{
    for (guint i = 0; i < KINDS; i++)
        if (g_strcmp0(kinds[i].name, kind) == 0)
            return g_hash_table_size(redaction->placeholders[i]);
    return 0;
}

cJSON *redaction_counts(const Redaction *redaction)
{
    cJSON *counts = cJSON_CreateObject();

    for (gsize i = 0; redact_kind_names[i]; i++) {
        guint count = redaction_count(redaction, redact_kind_names[i]);

        if (count > 0)
            cJSON_AddNumberToObject(counts, redact_kind_names[i], count);
    }
    return counts;
}
