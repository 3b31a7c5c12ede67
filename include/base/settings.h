/* Typed settings: a struct, and a table with one row per member.  From the row come the parsing,
 * the range check, the error text, `triagectl config dump` and the man page.
 *
 *   static const Setting rows[] = {
 *       SETTING_DURATION("deadline", Mailbox, deadline_ms, "8s", 100, 120000,
 *                        "Longest time a message may wait for us."),
 *       { .name = NULL },
 *   };
 */
#pragma once

#include "base/conf.h"

#include <stddef.h>

typedef enum {
    SETTING_TYPE_TEXT,     /* char*, NULL if not given and without default */
    SETTING_TYPE_LIST,     /* char**, NULL-terminated, never NULL */
    SETTING_TYPE_CHOICE,   /* int: index into choices */
    SETTING_TYPE_YES_NO,   /* bool */
    SETTING_TYPE_DURATION, /* gint64 ms: 500ms, 8s, 5min, 2h, 90d */
    SETTING_TYPE_SIZE,     /* gint64 bytes: 64k, 10M, 1G (powers of 1024); plain bytes */
    SETTING_TYPE_COUNT,    /* gint64 */
    SETTING_TYPE_NUMBER,   /* double */
    SETTING_TYPE_MONEY, /* gint64 nano-USD: 20 USD/day; 0 if not given, so min must be above it */
    SETTING_TYPE_PRICE, /* gint64 nano-USD per token, given as USD per million tokens */
    SETTING_TYPE_OCTAL  /* gint64: a file mode, 0660 */
} SettingType;

typedef struct {
    const char *name;
    SettingType type;
    size_t offset;
    const char *fallback; /* default as written in a file; NULL: none */
    double min, max; /* in the unit stored (ms, bytes, …); of TEXT and LIST items the bytes */
    const char *const *choices; /* SETTING_TYPE_CHOICE */
    bool required, restart;     /* must be given; a change needs a restart */
    bool block_too;   /* `name TITLE { … }` may stand beside it, for the caller to read */
    const char *help; /* one sentence */
} Setting;

typedef struct {
    const char *block; /* "mailbox"; "" for the top level */
    bool titled;       /* `mailbox NAME {`: the title goes to the char* at title_offset */
    size_t title_offset;
    size_t size;         /* of the struct */
    const Setting *rows; /* ends with a row whose name is NULL */
    const char *help;
} SettingsTable;

/* A row by its type: name, struct and member, default; the longest text, the choices or the range;
 * help.  Rows with `required` or `restart` are written out. */
#define SETTING_TEXT(n, T, m, def, longest, h)                                                     \
    SETTING_ROW(SETTING_TYPE_TEXT, n, T, m, def, 0, longest, NULL, h)
#define SETTING_LIST(n, T, m, def, longest, h)                                                     \
    SETTING_ROW(SETTING_TYPE_LIST, n, T, m, def, 0, longest, NULL, h)
#define SETTING_CHOICE(n, T, m, def, list, h)                                                      \
    SETTING_ROW(SETTING_TYPE_CHOICE, n, T, m, def, 0, 0, list, h)
#define SETTING_YES_NO(n, T, m, def, h)                                                            \
    SETTING_ROW(SETTING_TYPE_YES_NO, n, T, m, def, 0, 0, NULL, h)
#define SETTING_DURATION(n, T, m, def, lo, hi, h)                                                  \
    SETTING_ROW(SETTING_TYPE_DURATION, n, T, m, def, lo, hi, NULL, h)
#define SETTING_SIZE(n, T, m, def, lo, hi, h)                                                      \
    SETTING_ROW(SETTING_TYPE_SIZE, n, T, m, def, lo, hi, NULL, h)
#define SETTING_COUNT(n, T, m, def, lo, hi, h)                                                     \
    SETTING_ROW(SETTING_TYPE_COUNT, n, T, m, def, lo, hi, NULL, h)
#define SETTING_NUMBER(n, T, m, def, lo, hi, h)                                                    \
    SETTING_ROW(SETTING_TYPE_NUMBER, n, T, m, def, lo, hi, NULL, h)
#define SETTING_MONEY(n, T, m, lo, hi, h)                                                          \
    SETTING_ROW(SETTING_TYPE_MONEY, n, T, m, NULL, lo, hi, NULL, h)
#define SETTING_OCTAL(n, T, m, def, h)                                                             \
    SETTING_ROW(SETTING_TYPE_OCTAL, n, T, m, def, 0, 0777, NULL, h)
#define SETTING_ROW(t, n, T, m, def, lo, hi, list, h)                                              \
    {                                                                                              \
        .name = n, .type = t, .offset = offsetof(T, m), .fallback = def, .min = lo, .max = hi,     \
        .choices = list, .help = h                                                                 \
    }

/* Fills `target` (zeroed by the caller) from those of `items` that are settings, then the defaults.
 * Items that settings_take() denies are left to the caller; unknown settings, empty texts,
 * doubles, missing ones and bad values are diagnostics, and the member then holds its default.
 * `where` is the place of the block, for what is missing. */
void settings_read(const SettingsTable *table, gpointer target, const GPtrArray *items, Place where,
                   Diags *diags);

/* Is the item for settings_read()?  It is if it has the name of a setting or the form of one;
 * blocks and clauses (`name word …`) of other names are not, nor blocks of a name that is
 * block_too. */
bool settings_take(const SettingsTable *table, const ConfItem *item);

/* Where nothing but settings may stand: every other item is a diagnostic. */
void settings_refuse_others(const SettingsTable *table, const GPtrArray *items, Diags *diags);

/* Frees the members that settings_read() allocated (not `target` itself, nor the title). */
void settings_clear(const SettingsTable *table, gpointer target);

/* A member's value as it would be written in a file, "" if it has none.  Caller frees. */
char *settings_value_text(const Setting *row, gconstpointer target);

/* What may be set: "100ms to 2min", "one of observe, tag, full", "at most 64 bytes".
 * Caller frees. */
char *settings_range_text(const Setting *row);

/* Parses one value of a numeric type; the unit is the type's.  false: *why (caller frees) says what
 * was expected. */
bool settings_parse_number(const Setting *row, const char *text, double *out, char **why);
